// One attempt at one job: parse, hand to the handler, and turn what it throws into what the queue is told.

import { AppError } from "@almanac/domain/errors";
import { DelayedError, type Job, UnrecoverableError, WaitingError } from "bullmq";
import { type JobName, type JobPayload, policies } from "./catalogue.ts";
import type { ConsumeOptions } from "./consume.ts";
import { decide } from "./decide.ts";
import { waitForAll } from "./fan-out.ts";
import { parsePayload } from "./payload.ts";

/** A job over which that many processes have died is not given to another one. */
const crashLimit = 3;

/** The reason of a signal that is aborted because the queue has given the job to someone else. */
export const lockLost = "the lock was lost";

/** Tells BullMQ when to try again; the delay is the decision's, whatever the job was added with. */
export class Again extends Error {
  readonly delayMs: number;
  constructor(message: string, delayMs: number) {
    super(message);
    this.name = "Again";
    this.delayMs = delayMs;
  }
}

/** Thrown into a handler that has to leave because the process shuts down. */
export class Leave extends Error {}

/** What all attempts of one consumer share. */
export interface Shift {
  /** Aborted with a `Leave` as soon as the consumer closes. */
  leave: AbortSignal;
  /** True from the shutdown deadline on: what fails now is handed back. */
  handingBack: boolean;
}

function reasonOf(error: AppError): string {
  // The board is for operators: of what nobody foresaw they get the message, too.
  const unforeseen = error.code === "job.unexpected" || error.code === "job.dependency_unavailable";
  return `${error.code}: ${unforeseen ? error.message : error.detail}`;
}

async function delay(job: Job, token: string, delayMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token);
  throw new DelayedError();
}

async function handBack(job: Job, token: string): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

/** The function that runs one attempt; what it throws is in BullMQ's vocabulary. */
export function attempts<N extends JobName>(options: ConsumeOptions<N>, shift: Shift) {
  const { queues, name, handler, onFinalFailure, log } = options;
  const policy = policies[name];

  /** Tells the use case, then gives the job up. */
  async function giveUp(job: Job, token: string, payload: JobPayload<N> | undefined, error: AppError): Promise<never> {
    const attempt = job.attemptsMade + 1;
    const fields = { job: name, id: job.id, attempt, code: error.code, err: error };
    if (error.category === "fault") log.error(fields, "job failed by a fault of our own");
    else log.warn(fields, "job failed");
    try {
      await onFinalFailure?.({ id: job.id!, name, payload, error, attempt });
    } catch (unrecorded) {
      log.error(
        { job: name, id: job.id, err: unrecorded },
        "the failure of a job could not be recorded; it is tried again",
      );
      return delay(job, token, 2_000);
    }
    const failure = new UnrecoverableError(reasonOf(error));
    failure.stack = (error.cause instanceof Error ? error.cause : error).stack;
    throw failure;
  }

  function failed(job: Job, token: string, payload: JobPayload<N>, allowed: number, thrown: unknown): Promise<never> {
    const attempt = job.attemptsMade + 1;
    const { error, decision } = decide(thrown, { attempt, attempts: allowed, policy, random: Math.random() });
    if (decision.kind === "terminal") return giveUp(job, token, payload, error);
    const fields = { job: name, id: job.id, attempt, code: error.code, in_ms: decision.delayMs };
    if (decision.kind === "wait") {
      // Told beforehand when to come again: nothing has gone wrong.
      log.info(fields, "job waits");
      return delay(job, token, decision.delayMs);
    }
    log.info({ ...fields, err: error }, "job is tried again");
    throw new Again(reasonOf(error), decision.delayMs);
  }

  return async function attempt(job: Job, token: string, signal: AbortSignal): Promise<unknown> {
    const payload = parsePayload(name, job.data);
    if (payload instanceof AppError) return giveUp(job, token, undefined, payload);
    if (job.stalledCounter >= crashLimit) {
      const detail = `The job was given up: ${job.stalledCounter} processes died or lost it while they ran it.`;
      return giveUp(job, token, payload, new AppError("fault", { code: "job.crashed_repeatedly", detail }));
    }
    const allowed = Math.max(job.opts.attempts ?? 1, 1);
    const progress = (value: number | object) => job.updateProgress(value);
    try {
      return await handler({
        id: job.id!,
        name,
        payload,
        addedAtMs: job.timestamp,
        attempt: job.attemptsMade + 1,
        attemptsLeft: Math.max(allowed - job.attemptsMade - 1, 0),
        crashes: job.stalledCounter,
        signal,
        progress,
        log: async (line) => void (await job.log(line)),
        async fanOut(child, payloads, enqueueOptions) {
          const ids = await queues.enqueueMany(child, payloads, enqueueOptions);
          return waitForAll({ queues, name: child, ids, leave: AbortSignal.any([shift.leave, signal]), progress });
        },
      });
    } catch (thrown) {
      if (signal.aborted && signal.reason === lockLost) throw new WaitingError(); // someone else decides over this job now
      if (thrown instanceof Leave || (shift.handingBack && signal.aborted)) return handBack(job, token);
      return failed(job, token, payload, allowed, thrown);
    }
  };
}
