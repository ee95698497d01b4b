// A job's attempt failed: what now? One exhaustive table from error category to decision, and nothing that touches the queue.

import { AppError, type ErrorCategory } from "@almanac/domain/errors";
import type { JobPolicy } from "./catalogue.ts";
import { isPassing } from "./trouble.ts";

export type Decision =
  /** Over: no further attempt changes anything. */
  | { kind: "terminal" }
  /** Again after the delay; spends an attempt. */
  | { kind: "retry"; delayMs: number }
  /** Again after a wait that is known; spends no attempt. */
  | { kind: "wait"; delayMs: number };

export interface Attempt {
  /** 1 for the first. */
  attempt: number;
  /** How many there are in all. */
  attempts: number;
  policy: JobPolicy;
  /** 0..1, for jitter. */
  random: number;
}

const terminal: Decision = { kind: "terminal" };

/** Doubles from `firstMs` to `ceilingMs`; the upper half of each step is random, so that those who failed together do not return together. */
export function backoffMs({ attempt, policy, random }: Attempt): number {
  const step = Math.min(policy.backoff.firstMs * 2 ** (attempt - 1), policy.backoff.ceilingMs);
  return Math.round(step / 2 + (step / 2) * random);
}

function retryWithBackoff(at: Attempt): Decision {
  return at.attempt < at.attempts ? { kind: "retry", delayMs: backoffMs(at) } : terminal;
}

const byCategory: Record<ErrorCategory, (error: AppError, at: Attempt) => Decision> = {
  incorrect: () => terminal,
  unauthenticated: () => terminal,
  forbidden: () => terminal,
  "not-found": () => terminal,
  fault: () => terminal,
  conflict: (_, at) =>
    at.attempt < Math.min(at.attempts, at.policy.conflictAttempts) ? { kind: "retry", delayMs: 0 } : terminal,
  unavailable: ({ retryAfterMs }, at) =>
    // A tenth on top, at random: ten thousand jobs that wait for one quota do not wake in one instant.
    retryAfterMs === undefined
      ? retryWithBackoff(at)
      : { kind: "wait", delayMs: Math.round(Math.max(retryAfterMs, 1) * (1 + at.random / 10)) },
};

/** What was thrown, as an AppError, and what follows. Unknown errors may be a bug or a blip: retried, but only as often as `unavailable`. */
export function decide(thrown: unknown, at: Attempt): { error: AppError; decision: Decision } {
  if (thrown instanceof AppError) return { error: thrown, decision: byCategory[thrown.category](thrown, at) };
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const error = isPassing(thrown)
    ? new AppError("unavailable", {
        code: "job.dependency_unavailable",
        detail: "Something that the job depends on does not answer.",
        message,
        cause: thrown,
      })
    : new AppError("fault", { code: "job.unexpected", detail: "The job failed unexpectedly.", message, cause: thrown });
  return { error, decision: retryWithBackoff(at) };
}
