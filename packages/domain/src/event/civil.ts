// Which day a year, a month and a day are. Own arithmetic, because a load asks this for every line: the Temporal calls
// that ask the same cost more than the rest of a line's envelope.
import { firstYear, lastYear } from "../dates.ts";

const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar; null for a day that does not exist. */
export function civilDay(year: number, month: number, day: number): number | null {
  const length = lengths[month - 1];
  if (length === undefined || day < 1) return null;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > length && !(isLeap && month === 2 && day === 29)) return null;
  const inYear = (daysBefore[month - 1] ?? 0) + (isLeap && month > 2 ? 1 : 0) + day - 1;
  return 365 * (year - 1970) + leapDays(year) - leapDays(1970) + inYear;
}

/** Leap days before the first of January of a year. */
function leapDays(year: number): number {
  const before = year - 1;
  return Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
}

/** The number that `count` decimal digits at a place make; -1 where something else stands there. */
export function digitsAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = bytes[index]! - 48;
    // The negated form also catches NaN, which is what lies behind the end.
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Days since 1970-01-01 of the `YYYY-MM-DD` that begins at a place; null for anything that is no real date. */
export function dayAt(bytes: Uint8Array, at: number): number | null {
  const year = digitsAt(bytes, at, 4);
  const month = digitsAt(bytes, at + 5, 2);
  const day = digitsAt(bytes, at + 8, 2);
  if (year < 0 || month < 0 || day < 0 || bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return null;
  return civilDay(year, month, day);
}

/** The same of a text. */
export function dayAtStart(text: string): number | null {
  return dayAt(bytesOf(text), 0);
}

const firstDay = civilDay(firstYear, 1, 1) ?? 0;
const endDay = civilDay(lastYear + 1, 1, 1) ?? 0;

/** The day that is written between two places, exactly one real date in the years that are kept; null for anything else. */
export function civilDateAt(bytes: Uint8Array, start: number, end: number): number | null {
  const day = end - start === 10 ? dayAt(bytes, start) : null;
  return day !== null && day >= firstDay && day < endDay ? day : null;
}

/** Whether a text is exactly one real date, `YYYY-MM-DD`, in the years that are kept. */
export function isCivilDate(text: string): boolean {
  const bytes = bytesOf(text);
  return civilDateAt(bytes, 0, bytes.length) !== null;
}

/** The `YYYY-MM-DD` of a number of days since 1970-01-01. */
export function dayText(day: number): string {
  return epoch.add({ days: day }).toString();
}

const epoch = new Temporal.PlainDate(1970, 1, 1);
const encoder = new TextEncoder();

/** A text as it is read here. What is no ASCII becomes bytes that are no digits. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}
