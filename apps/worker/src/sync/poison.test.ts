// A location whose sync kills the process that runs it: given up after three deaths, its neighbours unharmed.
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LocationId, SyncId } from "@almanac/domain/ids";
import { requestSync } from "@almanac/usecases/request-sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { finished, setLocations, testWorker, type TestWorker } from "../../testing/worker.ts";
import { requestDeps } from "./processors.ts";

let worker: TestWorker;
beforeAll(async () => {
  // Only processes that may die take jobs here.
  worker = await testWorker({ isStill: true });
});
afterAll(() => worker.close());

const request = async (ids: readonly string[]) => {
  const { sync } = await requestSync(requestDeps(worker.deps), {
    trigger: "api",
    requestKey: null,
    requestedBy: "test",
    locationIds: ids as LocationId[],
    years: null,
  });
  return sync.syncId;
};

/** Runs a process that dies of the poison until it does, or until the sync has finished; true when it died. */
async function diesOver(syncId: SyncId): Promise<boolean> {
  const script = fileURLToPath(new URL("../../testing/poison-worker.ts", import.meta.url));
  const child = fork(script, [worker.url, "BE"], { stdio: "ignore" });
  const died = once(child, "exit").then(() => true);
  const survived = await Promise.race([died.then(() => false), finished(worker.deps, syncId).then(() => true)]);
  child.kill("SIGKILL");
  await died;
  return !survived;
}

test("three processes die of it, then it is written off; what is asked for meanwhile is done", async () => {
  const { deps } = worker;
  const neighbours = Array.from({ length: 60 }, () => ({ id: randomUUID(), code: "NL-UT" }));
  const poison = { id: randomUUID(), code: "BE" };
  await setLocations(deps.database, [...neighbours, poison]);
  const poisonous = await request([poison.id]);
  let deaths = 0;
  const others: SyncId[] = [];
  while (await diesOver(poisonous)) {
    deaths += 1;
    others.push(await request(neighbours.map((location) => location.id)));
  }
  expect(deaths).toBe(3);
  const told = await finished(deps, poisonous);
  expect(told).toMatchObject({ status: "failed", failed: 1 });
  expect(told.locations.get(poison.id)).toMatchObject({ outcome: "failed", error: { code: "job.crashed_repeatedly" } });
  await worker.restart();
  const done = await Promise.all(others.map((syncId) => finished(deps, syncId)));
  expect(done.map((sync) => sync.status)).toEqual(["succeeded", "succeeded", "succeeded"]);
});
