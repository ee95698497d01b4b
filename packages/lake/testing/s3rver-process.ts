// An S3 server for tests, as a process: says its port and ends with its parent. Argument: its folder.
import crypto from "node:crypto";
import S3rver from "s3rver";

// It enciphers the tokens of long listings with DES, which OpenSSL 3 keeps back. Triple DES with one key three times over
// is DES.
const createCipheriv = crypto.createCipheriv;
const createDecipheriv = crypto.createDecipheriv;
const tripled = (key: Buffer): Buffer => Buffer.concat([key, key, key]);
Object.assign(crypto, {
  createCipheriv: (algorithm: string, key: Buffer, iv: Buffer) =>
    algorithm === "des" ? createCipheriv("des-ede3-cbc", tripled(key), iv) : createCipheriv(algorithm, key, iv),
  createDecipheriv: (algorithm: string, key: Buffer, iv: Buffer) =>
    algorithm === "des" ? createDecipheriv("des-ede3-cbc", tripled(key), iv) : createDecipheriv(algorithm, key, iv),
});

const server = new S3rver({
  address: "127.0.0.1",
  port: 0,
  directory: process.argv[2]!,
  silent: true,
  configureBuckets: [{ name: "almanac-test" }],
});
// It copies over an object by removing that one first: whose own source is deleted just then would lose both. A real store
// does one after the other.
let last: Promise<unknown> = Promise.resolve();
for (const name of ["copyObject", "deleteObject"] as const) {
  const act = server.store[name].bind(server.store);
  server.store[name] = (...place) => (last = last.catch(() => undefined).then(() => act(...place)));
}
const { port } = await server.run();
process.stdout.write(`${port}\n`);
process.stdin.resume().once("end", () => process.kill(process.pid, "SIGTERM"));
