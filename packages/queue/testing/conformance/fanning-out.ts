// A parent that waits for its children.
import { describe, expect, test } from "vitest";
import { aLocation, failure, until, untilState } from "../desk.ts";
import type { Stage } from "./conformance.ts";

export function fanningOut({ open }: Stage): void {
  describe("fanning out", () => {
    test("the parent waits for every child, also for those that fail, and is told the counts", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const gate = Promise.withResolvers<void>();
      const bad = aLocation();
      const sync_id = aLocation();
      let counts: unknown;
      desk.consume("holiday-sync-all", {
        handler: async (job) => {
          const children = [bad, ...Array.from({ length: 700 }, aLocation)].map((location_id) => ({
            sync_id,
            location_id,
          }));
          counts = await job.fanOut("holiday-sync", children);
        },
      });
      desk.consume("holiday-sync", {
        handler: async (job) => {
          await gate.promise;
          if (job.payload.location_id === bad) throw failure("not-found");
        },
      });
      const id = await queues.enqueue("holiday-sync-all", { sync_id });
      await until(async () => (await queues.counts("holiday-sync")).active === 100);
      expect((await queues.jobStates("holiday-sync-all", [id])).get(id)).toBe("active");
      gate.resolve();
      await untilState(queues, "holiday-sync-all", id, "completed");
      expect(counts).toEqual({ completed: 700, failed: 1 });
      expect((await desk.board("holiday-sync-all").getJob(id)).progress).toEqual({
        children: 701,
        ended: 701,
        failed: 1,
      });
    });

    test("a waiting parent hands itself back at once when its process shuts down, and the next process does not add the children twice", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const children = [1, 2, 3].map(() => ({ sync_id: aLocation(), location_id: aLocation() }));
      const handler = async (job: { fanOut(name: "holiday-sync", payloads: typeof children): Promise<unknown> }) =>
        job.fanOut("holiday-sync", children);
      const first = desk.consume("holiday-sync-all", { handler });
      const id = await queues.enqueue("holiday-sync-all", {});
      await until(async () => (await queues.counts("holiday-sync")).waiting === 3);
      await first.close(40_000);
      await untilState(queues, "holiday-sync-all", id, "waiting");
      let ran = 0;
      desk.consume("holiday-sync-all", { handler });
      desk.consume("holiday-sync", { handler: async () => void ran++ });
      await untilState(queues, "holiday-sync-all", id, "completed");
      expect(ran).toBe(3);
    });
  });
}
