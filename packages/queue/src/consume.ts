// How is a job run? Parses its payload, hands it to the handler, and turns what the handler throws into a decision.

import { AppError } from "@almanac/domain/errors";
import { DelayedError, type Job, UnrecoverableError, WaitingError } from "bullmq";
import type { RawWorker } from "./backend.ts";
import { type JobInput, type JobName, type JobPayload, policies } from "./catalogue.ts";
import type { EnqueueOptions, Queues } from "./connect.ts";
import { decide } from "./decide.ts";
import { waitForAll } from "./fan-out.ts";
import { internalsOf } from "./internals.ts";
import { trimFinished } from "./keep.ts";
import type { QueueLog } from "./log.ts";
import { parsePayload } from "./payload.ts";
import { isPassing, isWiped, quietly, within } from "./trouble.ts";

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
   * Adds one child job a payload and resolves once all of them have ended; progress shows how many have. A process that dies or
   * shuts down meanwhile leaves the job to another one, which runs the handler from its start: payloads with a deterministic
   * `jobId` are then not added twice.
   */
  fanOut<C extends JobName>(name: C, payloads: readonly JobInput<C>[], options?: EnqueueOptions): Promise<ChildrenCounts>;
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

/** A job over which that many processes have died is not given to another one. */
const crashLimit = 3;

/** Tells BullMQ when to try again; the delay is the decision's, whatever the job was added with. */
class Again extends Error {
  readonly delayMs: number;
  constructor(message: string, delayMs: number) {
    super(message);
    this.name = "Again";
    this.delayMs = delayMs;
  }
}

/** Thrown into a handler that has to leave because the process shuts down. */
class Leave extends Error {}

const lockLost = "the lock was lost";
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const settles = (work: Promise<unknown>, ms: number) => within(ms, work).then(() => true, () => false);

/**
 * Runs the jobs of one queue until closed. Starts by itself as soon as the backend answers, and outlives its restarts and wipes.
 * A job whose process died is taken up again within 7.5 s (its lock runs out after 5 s, the check comes every 2.5 s).
 */
export function consume<N extends JobName>(options: ConsumeOptions<N>): Consumer {
  const { queues, name, handler, onFinalFailure, log } = options;
  const { backend, queue } = internalsOf(queues);
  const policy = policies[name];
  const report = quietly(log, { job: name });
  const active = new Map<string, { job: Job; token: string }>();
  const leaving = Promise.withResolvers<never>();
  leaving.promise.catch(() => undefined);
  let worker: RawWorker | undefined;
  let closing: Promise<void> | undefined;
  let handBack = false;

  const reasonOf = (error: AppError) =>
    `${error.code}: ${error.code === "job.unexpected" || error.code === "job.dependency_unavailable" ? error.message : error.detail}`;

  async function delayed(job: Job, token: string, delayMs: number): Promise<never> {
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  }

  /** Tells the use case, then gives the job up. Never returns. */
  async function giveUp(job: Job, token: string, payload: JobPayload<N> | undefined, error: AppError): Promise<never> {
    const attempt = job.attemptsMade + 1;
    const fields = { job: name, id: job.id, attempt, code: error.code, err: error };
    if (error.category === "fault") log.error(fields, "job failed by a fault of our own");
    else log.warn(fields, "job failed");
    try {
      await onFinalFailure?.({ id: job.id!, name, payload, error, attempt });
    } catch (unrecorded) {
      log.error({ job: name, id: job.id, err: unrecorded }, "the failure of a job could not be recorded; it is tried again");
      return delayed(job, token, 2_000);
    }
    const failure = new UnrecoverableError(reasonOf(error));
    failure.stack = (error.cause instanceof Error ? error.cause : error).stack;
    throw failure;
  }

  async function run(job: Job, token: string, signal: AbortSignal): Promise<unknown> {
    const payload = parsePayload(name, job.data);
    if (payload instanceof AppError) return giveUp(job, token, undefined, payload);
    if (job.stalledCounter >= crashLimit) {
      const detail = `The job was given up: ${job.stalledCounter} processes died or lost it while they ran it.`;
      return giveUp(job, token, payload, new AppError("fault", { code: "job.crashed_repeatedly", detail }));
    }
    const attempts = Math.max(job.opts.attempts ?? 1, 1);
    try {
      return await handler({
        id: job.id!,
        name,
        payload,
        attempt: job.attemptsMade + 1,
        attemptsLeft: Math.max(attempts - job.attemptsMade - 1, 0),
        crashes: job.stalledCounter,
        signal,
        log: async (line) => void (await job.log(line)),
        progress: (value) => job.updateProgress(value),
        async fanOut(child, payloads, enqueueOptions) {
          const ids = await queues.enqueueMany(child, payloads, enqueueOptions);
          return waitForAll({ queues, name: child, ids, leave: leaving.promise, progress: (value) => job.updateProgress(value), isPassing });
        },
      });
    } catch (thrown) {
      if (signal.aborted && signal.reason === lockLost) throw new WaitingError(); // someone else decides over this job now
      if (thrown instanceof Leave || (handBack && signal.aborted)) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const { error, decision } = decide(thrown, { attempt: job.attemptsMade + 1, attempts, policy, random: Math.random() });
      if (decision.kind === "terminal") return giveUp(job, token, payload, error);
      log.info({ job: name, id: job.id, attempt: job.attemptsMade + 1, code: error.code, in_ms: decision.delayMs, err: error }, "job is tried again");
      if (decision.kind === "wait") return delayed(job, token, decision.delayMs);
      throw new Again(reasonOf(error), decision.delayMs);
    }
  }

  async function processor(job: Job, token?: string, signal?: AbortSignal): Promise<unknown> {
    active.set(job.id!, { job, token: token! });
    try {
      return await run(job, token!, signal!);
    } finally {
      active.delete(job.id!);
    }
  }

  async function start(): Promise<void> {
    for (let pauseMs = 100; closing === undefined; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        worker = await backend.openWorker(name, processor, {
          concurrency: options.concurrency ?? policy.concurrency,
          lockDuration: 5_000,
          stalledInterval: 2_500,
          maxStalledCount: 10, // crashLimit comes first, and tells the use case
          runRetryDelay: 500,
          settings: { backoffStrategy: (_made, _type, error) => (error instanceof Again ? error.delayMs : policy.backoff.firstMs) },
        });
        worker.on("error", (error) => {
          report(error);
          if (isWiped(error)) queues.heal().catch(report);
        });
        worker.on("lockRenewalFailed", (ids) => ids.forEach((id) => worker!.cancelJob(id, lockLost)));
        return;
      } catch (error) {
        report(error);
        if (isWiped(error)) await queues.heal().catch(report);
        await pause(pauseMs);
      }
    }
  }
  const started = start();

  const trimming = setInterval(() => {
    void (async () => {
      await trimFinished(queue(name), "completed", policy.keepCompleted.count);
      await trimFinished(queue(name), "failed", policy.keepFailed.count);
    })().catch(report);
  }, 15_000);
  trimming.unref();

  async function shut(deadlineMs: number): Promise<void> {
    clearInterval(trimming);
    leaving.reject(new Leave("the process shuts down"));
    await started;
    if (worker === undefined) return;
    const done = worker.close();
    if (await settles(done, deadlineMs)) return;
    handBack = true;
    worker.cancelAllJobs("the process shuts down");
    if (await settles(done, 1_000)) return;
    // Handlers that do not listen: their jobs go back all the same, so that another process need not wait for the locks to run out.
    log.warn({ job: name, ids: [...active.keys()] }, "jobs did not end before the shutdown deadline and are handed back");
    await Promise.allSettled([...active.values()].map(({ job, token }) => within(1_000, job.moveToWait(token))));
    await (worker as unknown as { lockManager: { close(): Promise<void> } }).lockManager.close();
    await settles(worker.disconnect(), 1_000);
  }

  return {
    get running() {
      return active.size;
    },
    close(deadlineMs) {
      closing ??= Promise.resolve().then(() => shut(deadlineMs));
      return closing;
    },
  };
}
