// How often may a caller call? A fixed window of a minute per key (per address without one), told in the RateLimit
// headers of the IETF draft. Counted per process: the limit protects the process, it is no quota.
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Refusal } from "./refusal.ts";

export interface RateLimit {
  /** Headers for the answer; 429 when there is nothing left. */
  take(caller: string): Promise<Record<string, string>>;
}

const windowSeconds = 60;

export function createRateLimit(perMinute: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  const policy = `"minute";q=${perMinute};w=${windowSeconds}`;
  return {
    async take(caller) {
      const left = await limiter.consume(caller).catch((refused: unknown) => {
        if (refused instanceof RateLimiterRes) {
          return refused;
        }
        throw refused;
      });
      const seconds = Math.max(1, Math.ceil(left.msBeforeNext / 1_000));
      const headers = { "ratelimit-policy": policy, ratelimit: `"minute";r=${left.remainingPoints};t=${seconds}` };
      if (left.consumedPoints > perMinute) {
        throw new Refusal("unavailable", {
          code: "rate.limited",
          detail: "Too many requests within a minute. Come back after Retry-After seconds.",
          retryAfterMs: left.msBeforeNext,
          headers,
        });
      }
      return headers;
    },
  };
}
