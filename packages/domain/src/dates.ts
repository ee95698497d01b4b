// How dates are read and compared. A date is a Temporal.PlainDate; only an as-of turns one into an instant, in UTC.

/** The years a calendar may hold; the database checks the same bounds. */
export const firstYear = 1900;
export const lastYear = 2200;

const writtenDate = /^(\d{4})-(\d{2})-(\d{2})$/;
const epoch = new Temporal.PlainDate(1970, 1, 1);

/** Reads exactly `YYYY-MM-DD`, years 1900 to 2200; null for anything else, days that do not exist included. */
export function parseDate(text: string): Temporal.PlainDate | null {
  const match = writtenDate.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1) return null;
  const date = Temporal.PlainDate.from({ year, month, day }, { overflow: "constrain" });
  return date.day === day ? date : null;
}

/** Whole days from one date to another; negative when `to` is earlier. */
export function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return from.until(to, { largestUnit: "days" }).days;
}

/** Days since 1970-01-01: a number that can key a set or be counted with. */
export function dayNumber(date: Temporal.PlainDate): number {
  return daysBetween(epoch, date);
}

/**
 * The last instant of a day in UTC, to the microsecond: what a date means as an as-of. Not to the nanosecond, because
 * PostgreSQL keeps microseconds and would round that up to the next midnight.
 */
export function endOfDayUtc(date: Temporal.PlainDate): Temporal.Instant {
  return startOfDayUtc(date.add({ days: 1 })).subtract({ microseconds: 1 });
}

/** Midnight in UTC at which a day begins. */
export function startOfDayUtc(date: Temporal.PlainDate): Temporal.Instant {
  return date.toZonedDateTime("UTC").toInstant();
}

/** The date in UTC at an instant. */
export function dateUtc(instant: Temporal.Instant): Temporal.PlainDate {
  return instant.toZonedDateTimeISO("UTC").toPlainDate();
}

/** The earlier of two dates. */
export function earlier(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) <= 0 ? a : b;
}

/** Whether both are the same day, or both are absent. */
export function sameDate(a: Temporal.PlainDate | null, b: Temporal.PlainDate | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
