// Where do jobs go? One object for both backends: Postgres (postgres://) and Redis (redis://), chosen by the URL alone.

import { AppError } from "@almanac/domain/errors";
import type { RawQueue } from "./backend.ts";
import { type JobInput, type JobName, jobId, jobNames, policies } from "./catalogue.ts";
import { remember } from "./internals.ts";
import { parsePayload } from "./payload.ts";
import { postgresBackend } from "./postgres.ts";
import type { EnqueueOptions, JobState, Queues, QueuesOptions, Schedule } from "./queues.ts";
import { redisBackend } from "./redis.ts";
import { checkSchedule, listSchedules, register, restore, unregister } from "./schedules.ts";
import { isPassing, isWiped, quietly, unavailable, within } from "./trouble.ts";

export type { JobState, Queues } from "./queues.ts";

const sliceOf = 1_000;

function backendOf(url: string): typeof postgresBackend {
  if (/^postgres(ql)?:\/\//.test(url)) return postgresBackend;
  if (/^rediss?:\/\//.test(url)) return redisBackend;
  throw new AppError("incorrect", {
    code: "queue.url_invalid",
    detail: "The queue's URL must begin with postgres://, postgresql://, redis:// or rediss://.",
  });
}

/**
 * Connects, and lays the queue's schema where it needs one. Throws AppError `unavailable` (`queue.unavailable`) while the
 * backend does not answer, `incorrect` for a URL or prefix that cannot be.
 */
export async function connectQueues({
  url,
  prefix = "bullmq",
  log,
  timeoutMs = 5_000,
}: QueuesOptions): Promise<Queues> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(prefix)) {
    throw new AppError("incorrect", {
      code: "queue.prefix_invalid",
      detail: "The queue's prefix takes lower-case letters, digits and underscores.",
    });
  }
  const report = quietly(log, {});
  const backend = await backendOf(url)(url, prefix, report).catch((error: unknown) => {
    throw isPassing(error) ? unavailable("The job queue does not answer.", error) : error;
  });

  const raw = new Map<JobName, RawQueue>();
  for (const name of jobNames) {
    const { attempts, keepCompleted, keepFailed } = policies[name];
    // Age only: BullMQ's Postgres backend reads all kept jobs anew at every completion to keep a count (1,680 → 680 jobs/s).
    // The count is kept by the consumer, now and then.
    const queue = backend.openQueue(name, {
      attempts,
      backoff: { type: "decided" },
      removeOnComplete: { age: keepCompleted.age },
      removeOnFail: { age: keepFailed.age },
    });
    queue.on("error", report);
    raw.set(name, queue);
  }
  const queueOf = (name: JobName) => raw.get(name)!;
  const schedules = new Map<string, Schedule>();
  let healing: Promise<boolean> | undefined;

  async function repairAll(): Promise<boolean> {
    const laid = await backend.repair();
    const registered = await restore(queueOf, schedules.values());
    if (laid || registered)
      log.warn({ schema: laid, schedules: registered }, "the job queue had been wiped and was repaired");
    return laid || registered;
  }
  const healOnce = () => (healing ??= repairAll().finally(() => (healing = undefined)));

  /** One question to the backend: in time, healed and asked again if the queue was wiped, refused as `unavailable` if it is away. */
  async function ask<T>(question: () => Promise<T>, ms = timeoutMs): Promise<T> {
    const healed = async () => {
      try {
        return await question();
      } catch (error) {
        if (!isWiped(error)) throw error;
        await healOnce();
        return question();
      }
    };
    try {
      return await within(ms, healed());
    } catch (error) {
      throw isPassing(error) ? unavailable("The job queue does not answer.", error) : error;
    }
  }

  function prepared<N extends JobName>(name: N, input: JobInput<N>, { round, delayMs }: EnqueueOptions) {
    const payload = parsePayload(name, input);
    if (payload instanceof AppError) throw payload;
    const id = jobId(name, input, round);
    return {
      name,
      data: payload,
      opts: { ...(id === undefined ? {} : { jobId: id }), ...(delayMs === undefined ? {} : { delay: delayMs }) },
    };
  }

  const queues: Queues = {
    backend: backend.kind,

    async enqueue(name, payload, options = {}) {
      const job = prepared(name, payload, options);
      return ask(async () => (await queueOf(name).add(job.name, job.data, job.opts)).id!);
    },

    async enqueueMany(name, payloads, options = {}) {
      const jobs = payloads.map((payload) => prepared(name, payload, options));
      const ids: string[] = [];
      for (let from = 0; from < jobs.length; from += sliceOf) {
        const added = await ask(() => queueOf(name).addBulk(jobs.slice(from, from + sliceOf)));
        ids.push(...added.map((job) => job.id!));
      }
      return ids;
    },

    async jobStates(name, ids) {
      const states = new Map<string, JobState>(ids.map((id) => [id, "missing"]));
      for (let from = 0; from < ids.length; from += sliceOf) {
        for (const [id, state] of await ask(() => backend.states(queueOf(name), ids.slice(from, from + sliceOf))))
          states.set(id, state);
      }
      return states;
    },

    async counts(name) {
      const counts = await ask(() => queueOf(name).getJobCounts());
      const of = (...states: string[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
      return {
        waiting: of("waiting", "prioritized", "paused"),
        active: of("active"),
        delayed: of("delayed"),
        completed: of("completed"),
        failed: of("failed"),
        "waiting-children": of("waiting-children"),
      };
    },

    async schedule(schedule) {
      checkSchedule(schedule);
      const payload = parsePayload(schedule.name, schedule.payload);
      if (payload instanceof AppError) throw payload;
      await ask(() => register(queueOf(schedule.name), schedule));
      schedules.set(schedule.key, schedule);
    },

    async unschedule(key) {
      schedules.delete(key);
      return ask(() => unregister(queueOf, key));
    },

    schedules: () => ask(() => listSchedules(queueOf)),
    heal: () => ask(healOnce, Math.max(timeoutMs, 30_000)),
    boardQueues: () => [...raw.values()],
    ping: () => ask(() => backend.ping()),
    warnings: () => ask(() => backend.warnings()),

    async close() {
      await Promise.allSettled([...raw.values()].map((queue) => within(timeoutMs, queue.close())));
      await within(timeoutMs, backend.close()).catch(report);
    },
  };
  return remember(queues, { backend, queue: queueOf });
}
