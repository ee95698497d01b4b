// How is a job run? Parses its payload, hands it to the handler, and turns what the handler throws into a decision.

import type { AppError } from "@almanac/domain/errors";
import type { JobInput, JobName, JobPayload } from "./catalogue.ts";
import type { EnqueueOptions, Queues } from "./connect.ts";
import type { QueueLog } from "./log.ts";

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
   * Adds one child job a payload and leaves the handler until all of them have ended; the handler is then run again from its
   * start, and this call gives the counts. `payloads` is asked for once. Everything before the call must be repeatable.
   */
  fanOut<C extends JobName>(name: C, payloads: () => Promise<readonly JobInput<C>[]>, options?: EnqueueOptions): Promise<ChildrenCounts>;
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

export interface ConsumeOptions<N extends JobName> {
  queues: Queues;
  name: N;
  handler: (job: RunningJob<N>) => Promise<unknown>;
  /**
   * Called, and awaited, once no attempt is left or the error is terminal. If it throws, the job is delayed for a moment and tried
   * again, so that no failure goes unrecorded.
   */
  onFinalFailure?: (job: FailedJob<N>) => Promise<void>;
  /** Defaults to the catalogue's. */
  concurrency?: number;
  log: QueueLog;
}

export interface Consumer {
  /** Jobs running now. */
  readonly running: number;
  /**
   * Takes no more jobs, waits for the running ones up to the deadline, then aborts their signals, waits for them a moment longer and
   * hands back what is left: another consumer takes it over as soon as its lock runs out (5 s).
   */
  close(deadlineMs: number): Promise<void>;
}
