// What is a holiday source? One interface over everything that can tell the holidays of a region and a year,
// so that the worker fetches and the api checks codes without knowing which source stands behind it.
import type { FetchedYear } from "@almanac/domain/holiday";

/** The sources that exist; the value of `HOLIDAY_SOURCE`. */
export type SourceName = "offline" | "holidayapi";

/**
 * One year of one region as the source told it. `errorCode` is set when the source refused for good (400, 401, 402),
 * together with `coverage: "unavailable"` and a sentence in `warnings`: such a year is remembered, not retried.
 * Codes: `holiday.source_bad_request`, `holiday.source_unauthorized`, `holiday.source_payment_required`.
 */
export type SourceYear = FetchedYear & { errorCode?: string };

/** A source's own count of calls, as its last answer told it. */
export interface SourceQuota {
  used: number;
  available: number;
  /** When the count starts again, where the source says so. */
  resetsAt: Temporal.Instant | null;
}

/** One call to a source, told to `onCall` after it ended: for metrics and logs. Never holds a URL or a key. */
export interface SourceCall {
  source: SourceName;
  /** The resolved codes that were asked for in this one call (up to ten). */
  regions: readonly string[];
  year: number;
  /** 1 for the first try, 2 for the first retry. */
  attempt: number;
  /** `ok`, `warning` (an answer that says it is incomplete), or the code of the error. */
  outcome: string;
  /** HTTP status, where there was an answer. */
  status: number | null;
  durationMs: number;
  quota: SourceQuota | null;
}

export interface SourceRequest {
  /** A resolved region: a code that the source declares (see `regionOf` in `@almanac/sources/open`). */
  region: string;
  year: number;
  signal: AbortSignal;
}

export interface HolidaySource {
  readonly name: SourceName;
  /** Whether the source tells school holidays at all; when false, `is_school_holiday` is unknown (null). */
  readonly knowsSchoolHolidays: boolean;
  /** Whether the source has holidays for exactly this ISO 3166-1 or 3166-2 code; a fallback of its own does not count. */
  declares(code: string): boolean;
  /** The quota as last told; null when the source has none or has not been asked yet. */
  quota(): SourceQuota | null;
  /**
   * The holidays of one year (by nominal date) of one region. Concurrent calls may share one call to the source.
   *
   * Throws AppError `incorrect` (`holiday.region_not_declared`) for a code that `declares` denies, and `unavailable`
   * for trouble that may pass: `holiday.source_timeout`, `holiday.source_unreachable`, `holiday.source_invalid_answer`
   * (not JSON, wrong shape, cut, too large, a redirect), `holiday.source_failed` (5xx), `holiday.source_rate_limited` (with
   * `retryAfterMs`). When `signal` aborts, the signal's reason is thrown.
   */
  fetch(request: SourceRequest): Promise<SourceYear>;
}
