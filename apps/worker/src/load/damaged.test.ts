// A lake that has no space, and one whose bytes are not what was written: an honest answer, nothing half-visible.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listLoads } from "@almanac/db/loads";
import { replayLoad } from "@almanac/usecases/replay-load";
import { verifyLake } from "@almanac/usecases/verify-lake";
import { afterAll, beforeAll, expect, test } from "vitest";
import { events, load, loaded, ndjson, upload } from "../../testing/loads.ts";
import { testWorker, type TestWorker } from "../../testing/worker.ts";
import { acceptDeps } from "./sweep.ts";

let worker: TestWorker;
beforeAll(async () => {
  worker = await testWorker();
});
afterAll(() => worker.close());

const filesOf = async (folder: string) => {
  const found = await readdir(join(fileURLToPath(worker.lakeUrl), folder), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

test("a lake without space: the body is refused as such, no load is seen, and with space it is taken", async () => {
  const path = join(fileURLToPath(worker.lakeUrl), "body");
  // Bytes that cannot be packed: more than the 600 blocks that the process may write to a file.
  const body = ndjson(Array.from({ length: 1_000 }, () => randomBytes(1_200).toString("base64")));
  await writeFile(path, body);
  const order = { kind: "accept", url: worker.url, lakeUrl: worker.lakeUrl, path, load: worker.deps.settings.load };
  const script = fileURLToPath(new URL("../../testing/load-process.ts", import.meta.url));
  const limited = `ulimit -S -f 600 && exec "$@"`;
  const answer = await new Promise((resolve) => {
    const args = ["-c", limited, "sh", process.execPath, script, JSON.stringify(order)];
    execFile("sh", args, (_error, stdout) => resolve(stdout));
  });
  expect(answer).toBe("lake.full");
  expect(await listLoads(worker.deps.database, { limit: 1 })).toEqual([]);
  expect([...(await filesOf("raw")), ...(await filesOf("manifests"))]).toEqual([]);
  const { load: accepted, alreadyLoaded } = await upload(worker.deps, body);
  expect(alreadyLoaded).toBe(false);
  expect((await loaded(worker.deps.database, accepted.loadId)).rows).toMatchObject({ total: 1_000, rejected: 1_000 });
});

test("a flipped byte is found by whoever verifies the lake, and no line of it is told as loaded", async () => {
  const done = await load(worker.deps, ndjson(events(50)));
  const verify = async () => {
    const bad: string[] = [];
    const result = await verifyLake(worker.deps, { onBad: ({ name }) => bad.push(name) });
    return { ...result, names: bad };
  };
  expect(await verify()).toMatchObject({ bad: 0 });
  const path = (await filesOf("raw")).find((file) => file.includes(done.contentSha256))!;
  const bytes = await readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  // Objects are read-only for everybody but root.
  await chmod(path, 0o640);
  await writeFile(path, bytes);
  expect(await verify()).toMatchObject({ bad: 1, names: [expect.stringContaining(done.contentSha256)] });
  const replay = await replayLoad(acceptDeps(worker.deps), { loadId: done.loadId, only: "all", requestedBy: "test" });
  const told = await loaded(worker.deps.database, replay.loadId);
  expect(told).toMatchObject({ status: "failed", errorCode: "lake.corrupt" });
});
