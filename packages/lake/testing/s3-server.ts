// A real S3 server for tests, on a free loopback port. It does not check signatures and ignores conditional writes; it
// writes objects in place, so that a reader beside a writer may see a part (a real store never shows that).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface S3ServerForTest {
  /** `http://127.0.0.1:<port>`. */
  endpoint: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Where the server keeps the bucket's objects, each as `<key>._S3rver_object`. */
  folder: string;
  close(): Promise<void>;
}

/** Starts a server with one empty bucket; it ends with this process, whatever happens. */
export async function s3ServerForTest(): Promise<S3ServerForTest> {
  const folder = mkdtempSync(join(tmpdir(), "almanac-s3-"));
  const script = fileURLToPath(new URL("s3rver-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [port] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line") as Promise<[string]>,
    exited.then(() => Promise.reject(new Error("The S3 server for tests does not start."))),
  ]);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: "almanac-test",
    accessKeyId: "S3RVER",
    secretAccessKey: "S3RVER",
    folder: join(folder, "almanac-test"),
    async close() {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
