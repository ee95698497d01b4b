// How often is a call tried again? Up to a number of tries within one deadline, the waits between them random and growing.
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "@almanac/domain/errors";

export interface RetrySettings {
  maxTries: number;
  tryTimeoutMs: number;
  /** From the first try's begin to the last one's end. */
  deadlineMs: number;
  /** Upper bound of the first wait; doubles with each. */
  backoffMs: number;
}

// What another try may mend at once. A 429 is not among them: it names the time after which to come back.
const retried = new Set([
  "holiday.source_timeout",
  "holiday.source_unreachable",
  "holiday.source_failed",
  "holiday.source_invalid_answer",
]);

/** Runs `attempt` until it succeeds, throws something that a retry does not mend, or tries or time are used up. */
export async function withRetries<T>(
  settings: RetrySettings,
  signal: AbortSignal,
  attempt: (number: number, timeoutMs: number) => Promise<T>,
): Promise<T> {
  const endsAtMs = performance.now() + settings.deadlineMs;
  for (let number = 1; ; number += 1) {
    signal.throwIfAborted();
    const leftMs = endsAtMs - performance.now();
    try {
      return await attempt(number, Math.max(1, Math.ceil(Math.min(settings.tryTimeoutMs, leftMs))));
    } catch (thrown) {
      const mayPass = thrown instanceof AppError && retried.has(thrown.code);
      // Full jitter: workers that failed together do not come back together.
      const waitMs = Math.random() * settings.backoffMs * 2 ** (number - 1);
      if (!mayPass || number >= settings.maxTries || performance.now() + waitMs >= endsAtMs) throw thrown;
      await wait(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
