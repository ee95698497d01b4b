// Which rows of an answer can be believed at all: the checks of single rows, before anything is compared as a whole.
import { daysBetween } from "../dates.ts";
import { changeOf } from "./diff.ts";
import { compareCodePoints, type FetchedYear, type Holiday, type HolidayFacts } from "./holiday.ts";
import { seriesOf } from "./series.ts";

/** A row of an answer that was not taken over. */
export interface RowReject {
  year: number;
  facts: HolidayFacts;
  code: "holiday.duplicate" | "holiday.end_before_start" | "holiday.outside_year" | "holiday.too_long";
  detail: string;
}

export interface AcceptedRows {
  /** In an order that depends on their content only. */
  rows: HolidayFacts[];
  rejects: RowReject[];
}

// A range may be this many times as long as the same series usually is.
const lengthTolerance = 1.5;

/**
 * Judges the rows of one fetched year. Of several rows with the same series, date and type one is kept: the one that
 * the calendar holds already, else the first by content. `current` is the whole calendar: other years tell how long a
 * series usually is.
 */
export function acceptRows(fetched: FetchedYear, current: readonly Holiday[]): AcceptedRows {
  const { year } = fetched;
  const rejects: RowReject[] = [];
  const usable = new Map<string, HolidayFacts[]>();
  for (const facts of fetched.holidays.map(tidied).sort(compareFacts)) {
    const flaw = flawOf(facts, year, current);
    if (flaw !== null) {
      rejects.push({ year, facts, ...flaw });
      continue;
    }
    const key = holidayKey(facts);
    usable.set(key, [...(usable.get(key) ?? []), facts]);
  }
  const rows: HolidayFacts[] = [];
  for (const twins of usable.values()) {
    const known = twins.length === 1 ? undefined : twins.find((facts) => isHeld(facts, year, current));
    const kept = known ?? twins[0]!;
    rows.push(kept);
    for (const facts of twins) {
      if (facts === kept) continue;
      const detail = `${facts.name} on ${facts.date} (${facts.type}) is in the answer more than once.`;
      rejects.push({ year, facts, code: "holiday.duplicate", detail });
    }
  }
  return { rows, rejects };
}

/** What no two holidays of a year may share: series, date and type. */
export function holidayKey(facts: HolidayFacts): string {
  return `${facts.date} ${facts.type} ${seriesOf(facts.name)}`;
}

function flawOf(
  facts: HolidayFacts,
  year: number,
  current: readonly Holiday[],
): Pick<RowReject, "code" | "detail"> | null {
  const { name, date, endDate } = facts;
  if (date.year !== year) {
    return { code: "holiday.outside_year", detail: `${name} on ${date} came with the answer for ${year}.` };
  }
  if (endDate === null) return null;
  const length = lengthOf(facts);
  if (length < 1) return { code: "holiday.end_before_start", detail: `${name} ends on ${endDate}, before ${date}.` };
  const usual = usualLength(facts, year, current);
  if (usual === null || length <= usual * lengthTolerance) return null;
  return { code: "holiday.too_long", detail: `${name} from ${date} has ${length} days; usually it has ${usual}.` };
}

// The median of the same series in other years; null without any, or when this year is held with this length already.
function usualLength(facts: HolidayFacts, year: number, current: readonly Holiday[]): number | null {
  const series = seriesOf(facts.name);
  const same = current.filter((holiday) => seriesOf(holiday.name) === series);
  if (same.some((holiday) => holiday.year === year && lengthOf(holiday) >= lengthOf(facts))) return null;
  const lengths = same
    .filter((holiday) => holiday.year !== year)
    .map(lengthOf)
    .sort((a, b) => a - b);
  if (lengths.length === 0) return null;
  const upper = Math.floor(lengths.length / 2);
  return lengths.length % 2 === 1 ? lengths[upper]! : (lengths[upper - 1]! + lengths[upper]!) / 2;
}

function lengthOf({ date, endDate }: HolidayFacts): number {
  return endDate === null ? 1 : daysBetween(date, endDate) + 1;
}

function isHeld(facts: HolidayFacts, year: number, current: readonly Holiday[]): boolean {
  return current.some((holiday) => holiday.year === year && changeOf(holiday, facts) === null);
}

// "Ends on its first day" and "observed on its own day" say nothing: the same as not said.
function tidied(facts: HolidayFacts): HolidayFacts {
  const { date, endDate, observedDate } = facts;
  const endDateSaysNothing = endDate !== null && endDate.equals(date);
  const observedSaysNothing = observedDate !== null && observedDate.equals(date);
  if (!endDateSaysNothing && !observedSaysNothing) return facts;
  return {
    ...facts,
    endDate: endDateSaysNothing ? null : endDate,
    observedDate: observedSaysNothing ? null : observedDate,
  };
}

function compareFacts(a: HolidayFacts, b: HolidayFacts): number {
  return Temporal.PlainDate.compare(a.date, b.date) || compareCodePoints(contentOf(a), contentOf(b));
}

function contentOf(facts: HolidayFacts): string {
  const { name, localName, names, observedDate, endDate, type, occurrenceId } = facts;
  const translations = Object.entries(names).sort(([a], [b]) => compareCodePoints(a, b));
  return JSON.stringify([name, type, localName, observedDate, endDate, translations, occurrenceId]);
}
