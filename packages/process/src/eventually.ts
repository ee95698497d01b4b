// A dependency that is not there yet is no reason to end: try until it works. What cannot pass ends the wait at once.
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "@almanac/domain/errors";

export interface EventuallyOptions {
  /** For the log: "the database". */
  what: string;
  signal: AbortSignal;
  /** Turns what a driver throws into an AppError where it can. */
  asAppError: (error: unknown) => unknown;
  log: { warn(fields: object, message: string): void };
}

/** Repeats `attempt` while it throws `unavailable`, 250 ms to 5 s apart; throws everything else, and when aborted. */
export async function eventually<Result>(
  attempt: () => Promise<Result>,
  { what, signal, asAppError, log }: EventuallyOptions,
): Promise<Result> {
  for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (!(error instanceof AppError) || error.category !== "unavailable" || signal.aborted) {
        throw thrown;
      }
      log.warn({ reason: error.message, wait_ms: waitMs }, `waiting for ${what}`);
      await pause(waitMs, undefined, { signal });
    }
  }
}
