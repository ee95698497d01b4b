import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jobId, jobNames, payloads, policies } from "./catalogue.ts";

test("jobs of one sync have ids made of what they are about, and a round of its own suffix", () => {
  const sync_id = randomUUID();
  const location_id = randomUUID();
  expect(jobId("holiday-sync", { sync_id, location_id })).toBe(`sync.${sync_id}.${location_id}`);
  expect(jobId("holiday-sync-all", { sync_id })).toBe(`sync.${sync_id}`);
  expect(jobId("holiday-sync-all", { sync_id }, 2)).toBe(`sync.${sync_id}.r2`);
});

test("jobs that belong to no sync have no id of their own", () => {
  expect(jobId("holiday-sync", { location_id: randomUUID() })).toBeUndefined();
  expect(jobId("holiday-sync-all", { location_ids: [randomUUID()] })).toBeUndefined();
  expect(jobId("prune", {})).toBeUndefined();
  expect(jobId("inbox-sweep", {})).toBeUndefined();
});

test("a load is one job until it is enqueued again in another round", () => {
  const load_id = randomUUID();
  expect(jobId("event-load", { load_id })).toBe(`load.${load_id}`);
  expect(jobId("event-load", { load_id }, 7)).toBe(`load.${load_id}.r7`);
});

test("a run and each of its key ranges are one job a round; without a run there is no identity", () => {
  const run_id = randomUUID();
  expect(jobId("reprocess-run", { run_id })).toBe(`run.${run_id}`);
  expect(jobId("reprocess-range", { run_id, range_no: 0 }, 3)).toBe(`run.${run_id}.0.r3`);
  expect(jobId("reprocess-run", {})).toBeUndefined();
});

test("different (sync, location, round) never share an id, and none holds a colon", () => {
  const job = fc.record({ sync_id: fc.uuid(), location_id: fc.uuid(), round: fc.nat(3) });
  fc.assert(
    fc.property(job, job, (a, b) => {
      const ids = [a, b].map((one) => jobId("holiday-sync", one, one.round)!);
      const same = a.sync_id === b.sync_id && a.location_id === b.location_id && a.round === b.round;
      expect(ids[0] === ids[1]).toBe(same);
      expect(ids.join("")).not.toContain(":");
    }),
  );
});

test("every job keeps a bounded number of finished jobs for a bounded time", () => {
  for (const name of jobNames) {
    for (const kept of [policies[name].keepCompleted, policies[name].keepFailed]) {
      expect(kept.count).toBeLessThanOrEqual(5_000);
      expect(kept.age).toBeLessThanOrEqual(7 * 86_400);
    }
  }
});

test("pruning is a dry run unless it is told otherwise", () => {
  expect(payloads.prune.parse({})).toEqual({ dry_run: true });
});
