// One attempt at a job as its handler sees it, and a failed job as the use case is told of it.

import type { AppError } from "@almanac/domain/errors";
import type { JobInput, JobName, JobPayload } from "./catalogue.ts";
import type { EnqueueOptions } from "./queues.ts";

/** How the children of a fanned-out job ended. */
export interface ChildrenCounts {
  completed: number;
  failed: number;
}

/** One attempt at a job, as its handler sees it. */
export interface RunningJob<N extends JobName> {
  readonly id: string;
  readonly name: N;
  readonly payload: JobPayload<N>;
  /** When it was added, epoch milliseconds: a wiped queue counts its ids from one again, id and instant together stay unique. */
  readonly addedAtMs: number;
  /** 1 for the first attempt. A known wait and a crash spend none. */
  readonly attempt: number;
  /** Attempts after this one. */
  readonly attemptsLeft: number;
  /** How often a process died (or lost its lock) over this job. */
  readonly crashes: number;
  /** Aborted when the lock is lost (someone else may run the job: stop writing) or when the shutdown deadline has passed. */
  readonly signal: AbortSignal;
  /** A line in the job's log (Bull Board). One round trip: not once a location. */
  log(line: string): Promise<void>;
  /** A share 0..1 or an object, shown in Bull Board. One round trip. */
  progress(value: number | object): Promise<void>;
  /**
   * Adds one child job a payload and resolves once all of them have ended; progress shows how many have. A process that dies or
   * shuts down meanwhile leaves the job to another one, which runs the handler from its start: payloads with a deterministic
   * `jobId` are then not added twice.
   */
  fanOut<C extends JobName>(
    name: C,
    payloads: readonly JobInput<C>[],
    options?: EnqueueOptions,
  ): Promise<ChildrenCounts>;
}

/** A job that ended without success, told before the queue marks it failed. */
export interface FailedJob<N extends JobName> {
  id: string;
  name: N;
  /** Undefined if it did not parse. */
  payload: JobPayload<N> | undefined;
  error: AppError;
  attempt: number;
}
