// Processes that are killed, and processes that close.
import type { FailedJob } from "@almanac/queue/consume";
import { describe, expect, test } from "vitest";
import { aLocation, until, untilState } from "../desk.ts";
import type { Stage } from "./conformance.ts";

export function dyingAndShuttingDown({ open }: Stage): void {
  describe("dying and shutting down", () => {
    test("a job whose process is killed is taken up by another one, without an attempt spent", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const id = await queues.enqueue("holiday-sync", { location_id: aLocation() });
      const victim = desk.spawnWorker("hang");
      expect(await victim.started).toBe(id);
      await victim.kill();
      const seen: unknown[] = [];
      desk.consume("holiday-sync", {
        handler: async (job) => void seen.push({ attempt: job.attempt, crashes: job.crashes }),
      });
      await untilState(queues, "holiday-sync", id, "completed");
      expect(seen).toEqual([{ attempt: 1, crashes: 1 }]);
    });

    test("a job over which three processes died is not given to a fourth", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const id = await queues.enqueue("holiday-sync", { location_id: aLocation() });
      for (let round = 0; round < 3; round++) await desk.spawnWorker("crash").dead;
      let ran = 0;
      const told: FailedJob<"holiday-sync">[] = [];
      desk.consume("holiday-sync", {
        handler: async () => void ran++,
        onFinalFailure: async (job) => void told.push(job),
      });
      await untilState(queues, "holiday-sync", id, "failed");
      expect(ran).toBe(0);
      expect(told).toMatchObject([{ id, error: { code: "job.crashed_repeatedly" } }]);
    });

    test("closing lets running jobs end and takes no more", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const gate = Promise.withResolvers<void>();
      const consumer = desk.consume("prune", { handler: () => gate.promise });
      const first = await queues.enqueue("prune", {});
      await until(() => consumer.running === 1);
      const second = await queues.enqueue("prune", {});
      const closed = consumer.close(40_000);
      gate.resolve();
      await closed;
      expect([...(await queues.jobStates("prune", [first, second])).values()]).toEqual(["completed", "waiting"]);
    });

    test.for(["listens to its signal", "does not listen"])(
      "at the shutdown deadline a job that %s is handed back, without an attempt spent",
      async (manner, context) => {
        const desk = await open(context);
        const { queues } = desk;
        const consumer = desk.consume("prune", {
          handler: (job) =>
            new Promise(
              (_, reject) =>
                manner.startsWith("listens") &&
                job.signal.addEventListener("abort", () => reject(new Error("aborted"))),
            ),
        });
        const id = await queues.enqueue("prune", {});
        await until(() => consumer.running === 1);
        await consumer.close(50);
        expect((await queues.jobStates("prune", [id])).get(id)).toBe("waiting");
        const attempts: number[] = [];
        desk.consume("prune", { handler: async (job) => void attempts.push(job.attempt) });
        await untilState(queues, "prune", id, "completed");
        expect(attempts).toEqual([1]);
      },
    );
  });
}
