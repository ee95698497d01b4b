// A loopback HolidayAPI that misbehaves on demand: what tests and a curious user talk to instead of the real one.

/** How the double can misbehave. */
export const faultKinds = [
  "time_out",
  "reset",
  "rate_limited",
  "rate_limited_until_reset",
  "failed_empty",
  "unavailable",
  "html",
  "cut_json",
  "empty_list",
  "half_list",
  "wrong_year",
  "duplicates",
  "too_large",
  "trickle",
  "redirect",
  "warning",
  "bad_request",
  "unauthorized",
  "payment_required",
  "quota_exhausted",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One switched-on misbehaviour. Without `region` and `year` it hits every call; without `times` until it is cleared. */
export interface Fault {
  kind: FaultKind;
  /** Only calls that name this code in `country` (among others). */
  region?: string;
  year?: number;
  /** How many calls it hits before it clears itself. */
  times?: number;
  /** For `rate_limited`: the Retry-After header, seconds or an HTTP date. Default `"2"`. */
  retryAfter?: string;
  /** For `redirect`: where to. Default another path of the double that must never be asked. */
  location?: string;
}

/** One row of the wire format that the double serves; `country` is filled in. */
export interface DoubleHoliday {
  name: string;
  date: string;
  observed?: string;
  public?: boolean;
}

/** A change to what the double says of one region and year, over its default data (that of the offline source). */
export type HolidayChange =
  | { do: "add"; holiday: DoubleHoliday }
  | { do: "move"; name: string; date: string; observed?: string }
  | { do: "rename"; name: string; to: string }
  | { do: "remove"; name: string };

/** One request that arrived; the key never appears, only whether it was the right one. */
export interface DoubleCall {
  path: string;
  codes: string[];
  year: number | null;
  keyOk: boolean;
  /** The fault that it met, if any. */
  fault: FaultKind | null;
  /** What was answered; null when nothing was. */
  status: number | null;
}

export interface HolidayApiDouble {
  /** Give this as base URL. */
  readonly url: string;
  readonly key: string;
  readonly calls: DoubleCall[];
  /** Replaces all faults; no argument or an empty list clears them. */
  setFaults(faults?: readonly Fault[]): void;
  /** Replaces all changes of one region and year; an empty list restores the default. */
  setHolidays(region: string, year: number, changes: readonly HolidayChange[]): void;
  close(): Promise<void>;
}

/** Starts the double on 127.0.0.1; port 0 (the default) picks a free one. The default key is a fixed, public test key. */
export async function startHolidayApiDouble(_options: { port?: number; key?: string } = {}): Promise<HolidayApiDouble> {
  throw new Error("not there yet");
}
