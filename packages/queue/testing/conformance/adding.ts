// How jobs are added: identity, refusal, bulk.
import { describe, expect, test } from "vitest";
import { aLocation } from "../desk.ts";
import type { Stage } from "./conformance.ts";

export function adding({ open, backend }: Stage): void {
  describe("adding", () => {
    test("the same identity added twice, one by one or in bulk, is one job; a later round is another", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const job = { sync_id: aLocation(), location_id: aLocation() };
      const first = await queues.enqueue("holiday-sync", job);
      expect(first).toBe(`sync.${job.sync_id}.${job.location_id}`);
      expect(await queues.enqueue("holiday-sync", job)).toBe(first);
      expect(await queues.enqueueMany("holiday-sync", [job, job])).toEqual([first, first]);
      expect((await queues.counts("holiday-sync")).waiting).toBe(1);
      await queues.enqueue("holiday-sync", job, { round: 1 });
      expect((await queues.counts("holiday-sync")).waiting).toBe(2);
    });

    test("jobs without an identity are jobs of their own", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const job = { location_id: aLocation() };
      expect(new Set([await queues.enqueue("holiday-sync", job), await queues.enqueue("holiday-sync", job)]).size).toBe(
        2,
      );
    });

    test("a payload that does not parse is refused before it is added", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      await expect(queues.enqueue("holiday-sync", { location_id: "nowhere" })).rejects.toMatchObject({
        category: "incorrect",
        code: "job.payload_invalid",
      });
      expect((await queues.counts("holiday-sync")).waiting).toBe(0);
    });

    test("several thousand jobs are added in order and told apart by state", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const sync_id = aLocation();
      const ids = await queues.enqueueMany(
        "holiday-sync",
        Array.from({ length: 2_500 }, () => ({ sync_id, location_id: aLocation() })),
        { delayMs: 3_600_000 },
      );
      const states = await queues.jobStates("holiday-sync", [...ids, "sync.unknown"]);
      expect([...states.values()].filter((state) => state === "delayed")).toHaveLength(2_500);
      expect(states.get("sync.unknown")).toBe("missing");
    });

    test("several processes that start on an empty backend at once all come up", async (context) => {
      const desk = await open(context);
      const { prefix } = desk;
      await backend().wipe(prefix);
      const others = await Promise.all(Array.from({ length: 6 }, () => desk.another()));
      for (const other of others) await other.enqueue("prune", {});
      expect((await desk.queues.counts("prune")).waiting).toBe(6);
    });
  });
}
