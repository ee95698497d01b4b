// Who runs the jobs of a queue, from when to when? A consumer outlives its backend's restarts and ends in good order.

import type { Job } from "bullmq";
import { Again, attempts, Leave, lockLost, type Shift } from "./attempt.ts";
import type { RawWorker } from "./backend.ts";
import { type JobName, policies } from "./catalogue.ts";
import { internalsOf } from "./internals.ts";
import type { FailedJob, RunningJob } from "./job.ts";
import { trimFinished } from "./keep.ts";
import type { QueueLog } from "./log.ts";
import type { Queues } from "./queues.ts";
import { isWiped, quietly, within } from "./trouble.ts";

export type { FailedJob, RunningJob } from "./job.ts";

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

/** How long a job is its process's own without a renewal, which comes twice as often. */
export const lockMs = 5_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const settles = (work: Promise<unknown>, ms: number) =>
  within(ms, work).then(
    () => true,
    () => false,
  );

/**
 * Runs the jobs of one queue until closed. Starts by itself as soon as the backend answers, and outlives its restarts and wipes.
 * A job whose process died is taken up again within 7.5 s (its lock runs out after 5 s, the check comes every 2.5 s).
 */
export function consume<N extends JobName>(options: ConsumeOptions<N>): Consumer {
  const { queues, name, log } = options;
  const { backend, queue } = internalsOf(queues);
  const policy = policies[name];
  const report = quietly(log, { job: name });
  const active = new Set<{ job: Job; token: string }>();
  const leaving = new AbortController();
  const shift: Shift = { leave: leaving.signal, handingBack: false };
  const attempt = attempts(options, shift);
  let worker: RawWorker | undefined;
  let closing: Promise<void> | undefined;
  let stopping = false;

  // Three parameters: BullMQ makes a signal only for a processor that takes one.
  async function processor(job: Job, token?: string, signal?: AbortSignal): Promise<unknown> {
    const running = { job, token: token! };
    active.add(running);
    try {
      return await attempt(job, running.token, signal!);
    } finally {
      active.delete(running);
    }
  }

  function open(): Promise<RawWorker> {
    return backend.openWorker(name, processor, {
      concurrency: options.concurrency ?? policy.concurrency,
      // By itself it would take a job before whoever closes the consumer meanwhile can hold it back.
      autorun: false,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      maxStalledCount: 10, // our own limit comes first, and tells the use case
      runRetryDelay: 500,
      settings: {
        backoffStrategy: (_made, _type, error) => (error instanceof Again ? error.delayMs : policy.backoff.firstMs),
      },
    });
  }

  function troubled(error: unknown): void {
    report(error);
    if (isWiped(error)) queues.heal().catch(report);
  }

  async function start(): Promise<void> {
    for (let pauseMs = 100; !stopping; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        const opened = await open();
        opened.on("error", troubled);
        opened.on("lockRenewalFailed", (ids) => ids.forEach((id) => opened.cancelJob(id, lockLost)));
        worker = opened;
        if (stopping) await opened.close(); // closed while it opened
        else opened.run().catch(troubled);
        return;
      } catch (error) {
        troubled(error);
        await pause(pauseMs);
      }
    }
  }
  const started = start();

  const trimming = setInterval(() => {
    const { keepCompleted, keepFailed } = policy;
    trimFinished(queue(name), "completed", keepCompleted.count)
      .then(() => trimFinished(queue(name), "failed", keepFailed.count))
      .catch(report);
  }, 15_000);
  trimming.unref();

  async function shut(deadlineMs: number): Promise<void> {
    stopping = true;
    clearInterval(trimming);
    leaving.abort(new Leave("the process shuts down"));
    // No await before this with a worker at hand: the job that ends next must not fetch another one.
    if (worker === undefined) await settles(started, deadlineMs);
    if (worker === undefined) return;
    const done = worker.close();
    if (await settles(done, deadlineMs)) return;
    shift.handingBack = true;
    worker.cancelAllJobs("the process shuts down");
    if (await settles(done, 1_000)) return;
    // Handlers that do not listen: their jobs go back all the same, so that another process need not wait for the locks to run out.
    const ids = [...active].map(({ job }) => job.id);
    log.warn({ job: name, ids }, "jobs did not end before the shutdown deadline and are handed back");
    await Promise.allSettled([...active].map(({ job, token }) => within(1_000, job.moveToWait(token))));
    await (worker as unknown as { lockManager: { close(): Promise<void> } }).lockManager.close();
    await settles(worker.disconnect(), 1_000);
  }

  return {
    get running() {
      return active.size;
    },
    close(deadlineMs) {
      closing ??= shut(deadlineMs);
      return closing;
    },
  };
}
