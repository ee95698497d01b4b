// Which finished jobs stay.
import { describe, expect, test } from "vitest";
import { internalsOf } from "../../src/internals.ts";
import { trimFinished } from "../../src/keep.ts";
import { aLocation, failure, until } from "../desk.ts";
import type { Stage } from "./conformance.ts";

export function keeping({ open }: Stage): void {
  describe("keeping", () => {
    test("finished jobs beyond the number to keep are removed, the newest stay, and the others' states are left alone", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const sync_id = aLocation();
      const failing = new Set<string>();
      desk.consume("holiday-sync", {
        concurrency: 1,
        handler: async (job) => {
          if (failing.has(job.payload.location_id)) throw failure("not-found");
        },
      });
      const locations = Array.from({ length: 12 }, aLocation);
      locations.slice(10).forEach((id) => failing.add(id));
      const ids: string[] = [];
      for (const location_id of locations) {
        ids.push(await queues.enqueue("holiday-sync", { sync_id, location_id }));
        await until(async () =>
          /completed|failed/.test((await queues.jobStates("holiday-sync", ids)).get(ids.at(-1)!)!),
        );
      }
      await trimFinished(internalsOf(queues).queue("holiday-sync"), "completed", 4);
      expect(await queues.counts("holiday-sync")).toMatchObject({ completed: 4, failed: 2 });
      const states = await queues.jobStates("holiday-sync", ids);
      expect(ids.map((id) => states.get(id))).toEqual([
        ...Array(6).fill("missing"),
        ...Array(4).fill("completed"),
        "failed",
        "failed",
      ]);
    });
  });
}
