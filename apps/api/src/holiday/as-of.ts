// Which instant does an as-of mean? A date means its end in UTC, today means now, the future is refused; and nothing may
// appear at or before the instant any more once it is answered for.
import type { Database } from "@almanac/db/database";
import { settleHistory } from "@almanac/db/history";
import { dateUtc, endOfDayUtc } from "@almanac/domain/dates";
import type { ErrorItem } from "@almanac/domain/errors";
import { invalidRequest } from "../http/problem.ts";

export interface SettledAsOf {
  /** RFC 3339 in UTC with six digits, as every instant that is told: what the answer echoes can be compared as text. */
  instant: string;
  /** False when the same words will mean another instant later. */
  lasting: boolean;
}

/** Settles a date or an instant; 422 `as_of.future` at `pointer` for what lies ahead of the database's clock. */
export async function settleAsOf(database: Database, asOf: string, pointer = "?as_of"): Promise<SettledAsOf> {
  const meant = meantBy(asOf);
  const now = await settleHistory(database, meant, Date.now());
  const settled = now === null ? { instant: textOf(meant), lasting: true } : asOfIn(asOf, now);
  if (settled === null) {
    throw invalidRequest([futureItem(pointer, now!)]);
  }
  return settled;
}

/** What a date or an instant means while it is `now`; null for what lies ahead. */
export function asOfIn(asOf: string, now: Temporal.Instant): SettledAsOf | null {
  const meant = meantBy(asOf);
  if (Temporal.Instant.compare(meant, now) <= 0) {
    return { instant: textOf(meant), lasting: true };
  }
  return isDate(asOf) && dateUtc(now).equals(asOf) ? { instant: textOf(now), lasting: false } : null;
}

export function futureItem(pointer: string, now: Temporal.Instant): ErrorItem {
  return { pointer, code: "as_of.future", detail: `Nothing is known yet as of then; it is ${textOf(now)} now.` };
}

const textOf = (instant: Temporal.Instant): string => instant.toString({ fractionalSecondDigits: 6 });
const isDate = (asOf: string): boolean => asOf.length === 10;

function meantBy(asOf: string): Temporal.Instant {
  return isDate(asOf) ? endOfDayUtc(Temporal.PlainDate.from(asOf)) : atMicroseconds(Temporal.Instant.from(asOf));
}

// Nothing was known before; the database has no year 0 in which to ask.
const earliest = Temporal.Instant.from("0001-01-01T00:00:00Z");

// The database keeps microseconds and would round up what lies between two of them.
function atMicroseconds(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(instant, earliest) < 0
    ? earliest
    : instant.round({ smallestUnit: "microsecond", roundingMode: "floor" });
}
