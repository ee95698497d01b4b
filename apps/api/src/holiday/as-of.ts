// Which instant does an as-of mean? A date means its end in UTC, today means now, the future is refused; and nothing may
// appear at or before the instant any more once it is answered for.
import type { Database } from "@almanac/db/database";
import { settleHistory } from "@almanac/db/history";
import { dateUtc, endOfDayUtc } from "@almanac/domain/dates";
import { invalidRequest } from "../http/problem.ts";

export interface SettledAsOf {
  /** RFC 3339 in UTC, microseconds at the most: the instant that the answer echoes. */
  instant: string;
  /** False when the same words will mean another instant later. */
  lasting: boolean;
}

/** Settles a date or an instant; 422 `as_of.future` at `pointer` for what lies ahead of the database's clock. */
export async function settleAsOf(database: Database, asOf: string, pointer = "?as_of"): Promise<SettledAsOf> {
  const date = asOf.length === 10 ? Temporal.PlainDate.from(asOf) : null;
  const meant = date === null ? atMicroseconds(Temporal.Instant.from(asOf)) : endOfDayUtc(date);
  const now = await settleHistory(database, meant, Date.now());
  if (now === null || Temporal.Instant.compare(meant, now) <= 0) {
    return { instant: meant.toString(), lasting: true };
  }
  if (date !== null && date.equals(dateUtc(now))) {
    return { instant: now.toString(), lasting: false };
  }
  throw invalidRequest([
    { pointer, code: "as_of.future", detail: `Nothing is known yet as of then; it is ${now.toString()} now.` },
  ]);
}

// Nothing was known before; the database has no year 0 in which to ask.
const earliest = Temporal.Instant.from("0001-01-01T00:00:00Z");

// The database keeps microseconds and would round up what lies between two of them.
function atMicroseconds(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(instant, earliest) < 0
    ? earliest
    : instant.round({ smallestUnit: "microsecond", roundingMode: "floor" });
}
