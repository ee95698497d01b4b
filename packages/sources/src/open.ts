// Which source does this process use, and which of its regions answers for a location's code?
import type { HolidaySource, SourceCall } from "./source.ts";

/** Everything about HolidayAPI that a deployment may set; times in milliseconds, sizes in bytes. */
export interface HolidayApiOptions {
  key: string;
  /** Without `/v1`; default `https://holidayapi.com`. */
  baseUrl?: string;
  /** One try, reading the body included. Default 5 s. */
  tryTimeoutMs?: number;
  /** All tries and the waits between them. Default 12 s. */
  deadlineMs?: number;
  /** Default 3. */
  maxTries?: number;
  /** Default 2 MiB. */
  maxBodyBytes?: number;
  /** How long a request waits for others of the same year to share a call (up to ten codes). Default 5 ms. */
  batchWaitMs?: number;
  /** Upper bound of the first wait between tries (full jitter, doubling). Default 250 ms. */
  backoffMs?: number;
}

export interface SourceOptions {
  kind: "offline" | "holidayapi";
  /** Required when `kind` is `holidayapi`. */
  holidayapi?: HolidayApiOptions;
  /** Told of every call that leaves for the source (offline: of every year computed). Must not throw. */
  onCall?: (call: SourceCall) => void;
}

/** Opens a source. Throws AppError `incorrect` (`holiday.source_misconfigured`) when HolidayAPI is asked for without a key or with a bad base URL. */
export function openSource(options: SourceOptions): HolidaySource {
  throw new Error(`not open yet: ${options.kind}`);
}

/**
 * The region that answers for an ISO 3166-1 or 3166-2 code: the first code up its chain (CLDR's subdivision parents, the
 * country last) that the source declares, and the chain that was walked, the asked code first and the region last.
 * Null for a code that is unknown, or a country that the source does not know. Never a guess.
 */
export function regionOf(source: HolidaySource, code: string): { region: string; chain: string[] } | null {
  throw new Error(`not there yet: ${source.name} ${code}`);
}
