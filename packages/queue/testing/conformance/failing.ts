// What becomes of a job whose handler throws: one test a category.
import type { FailedJob } from "@almanac/queue/consume";
import { describe, expect, test } from "vitest";
import { failure, until, untilState } from "../desk.ts";
import type { Stage } from "./conformance.ts";

export function failing({ open }: Stage): void {
  describe("failing", () => {
    test("a payload added by hand that does not parse fails at once, without retry, and says pointer and code", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const told: FailedJob<"holiday-sync">[] = [];
      let ran = 0;
      desk.consume("holiday-sync", {
        handler: async () => void ran++,
        onFinalFailure: async (job) => void told.push(job),
      });
      const { id } = await desk.board("holiday-sync").add("by hand", { location_id: "nowhere", colour: "red" });
      await untilState(queues, "holiday-sync", id, "failed");
      const job = await desk.board("holiday-sync").getJob(id);
      expect(job.failedReason).toContain("job.payload_invalid");
      expect(job.failedReason).toContain("/location_id invalid_format");
      expect(job.failedReason).toContain("/colour unknown_key");
      expect(job.attemptsMade).toBe(1);
      expect(ran).toBe(0);
      expect(told).toMatchObject([{ id, payload: undefined, error: { code: "job.payload_invalid" } }]);
    });

    test.for(["incorrect", "unauthenticated", "forbidden", "not-found", "fault"] as const)(
      "%s is terminal: one attempt",
      async (category, context) => {
        const desk = await open(context);
        const { queues } = desk;
        let attempts = 0;
        const told: FailedJob<"reconcile">[] = [];
        desk.consume("reconcile", {
          handler: async () => {
            attempts++;
            throw failure(category);
          },
          onFinalFailure: async (job) => void told.push(job),
        });
        const id = await queues.enqueue("reconcile", {});
        await untilState(queues, "reconcile", id, "failed");
        expect(attempts).toBe(1);
        expect(told).toMatchObject([{ id, attempt: 1, payload: {}, error: { code: `test.${category}` } }]);
        expect(desk.lines.some((line) => line.level === "error")).toBe(category === "fault");
      },
    );

    test("a conflict is tried again at once, a few times, then it is final", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const attempts: number[] = [];
      desk.consume("reconcile", {
        handler: async (job) => {
          attempts.push(job.attempt, job.attemptsLeft);
          throw failure("conflict");
        },
      });
      const id = await queues.enqueue("reconcile", {});
      await untilState(queues, "reconcile", id, "failed");
      expect(attempts).toEqual([1, 2, 2, 1, 3, 0]);
    });

    test("unavailable is tried again after a delay until no attempt is left; the failure is recorded before the queue says failed", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const seen: string[] = [];
      desk.consume("reconcile", {
        handler: async (job) => {
          seen.push(`attempt ${job.attempt}`);
          throw failure("unavailable");
        },
        onFinalFailure: async ({ id }) =>
          void seen.push(`final while ${(await queues.jobStates("reconcile", [id])).get(id)}`),
      });
      const id = await queues.enqueue("reconcile", {});
      await until(async () => (await queues.counts("reconcile")).delayed === 1);
      await untilState(queues, "reconcile", id, "failed");
      expect(seen).toEqual(["attempt 1", "attempt 2", "attempt 3", "final while active"]);
    });

    test("an unknown error is retried like unavailable, and one of a lost database connection is named so", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const lost = Object.assign(new Error("terminating connection due to administrator command"), { code: "57P01" });
      desk.consume("reconcile", {
        handler: async (job) => {
          if (job.attempt === 1) throw lost;
          if (job.attempt === 2) throw new TypeError("undefined is not a bug");
        },
      });
      const id = await queues.enqueue("reconcile", {});
      await untilState(queues, "reconcile", id, "completed");
      expect(desk.lines.map((line) => line.fields["code"])).toEqual(["job.dependency_unavailable", "job.unexpected"]);
    });

    test("a known wait spends no attempt, however often it comes", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      const attempts: number[] = [];
      desk.consume("reconcile", {
        handler: async (job) => {
          attempts.push(job.attempt);
          if (attempts.length <= 8) throw failure("unavailable", { retryAfterMs: 20 });
        },
      });
      const id = await queues.enqueue("reconcile", {});
      await untilState(queues, "reconcile", id, "completed");
      expect(attempts).toEqual(Array(9).fill(1));
    });

    test("a failure that cannot be recorded is not lost: the job is tried again until it can", async (context) => {
      const desk = await open(context);
      const { queues } = desk;
      let told = 0;
      desk.consume("reconcile", {
        handler: async () => {
          throw failure("not-found");
        },
        onFinalFailure: async () => {
          if (++told === 1) throw new Error("the database is away");
        },
      });
      const id = await queues.enqueue("reconcile", {});
      await untilState(queues, "reconcile", id, "failed");
      expect(told).toBe(2);
    });
  });
}
