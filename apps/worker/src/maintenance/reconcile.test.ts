// Work that the queue has lost comes back; work that it still has does not come twice.
import { randomUUID } from "node:crypto";
import { chunkOf, eventOf, linesOf, openLanes } from "@almanac/db/testing/events";
import type { SyncId } from "@almanac/domain/ids";
import { consume } from "@almanac/queue/consume";
import { requestSync } from "@almanac/usecases/request-sync";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finished, queueBackends, setLocations, testWorker, type TestWorker, until } from "../../testing/worker.ts";
import { requestDeps } from "../sync/processors.ts";
import { reconcile } from "./reconcile.ts";

const lookAtOnce = { quietMs: 0, limit: 1_000 };

describe.each(await queueBackends("the reconciler"))("the reconciler with the queue on $kind", ({ queue }) => {
  let worker: TestWorker;
  beforeEach(async () => {
    // Only what a test calls itself reconciles, and nothing runs before it says so.
    worker = await testWorker({
      ...queue,
      isStill: true,
      start: { reconcile: { ...lookAtOnce, everyMs: 3_600_000 } },
    });
  });
  afterEach(() => worker.close());

  const ask = async (ids: readonly string[]) => {
    const { sync } = await requestSync(requestDeps(worker.deps), {
      trigger: "api",
      requestKey: null,
      requestedBy: "test",
      locationIds: ids as never,
      years: null,
    });
    return sync.syncId;
  };
  const locations = async (count: number) => {
    const added = Array.from({ length: count }, () => ({ id: randomUUID(), code: "NL-UT" }));
    await setLocations(worker.deps.database, added);
    return added.map((location) => location.id);
  };
  const remove = async (name: "holiday-sync" | "holiday-sync-all", jobId: string) => {
    const raw = worker.deps.queues.boardQueues().find((each) => each.name === name);
    expect(await (raw as unknown as { remove(id: string): Promise<number> }).remove(jobId)).toBe(1);
  };

  test("nothing is enqueued when nothing is lost, whether a job waits or runs", async () => {
    const ids = await locations(20);
    await ask(ids);
    await ask(ids.slice(0, 1));
    expect(await reconcile(worker.deps, lookAtOnce)).toBe(0);
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const consumer = consume({
      queues: worker.deps.queues,
      log: worker.deps.log,
      name: "holiday-sync",
      handler: async () => {
        started.resolve();
        await gate.promise;
      },
    });
    await started.promise;
    expect(await reconcile(worker.deps, lookAtOnce)).toBe(0);
    gate.resolve();
    await consumer.close(5_000);
  });

  test("a lost fan-out, a lost single job and a lost child come back once, and all syncs finish", async () => {
    const ids = await locations(20);
    const many = await ask(ids);
    const one = await ask(ids.slice(0, 1));
    await remove("holiday-sync-all", `sync.${many}`);
    await remove("holiday-sync", `sync.${one}.${ids[0]!}`);
    expect(await reconcile(worker.deps, lookAtOnce)).toBe(2);
    expect(await reconcile(worker.deps, lookAtOnce)).toBe(0);
    await worker.restart();
    const done = await Promise.all([many, one].map((syncId) => finished(worker.deps, syncId)));
    expect(done.map((sync) => sync.status)).toEqual(["succeeded", "succeeded"]);
  });

  test("the connection of a load that stands still in its COPY is ended", async () => {
    const { database } = worker.deps;
    const standing = Promise.withResolvers<void>();
    const { lanes, close } = await openLanes(database, 1, {
      reached: (point) => (point === "copy-half" ? standing.promise : undefined),
    });
    const stopped = lanes[0]!.merge(chunkOf(linesOf([eventOf(1)]))).catch((error: unknown) => error);
    const copies = async () =>
      (
        await database.query(
          `select from pg_stat_activity
           where datname = current_database() and state = 'active' and query like 'copy events %'`,
        )
      ).rowCount;
    await expect.poll(copies).toBe(1);
    await expect
      .poll(async () => {
        await reconcile(worker.deps, { ...lookAtOnce, stillMs: 0 });
        return copies();
      })
      .toBe(0);
    standing.resolve();
    expect(await stopped).toMatchObject({ code: "database.unavailable" });
    await close();
  });

  test("a fan-out that failed before it had made its children is tried under a new identity", async () => {
    const syncId = await ask(await locations(3));
    await failNext(worker, syncId);
    expect(await reconcile(worker.deps, lookAtOnce)).toBe(1);
    await worker.restart();
    expect(await finished(worker.deps, syncId)).toMatchObject({ status: "succeeded", changed: 3 });
  });
});

/** Lets the fan-out job fail for good, as a bug of an older release may have done. */
async function failNext(worker: TestWorker, syncId: SyncId): Promise<void> {
  const consumer = consume({
    queues: worker.deps.queues,
    log: worker.deps.log,
    name: "holiday-sync-all",
    handler: () => Promise.reject(new TypeError("as the test wants it")),
  });
  const raw = worker.deps.queues.boardQueues().find((each) => each.name === "holiday-sync-all") as unknown as {
    getJob(id: string): Promise<{ changeDelay(ms: number): Promise<void>; getState(): Promise<string> }>;
  };
  await until(async () => {
    const job = await raw.getJob(`sync.${syncId}`);
    const state = await job.getState();
    if (state === "delayed") {
      // Its backoff is no business of this test.
      await job.changeDelay(0).catch(() => undefined);
    }
    return state === "failed";
  });
  await consumer.close(5_000);
}
