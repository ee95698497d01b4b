// Does this call meet a fault, and what does each fault do to an answer?

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
  region?: string | undefined;
  year?: number | undefined;
  /** How many calls it hits before it clears itself. */
  times?: number | undefined;
  /** For `rate_limited`: the Retry-After header, seconds or an HTTP date. Default `"2"`. */
  retryAfter?: string | undefined;
  /** For `redirect`: where to. Default a path of the double that answers 404 and is recorded. */
  location?: string | undefined;
}

/** The list of faults that are switched on, and how often each has still to hit. */
export class FaultBoard {
  #faults: { fault: Fault; left: number }[] = [];

  set(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  list(): Fault[] {
    return this.#faults
      .filter(({ left }) => left > 0)
      .map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault));
  }

  /** The first fault that hits this call, counted. */
  take(codes: readonly string[], year: number | null): Fault | null {
    const hit = this.#faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.region === undefined || codes.includes(fault.region)) &&
        (fault.year === undefined || fault.year === year),
    );
    if (!hit) return null;
    hit.left -= 1;
    return hit.fault;
  }
}
