// A job that a person adds at Bull Board is a job like any other: parsed, run, or refused with its reason.
import { randomUUID } from "node:crypto";
import { listSyncs } from "@almanac/db/syncs";
import type { SyncId } from "@almanac/domain/ids";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runByHand } from "../../testing/board.ts";
import { wipeQueue } from "../../testing/wipe-queue.ts";
import { finished, queueBackends, setLocations, testWorker, type TestWorker, until } from "../../testing/worker.ts";

describe.each(await queueBackends("jobs by hand"))("jobs by hand with the queue on $kind", ({ queue }) => {
  let worker: TestWorker;
  let id: string;
  beforeAll(async () => {
    worker = await testWorker(queue);
  });
  afterAll(() => worker.close());
  beforeEach(async () => {
    id = randomUUID();
    await setLocations(worker.deps.database, [{ id, code: "NL-UT" }]);
  });
  const newest = async () => (await listSyncs(worker.deps.database, { limit: 1 }))[0]?.syncNo;

  test.each([
    { name: "holiday-sync", payload: () => ({ location_id: id }) },
    { name: "holiday-sync-all", payload: () => ({ location_ids: [id], years: [2026] }) },
  ] as const)("$name with a good payload asks for a sync, which runs", async ({ name, payload }) => {
    const job = await runByHand(worker.deps.queues, name, payload());
    expect(job.state).toBe("completed");
    const { sync_id } = job.returnvalue as { sync_id: SyncId };
    expect(job.logs.join()).toContain(sync_id);
    const sync = await finished(worker.deps, sync_id);
    expect(sync).toMatchObject({ status: "succeeded", trigger: "job", requestedBy: `job:${name}:${job.id}` });
    expect(sync.locations.get(id)).toMatchObject({ outcome: "changed", version: 1 });
  });

  test.each([
    { name: "holiday-sync", payload: {}, reason: /job\.payload_invalid.*location_id/ },
    { name: "holiday-sync", payload: { location_id: "Utrecht" }, reason: /job\.payload_invalid.*location_id/ },
    { name: "holiday-sync-all", payload: { location: "NL" }, reason: /job\.payload_invalid.*location/ },
    { name: "holiday-sync", payload: { location_id: randomUUID() }, reason: /location\.not_found/ },
    { name: "holiday-sync", payload: { location_id: randomUUID(), sync_id: randomUUID() }, reason: /sync\.not_found/ },
    { name: "prune", payload: { dry_run: false }, reason: /prune\.no_policy/ },
  ] as const)("$name with $payload fails with its reason, at the first attempt, and asks for nothing", async (bad) => {
    const before = await newest();
    const job = await runByHand(worker.deps.queues, bad.name, bad.payload);
    expect(job.state).toBe("failed");
    expect(job.failedReason).toMatch(bad.reason);
    expect(job.attemptsMade).toBe(1);
    expect(await newest()).toEqual(before);
  });

  test("a queue that was wiped counts its jobs from one again: the same number asks for a sync of its own", async () => {
    const first = await runByHand(worker.deps.queues, "holiday-sync", { location_id: id });
    await wipeQueue({ database: worker.deps.database, ...queue });
    await worker.deps.queues.heal();
    const again = await until(async () => {
      const job = await runByHand(worker.deps.queues, "holiday-sync", { location_id: id });
      return Number(job.id) >= Number(first.id) ? job : null;
    });
    const syncIdOf = (job: typeof first) => (job.returnvalue as { sync_id: SyncId }).sync_id;
    expect(syncIdOf(again)).not.toBe(syncIdOf(first));
    await finished(worker.deps, syncIdOf(again));
  });
});
