// Jobs by the clock: one schedule a key, one job a slot.
import { describe, expect, test } from "vitest";
import { until } from "../desk.ts";
import type { Stage } from "./conformance.ts";

export function schedules({ open }: Stage): void {
  describe("schedules", () => {
    test("a schedule is one schedule by its key, read in its time zone, replaced by a new pattern, and removed", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const nightly = {
        key: "nightly",
        name: "holiday-sync-all",
        payload: {},
        cron: "30 3 * * *",
        tz: "Asia/Kathmandu",
      } as const;
      await queues.schedule(nightly);
      await queues.schedule({ ...nightly, cron: "0 4 * * *" });
      const [only, ...more] = await queues.schedules();
      expect(more).toEqual([]);
      expect(only).toMatchObject({
        key: "nightly",
        name: "holiday-sync-all",
        cron: "0 4 * * *",
        tz: "Asia/Kathmandu",
      });
      expect(only!.next_at).toMatch(/T22:15:00\.000Z$/); // 04:00 at UTC+05:45
      const [last, before] = only!.slots_before.map((slot) => Temporal.Instant.from(slot));
      const next = Temporal.Instant.from(only!.next_at!);
      expect([last!.until(next).total("hours"), before!.until(last!).total("hours")]).toEqual([24, 24]);
      expect((await queues.counts("holiday-sync-all")).delayed).toBe(1);
      expect(await queues.unschedule("nightly")).toBe(true);
      expect(await queues.unschedule("nightly")).toBe(false);
      expect((await queues.counts("holiday-sync-all")).delayed).toBe(0);
    });

    test.for([
      { cron: "61 3 * * *", tz: "UTC" },
      { cron: "every day", tz: "UTC" },
      { cron: "0 3 * * *", tz: "Mars/Olympus" },
    ])("a schedule that cannot be is refused: $cron in $tz", async (wrong, context) => {
      const desk = await open(context);
      const { queues } = desk;
      await expect(queues.schedule({ key: "wrong", name: "prune", payload: {}, ...wrong })).rejects.toMatchObject({
        code: "job.schedule_invalid",
      });
    });

    test("two processes that register the same schedule and both consume it run one job a slot", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const second = await desk.another();
      const ran: { id: string; addedAtMs: number }[] = [];
      for (const mine of [queues, second])
        desk.consume("reconcile", { queues: mine, handler: async (job) => void ran.push(job) });
      const everySecond = { key: "tick", name: "reconcile", payload: {}, cron: "* * * * * *", tz: "UTC" } as const;
      await Promise.all([queues.schedule(everySecond), second.schedule(everySecond)]);
      await until(() => ran.length >= 4);
      await second.schedule(everySecond);
      await until(() => ran.length >= 6);
      const slotOf = ({ id }: { id: string }) => Number(id.split(":").at(-1));
      const slots = ran.map(slotOf);
      expect(new Set(slots).size).toBe(slots.length);
      // Each slot was the next one when its job was added: none was passed over by haste; a machine may sleep through some.
      for (const job of ran) expect(slotOf(job) - job.addedAtMs).toBeLessThanOrEqual(1_000);
    });
  });
}
