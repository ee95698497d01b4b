// What connected queues can do, whichever backend is behind them.

import type { JobInput, JobName } from "./catalogue.ts";
import type { QueueLog } from "./log.ts";

export type JobState = "waiting" | "active" | "delayed" | "completed" | "failed" | "waiting-children" | "missing";

/** Jobs by state; `waiting` holds prioritized and paused ones too. */
export type JobCounts = Record<Exclude<JobState, "missing">, number>;

export interface EnqueueOptions {
  /** Identity of a re-enqueued job, see `jobId`. Defaults to 0. */
  round?: number;
  /** Run no earlier than this many milliseconds from now. */
  delayMs?: number;
}

/** A repeated job: a cron pattern (five or six fields) read in an IANA time zone. `key` is its identity. */
export interface Schedule<N extends JobName = JobName> {
  key: string;
  name: N;
  payload: JobInput<N>;
  cron: string;
  tz: string;
}

export interface RegisteredSchedule {
  key: string;
  name: JobName;
  cron: string;
  tz: string;
  /** The next run, ISO 8601 with Z. */
  next_at: string | undefined;
  /** The two slots before the present one, newest first, ISO 8601 with Z: what is older than the second has missed two. */
  slots_before: string[];
}

/** A raw queue object for a dashboard adapter; opaque on purpose. */
export interface BoardQueue {
  readonly name: string;
}

export interface QueuesOptions {
  /** `postgres://`, `postgresql://`, `redis://` or `rediss://`. */
  url: string;
  /** The namespace: a schema on Postgres, a key prefix on Redis. Lower-case letters, digits, underscores. Defaults to `bullmq`. */
  prefix?: string;
  log: QueueLog;
  /** How long an enqueue or a question waits for the backend before it fails as `queue.unavailable`. Defaults to 5,000. */
  timeoutMs?: number;
}

/**
 * The queues of the catalogue on one backend. A lost connection comes back by itself; until then every call fails with
 * AppError `unavailable`, code `queue.unavailable`, and nothing crashes the process.
 */
export interface Queues {
  readonly backend: "postgres" | "redis";
  /** Parses the payload (AppError `incorrect`, code `job.payload_invalid`) and adds the job. Gives its id; the same identity twice is one job. */
  enqueue<N extends JobName>(name: N, payload: JobInput<N>, options?: EnqueueOptions): Promise<string>;
  /** The same for many, in slices of 1,000. Gives the ids in order. */
  enqueueMany<N extends JobName>(
    name: N,
    payloads: readonly JobInput<N>[],
    options?: EnqueueOptions,
  ): Promise<string[]>;
  /** The state of each id; ids that the queue does not know (any more) are `missing`. */
  jobStates(name: JobName, ids: readonly string[]): Promise<Map<string, JobState>>;
  counts(name: JobName): Promise<JobCounts>;
  /** Registers or replaces a schedule, remembered by this process for `heal`. Idempotent by key, also from several processes: one job a slot. */
  schedule<N extends JobName>(schedule: Schedule<N>): Promise<void>;
  /** Removes a schedule whatever queue it is in; true if there was one. */
  unschedule(key: string): Promise<boolean>;
  schedules(): Promise<RegisteredSchedule[]>;
  /**
   * Repairs a wiped queue: lays the schema again (Postgres) and registers again the schedules that this process registered.
   * Cheap when nothing is wrong (one query per schedule): call it every few seconds. True if something was repaired.
   */
  heal(): Promise<boolean>;
  /** The raw queue objects, for the dashboard's adapter. */
  boardQueues(): BoardQueue[];
  /** Resolves if the backend answers, else throws AppError `unavailable`. */
  ping(): Promise<void>;
  /** One line each about settings of the backend that put waiting jobs at risk (Redis: no AOF, an eviction policy). */
  warnings(): Promise<string[]>;
  close(): Promise<void>;
}
