// Is an answer too strange to be believed? Nothing that would be lost is given up before an operator has looked.
import { earlier } from "../dates.ts";
import { changeOf } from "./diff.ts";
import type { FetchedYear, Holiday, YearCoverage } from "./holiday.ts";
import type { HolidayPair } from "./match.ts";

/** Why an answer is quarantined. */
export interface QuarantineReason {
  code: "year.emptied" | "year.unusable" | "removed.many" | "past.removed" | "past.moved";
  /** Null when it concerns all fetched years together. */
  year: number | null;
  /** One sentence for the operator. */
  detail: string;
  /** What was counted, by name: `rows`, `removed`, `moved`, `rejected`. */
  counts: Readonly<Record<string, number>>;
}

/** What an answer would do to one year. */
export interface YearChange {
  fetched: FetchedYear;
  /** How well the year was known before; undefined when it was never asked for. */
  known: YearCoverage | undefined;
  /** The year's current holidays. */
  before: readonly Holiday[];
  /** How many rows of the answer were accepted, and how many were rejected. */
  accepted: number;
  rejected: number;
  removed: readonly Holiday[];
  changed: readonly HolidayPair[];
}

/** Whether this many removals of this many rows are more than max(2, 25 %). */
function isMassRemoval(rows: number, removed: number): boolean {
  return removed > Math.max(2, rows * 0.25);
}

/** Every reason to quarantine an answer, year by year; empty when it can be believed. */
export function quarantineReasons(years: readonly YearChange[], today: Temporal.PlainDate): QuarantineReason[] {
  const reasons = years.flatMap((year) => reasonsOfYear(year, today));
  const rows = years.reduce((sum, { before }) => sum + before.length, 0);
  const removed = years.reduce((sum, year) => sum + year.removed.length, 0);
  const told = reasons.some(({ code }) => code === "removed.many" || code === "year.emptied");
  if (!told && isMassRemoval(rows, removed)) {
    const detail = `${removed} of the ${rows} holidays of the fetched years would be removed.`;
    reasons.push({ code: "removed.many", year: null, detail, counts: { rows, removed } });
  }
  return reasons;
}

function reasonsOfYear(change: YearChange, today: Temporal.PlainDate): QuarantineReason[] {
  const { fetched, before, removed, rejected } = change;
  const { year } = fetched;
  const rows = before.length;
  if (rejected > 0 && change.accepted === 0) {
    const detail = `None of the ${rejected} holidays in the answer for ${year} is usable.`;
    return [{ code: "year.unusable", year, detail, counts: { rows, rejected } }];
  }
  if (rows > 0 && fetched.coverage === "full" && fetched.holidays.length === 0) {
    const detail = `The answer for ${year} is empty; ${rows} holidays are known.`;
    return [{ code: "year.emptied", year, detail, counts: { rows, removed: rows } }];
  }
  const reasons: QuarantineReason[] = [];
  if (isMassRemoval(rows, removed.length)) {
    const detail = `${removed.length} of the ${rows} holidays of ${year} would be removed.`;
    reasons.push({ code: "removed.many", year, detail, counts: { rows, removed: removed.length } });
  }
  // Where the source refused the year so far, there is no past of ours to protect.
  if (change.known === "unavailable") return reasons;
  const isPast = (date: Temporal.PlainDate): boolean => Temporal.PlainDate.compare(date, today) < 0;
  const pastRemoved = removed.filter((holiday) => isPast(firstDay(holiday)));
  if (pastRemoved.length > 0) {
    const detail = `Past holidays of ${year} would be removed: ${named(pastRemoved)}.`;
    reasons.push({ code: "past.removed", year, detail, counts: { rows, removed: pastRemoved.length } });
  }
  const pastMoved = change.changed.filter(
    ({ before: old, after }) => changeOf(old, after) === "moved" && isPast(earlier(firstDay(old), firstDay(after))),
  );
  if (pastMoved.length > 0) {
    const detail = `Past holidays of ${year} would be moved: ${named(pastMoved.map((pair) => pair.before))}.`;
    reasons.push({ code: "past.moved", year, detail, counts: { rows, moved: pastMoved.length } });
  }
  return reasons;
}

function firstDay({ date, observedDate }: Pick<Holiday, "date" | "observedDate">): Temporal.PlainDate {
  return observedDate === null ? date : earlier(date, observedDate);
}

// Enough to recognise what happened; a sentence of seventy-five names would not be read.
function named(holidays: readonly Holiday[]): string {
  const shown = holidays.slice(0, 5).map(({ name, date }) => `${name} (${date})`);
  const more = holidays.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
}
