// Backends that are wiped or die under the queue.
import { describe, expect, test } from "vitest";
import { aLocation, failure, until, untilState } from "../desk.ts";
import type { Stage } from "./conformance.ts";

export function losingTheBackend({ open, backend, kit }: Stage): void {
  describe("losing the backend", () => {
    test("a wiped queue is repaired: schedules are back, and the same consumer goes on taking jobs", async (context) => {
      const desk = await open(context);
      const { queues, prefix } = desk;
      const ran: string[] = [];
      desk.consume("holiday-sync", { handler: async (job) => void ran.push(job.id) });
      await queues.schedule({ key: "nightly", name: "holiday-sync-all", payload: {}, cron: "0 3 * * *", tz: "UTC" });
      const before = await queues.enqueue("holiday-sync", { location_id: aLocation() });
      await until(() => ran.includes(before));
      await queues.enqueueMany(
        "holiday-sync",
        Array.from({ length: 1_000 }, () => ({ location_id: aLocation() })),
        { delayMs: 3_600_000 },
      );
      await backend().wipe(prefix);
      await queues.heal();
      expect(await queues.schedules()).toHaveLength(1);
      expect(await queues.counts("holiday-sync")).toMatchObject({ waiting: 0, delayed: 0 });
      const after = { sync_id: aLocation(), location_id: aLocation() };
      const id = await queues.enqueue("holiday-sync", after);
      await untilState(queues, "holiday-sync", id, "completed");
      expect(ran.at(-1)).toBe(id);
      expect(await queues.heal()).toBe(false);
    });

    test("a job whose lock is gone hears it by its signal, and its failure then is nobody's: someone else decides over it", async (context) => {
      const desk = await open(context);
      const { queues, prefix } = desk;
      let told = 0;
      const aborted = Promise.withResolvers<void>();
      const consumer = desk.consume("holiday-sync", {
        handler: (job) =>
          new Promise((_, reject) => {
            job.signal.addEventListener("abort", () => {
              aborted.resolve();
              reject(failure("fault"));
            });
          }),
        onFinalFailure: async () => void told++,
      });
      await queues.enqueue("holiday-sync", { location_id: aLocation() });
      await until(() => consumer.running === 1);
      await backend().wipe(prefix);
      await aborted.promise;
      await until(() => consumer.running === 0);
      expect(told).toBe(0);
    });

    test("closing ends although the backend is away", async (context) => {
      const server = await kit.startKillable();
      try {
        const desk = await open(context, server.url);
        const consumer = desk.consume("prune", { handler: () => new Promise(() => {}) });
        await desk.queues.enqueue("prune", {});
        await until(() => consumer.running === 1);
        await server.kill();
        await consumer.close(100);
        await desk.queues.close();
        expect(consumer.running).toBe(1); // whoever does not listen is left behind, not waited for
      } finally {
        await server.close();
      }
    });

    test("a queue wiped under a process that only adds takes the next job all the same", async (context) => {
      const desk = await open(context);
      const { queues, prefix } = desk;
      await backend().wipe(prefix);
      await queues.enqueue("holiday-sync", { location_id: aLocation() });
      expect((await queues.counts("holiday-sync")).waiting).toBe(1);
    });

    test("a server that is killed refuses adds as unavailable; after its restart adding and consuming go on by themselves", async (context) => {
      const server = await kit.startKillable();
      const desk = await open(context, server.url);
      try {
        const { queues } = desk;
        const ran: string[] = [];
        desk.consume("holiday-sync", { handler: async (job) => void ran.push(job.id) });
        const before = await queues.enqueue("holiday-sync", { location_id: aLocation() });
        await until(() => ran.includes(before));
        await server.kill();
        await expect(queues.enqueue("holiday-sync", { location_id: aLocation() })).rejects.toMatchObject({
          category: "unavailable",
          code: "queue.unavailable",
        });
        await expect(queues.ping()).rejects.toMatchObject({ category: "unavailable" });
        const late = desk.consume("prune", { handler: async () => undefined });
        await server.restart();
        await until(() =>
          queues.ping().then(
            () => true,
            () => false,
          ),
        );
        const after = { sync_id: aLocation(), location_id: aLocation() };
        await until(() =>
          queues.enqueue("holiday-sync", after).then(
            () => true,
            () => false,
          ),
        );
        await until(() => ran.length >= 2);
        const pruned = await queues.enqueue("prune", {});
        await untilState(queues, "prune", pruned, "completed");
        await late.close(1_000);
      } finally {
        await desk.close();
        await server.close();
      }
    });
  });
}
