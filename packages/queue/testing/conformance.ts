// What every backend of the queue must do. Run over Postgres and over Redis: nobody above may notice which one it is.

import { AppError, type ErrorCategory } from "@almanac/domain/errors";
import type { JobName } from "@almanac/queue/catalogue";
import type { FailedJob } from "@almanac/queue/consume";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { internalsOf } from "../src/internals.ts";
import { trimFinished } from "../src/keep.ts";
import type { BackendKit, TestBackend } from "./backends.ts";
import { aLocation, type Desk, openDesk, until, untilState } from "./desk.ts";

interface AnyQueue {
  name: string;
  add(name: string, data: unknown): Promise<{ id: string }>;
  getJob(id: string): Promise<{ failedReason: string; attemptsMade: number; progress: unknown }>;
}

export function conformance(kit: BackendKit): void {
  describe(`queue on ${kit.kind}`, () => {
    let backend: TestBackend;
    let desk: Desk;
    beforeAll(async () => void (backend = await kit.start()));
    afterAll(() => backend?.close());
    afterEach(() => desk?.close());
    const open = async () => (desk = await openDesk(backend.url));
    const board = (name: JobName) =>
      desk.queues.boardQueues().find((queue) => queue.name === name) as unknown as AnyQueue;
    const error = (category: ErrorCategory, extra: object = {}) =>
      new AppError(category, { code: `test.${category}`, detail: "as the test wants it", ...extra });

    describe("adding", () => {
      test("the same identity added twice, one by one or in bulk, is one job; a later round is another", async () => {
        const { queues } = await open();
        const job = { sync_id: aLocation(), location_id: aLocation() };
        const first = await queues.enqueue("holiday-sync", job);
        expect(first).toBe(`sync.${job.sync_id}.${job.location_id}`);
        expect(await queues.enqueue("holiday-sync", job)).toBe(first);
        expect(await queues.enqueueMany("holiday-sync", [job, job])).toEqual([first, first]);
        expect((await queues.counts("holiday-sync")).waiting).toBe(1);
        await queues.enqueue("holiday-sync", job, { round: 1 });
        expect((await queues.counts("holiday-sync")).waiting).toBe(2);
      });

      test("jobs without an identity are jobs of their own", async () => {
        const { queues } = await open();
        const job = { location_id: aLocation() };
        expect(
          new Set([await queues.enqueue("holiday-sync", job), await queues.enqueue("holiday-sync", job)]).size,
        ).toBe(2);
      });

      test("a payload that does not parse is refused before it is added", async () => {
        const { queues } = await open();
        await expect(queues.enqueue("holiday-sync", { location_id: "nowhere" })).rejects.toMatchObject({
          category: "incorrect",
          code: "job.payload_invalid",
        });
        expect((await queues.counts("holiday-sync")).waiting).toBe(0);
      });

      test("several thousand jobs are added in order and told apart by state", async () => {
        const { queues } = await open();
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

      test("several processes that start on an empty backend at once all come up", async () => {
        const { prefix } = await open();
        await backend.wipe(prefix);
        const others = await Promise.all(Array.from({ length: 6 }, () => desk.another()));
        for (const other of others) await other.enqueue("prune", {});
        expect((await desk.queues.counts("prune")).waiting).toBe(6);
      });
    });

    describe("failing", () => {
      test("a payload added by hand that does not parse fails at once, without retry, and says pointer and code", async () => {
        const { queues } = await open();
        const told: FailedJob<"holiday-sync">[] = [];
        let ran = 0;
        desk.consume("holiday-sync", {
          handler: async () => void ran++,
          onFinalFailure: async (job) => void told.push(job),
        });
        const { id } = await board("holiday-sync").add("by hand", { location_id: "nowhere", colour: "red" });
        await untilState(queues, "holiday-sync", id, "failed");
        const job = await board("holiday-sync").getJob(id);
        expect(job.failedReason).toContain("job.payload_invalid");
        expect(job.failedReason).toContain("/location_id invalid_format");
        expect(job.failedReason).toContain("/colour unknown_key");
        expect(job.attemptsMade).toBe(1);
        expect(ran).toBe(0);
        expect(told).toMatchObject([{ id, payload: undefined, error: { code: "job.payload_invalid" } }]);
      });

      test.each(["incorrect", "unauthenticated", "forbidden", "not-found", "fault"] as const)(
        "%s is terminal: one attempt",
        async (category) => {
          const { queues } = await open();
          let attempts = 0;
          const told: FailedJob<"reconcile">[] = [];
          desk.consume("reconcile", {
            handler: async () => {
              attempts++;
              throw error(category);
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

      test("a conflict is tried again at once, a few times, then it is final", async () => {
        const { queues } = await open();
        const attempts: number[] = [];
        desk.consume("reconcile", {
          handler: async (job) => {
            attempts.push(job.attempt, job.attemptsLeft);
            throw error("conflict");
          },
        });
        const id = await queues.enqueue("reconcile", {});
        await untilState(queues, "reconcile", id, "failed");
        expect(attempts).toEqual([1, 2, 2, 1, 3, 0]);
      });

      test("unavailable is tried again after a delay until no attempt is left; the failure is recorded before the queue says failed", async () => {
        const { queues } = await open();
        const seen: string[] = [];
        desk.consume("reconcile", {
          handler: async (job) => {
            seen.push(`attempt ${job.attempt}`);
            throw error("unavailable");
          },
          onFinalFailure: async ({ id }) =>
            void seen.push(`final while ${(await queues.jobStates("reconcile", [id])).get(id)}`),
        });
        const id = await queues.enqueue("reconcile", {});
        await until(async () => (await queues.counts("reconcile")).delayed === 1);
        await untilState(queues, "reconcile", id, "failed");
        expect(seen).toEqual(["attempt 1", "attempt 2", "attempt 3", "final while active"]);
      });

      test("an unknown error is retried like unavailable, and one of a lost database connection is named so", async () => {
        const { queues } = await open();
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

      test("a known wait spends no attempt, however often it comes", async () => {
        const { queues } = await open();
        const attempts: number[] = [];
        desk.consume("reconcile", {
          handler: async (job) => {
            attempts.push(job.attempt);
            if (attempts.length <= 8) throw error("unavailable", { retryAfterMs: 20 });
          },
        });
        const id = await queues.enqueue("reconcile", {});
        await untilState(queues, "reconcile", id, "completed");
        expect(attempts).toEqual(Array(9).fill(1));
      });

      test("a failure that cannot be recorded is not lost: the job is tried again until it can", async () => {
        const { queues } = await open();
        let told = 0;
        desk.consume("reconcile", {
          handler: async () => {
            throw error("not-found");
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

    describe("keeping", () => {
      test("finished jobs beyond the number to keep are removed, the newest stay, and the others' states are left alone", async () => {
        const { queues } = await open();
        const sync_id = aLocation();
        const failing = new Set<string>();
        desk.consume("holiday-sync", {
          concurrency: 1,
          handler: async (job) => {
            if (failing.has(job.payload.location_id)) throw error("not-found");
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

    describe("fanning out", () => {
      test("the parent waits for every child, also for those that fail, and is told the counts", async () => {
        const { queues } = await open();
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
            if (job.payload.location_id === bad) throw error("not-found");
          },
        });
        const id = await queues.enqueue("holiday-sync-all", { sync_id });
        await until(async () => (await queues.counts("holiday-sync")).active === 100);
        expect((await queues.jobStates("holiday-sync-all", [id])).get(id)).toBe("active");
        gate.resolve();
        await untilState(queues, "holiday-sync-all", id, "completed");
        expect(counts).toEqual({ completed: 700, failed: 1 });
        expect((await board("holiday-sync-all").getJob(id)).progress).toEqual({ children: 701, ended: 701, failed: 1 });
      });

      test("a waiting parent hands itself back at once when its process shuts down, and the next process does not add the children twice", async () => {
        const { queues } = await open();
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

    describe("schedules", () => {
      test("a schedule is one schedule by its key, read in its time zone, replaced by a new pattern, and removed", async () => {
        const { queues } = await open();
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
        expect((await queues.counts("holiday-sync-all")).delayed).toBe(1);
        expect(await queues.unschedule("nightly")).toBe(true);
        expect(await queues.unschedule("nightly")).toBe(false);
        expect((await queues.counts("holiday-sync-all")).delayed).toBe(0);
      });

      test.each([
        { cron: "61 3 * * *", tz: "UTC" },
        { cron: "every day", tz: "UTC" },
        { cron: "0 3 * * *", tz: "Mars/Olympus" },
      ])("a schedule that cannot be is refused: $cron in $tz", async (wrong) => {
        const { queues } = await open();
        await expect(queues.schedule({ key: "wrong", name: "prune", payload: {}, ...wrong })).rejects.toMatchObject({
          code: "job.schedule_invalid",
        });
      });

      test("two processes that register the same schedule and both consume it run one job a slot", async () => {
        const { queues } = await open();
        const second = await desk.another();
        const ran: string[] = [];
        for (const mine of [queues, second])
          desk.consume("reconcile", { queues: mine, handler: async (job) => void ran.push(job.id) });
        const everySecond = { key: "tick", name: "reconcile", payload: {}, cron: "* * * * * *", tz: "UTC" } as const;
        await Promise.all([queues.schedule(everySecond), second.schedule(everySecond)]);
        await until(() => ran.length >= 4);
        await second.schedule(everySecond);
        await until(() => ran.length >= 6);
        const slots = ran.map((id) => Math.floor(Number(id.split(":").at(-1)) / 1_000));
        expect(new Set(slots).size).toBe(slots.length);
        expect(slots.at(-1)! - slots[0]!).toBe(slots.length - 1);
      });
    });

    describe("dying and shutting down", () => {
      test("a job whose process is killed is taken up by another one, without an attempt spent", async () => {
        const { queues } = await open();
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

      test("a job over which three processes died is not given to a fourth", async () => {
        const { queues } = await open();
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

      test("closing lets running jobs end and takes no more", async () => {
        const { queues } = await open();
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

      test.each(["listens to its signal", "does not listen"])(
        "at the shutdown deadline a job that %s is handed back, without an attempt spent",
        async (manner) => {
          const { queues } = await open();
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

    describe("losing the backend", () => {
      test("a wiped queue is repaired: schedules are back, and the same consumer goes on taking jobs", async () => {
        const { queues, prefix } = await open();
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
        await backend.wipe(prefix);
        await queues.heal();
        expect(await queues.schedules()).toHaveLength(1);
        expect(await queues.counts("holiday-sync")).toMatchObject({ waiting: 0, delayed: 0 });
        const after = { sync_id: aLocation(), location_id: aLocation() };
        const id = await queues.enqueue("holiday-sync", after);
        await untilState(queues, "holiday-sync", id, "completed");
        expect(ran.at(-1)).toBe(id);
        expect(await queues.heal()).toBe(false);
      });

      test("a job whose lock is gone hears it by its signal, and its failure then is nobody's: someone else decides over it", async () => {
        const { queues, prefix } = await open();
        let told = 0;
        const aborted = Promise.withResolvers<void>();
        const consumer = desk.consume("holiday-sync", {
          handler: (job) =>
            new Promise((_, reject) => {
              job.signal.addEventListener("abort", () => {
                aborted.resolve();
                reject(error("fault"));
              });
            }),
          onFinalFailure: async () => void told++,
        });
        await queues.enqueue("holiday-sync", { location_id: aLocation() });
        await until(() => consumer.running === 1);
        await backend.wipe(prefix);
        await aborted.promise;
        await until(() => consumer.running === 0);
        expect(told).toBe(0);
      });

      test("closing ends although the backend is away", async () => {
        const server = await kit.startKillable();
        try {
          desk = await openDesk(server.url);
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

      test("a queue wiped under a process that only adds takes the next job all the same", async () => {
        const { queues, prefix } = await open();
        await backend.wipe(prefix);
        await queues.enqueue("holiday-sync", { location_id: aLocation() });
        expect((await queues.counts("holiday-sync")).waiting).toBe(1);
      });

      test("a server that is killed refuses adds as unavailable; after its restart adding and consuming go on by themselves", async () => {
        const server = await kit.startKillable();
        try {
          desk = await openDesk(server.url);
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
  });
}
