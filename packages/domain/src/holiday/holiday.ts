// What a holiday is: as a source tells it (facts), and as a calendar holds it (with an identity).
import type { HolidayId } from "../ids.ts";

/** In the order in which they are documented; `public` is what queries ask for by default. */
export const holidayTypes = ["public", "bank", "school", "optional", "observance"] as const;
export type HolidayType = (typeof holidayTypes)[number];

/** One holiday as a source tells it, already folded: a substitute day is `observedDate`, never a row of its own. */
export interface HolidayFacts {
  /** The source's own id of this very occurrence, where it has one (HolidayAPI's uuid names the series: not this). */
  occurrenceId: string | null;
  /** English name, or the local one where the source knows no English. */
  name: string;
  localName: string;
  /** Other languages by BCP 47 tag, where the source gives them. */
  names: Readonly<Record<string, string>>;
  date: Temporal.PlainDate;
  /** The day off, where it differs from `date`; else null. */
  observedDate: Temporal.PlainDate | null;
  /** Last day, inclusive, of a holiday of several days; else null. */
  endDate: Temporal.PlainDate | null;
  type: HolidayType;
}

/** One holiday as a calendar holds it. */
export interface Holiday extends HolidayFacts {
  holidayId: HolidayId;
  /** The year it was fetched for: the year of its nominal `date`. */
  year: number;
}

/** How well one year of a calendar is known. `partial`: answered with a warning; `unavailable`: the source refuses it. */
export type YearCoverage = "full" | "partial" | "unavailable";

/** What a source answered for one year of one region. */
export interface FetchedYear {
  year: number;
  coverage: YearCoverage;
  holidays: readonly HolidayFacts[];
  /** Human sentences, safe to show: the source's `warning`, or why the year is unavailable. */
  warnings: readonly string[];
}

/** The order in which holidays are listed: by date, then name by code point, then id. */
export function compareHolidays(a: Holiday, b: Holiday): number {
  return (
    Temporal.PlainDate.compare(a.date, b.date) ||
    compareCodePoints(a.name, b.name) ||
    compareCodePoints(a.holidayId, b.holidayId)
  );
}

/** Order by code point, as PostgreSQL's C collation has it; `<` compares UTF-16 units, which differs above U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = rankOfUnit(a.charCodeAt(i)) - rankOfUnit(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

// A surrogate is half of a code point above U+FFFF, so it ranks behind every unit that stands for itself.
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
