// What does one answer say of one code's year, in the domain's words?
import type { HolidayFacts } from "@almanac/domain/holiday";
import { byDateThenName } from "../order.ts";
import type { SourceYear } from "../source.ts";
import type { Answer, WireHoliday } from "./answer.ts";
import type { Refusal } from "./outcome.ts";

/** A year that the source refuses for good. */
export function refusedYear(year: number, refusal: Refusal): SourceYear {
  return { year, coverage: "unavailable", holidays: [], warnings: [refusal.detail], errorCode: refusal.errorCode };
}

/**
 * The year of one code from its rows of an answer; partial when the source warned, or when rows could not be read or were
 * for somebody else, so that nothing is taken for removed.
 */
export function toYear(year: number, answer: Answer, rows: readonly WireHoliday[], strays: number): SourceYear {
  const warnings: string[] = [];
  if (answer.warning !== null) warnings.push(answer.warning);
  if (answer.dropped > 0) warnings.push(`${answer.dropped} rows of the answer could not be read and were left out.`);
  if (strays > 0)
    warnings.push(`${strays} rows of the answer were for a region that was not asked for and were left out.`);
  const holidays = rows.map(toFacts).toSorted(byDateThenName);
  return { year, coverage: warnings.length > 0 ? "partial" : "full", holidays, warnings };
}

// `public` is all that HolidayAPI says about a kind: what is not public is an observance to us. Its uuid names the series
// and comes back every year, so it is no occurrence id. Dates outside the year are passed on: the domain's guard rejects them.
function toFacts(row: WireHoliday): HolidayFacts {
  return {
    occurrenceId: null,
    name: row.name,
    localName: row.name,
    names: { en: row.name },
    date: row.date,
    observedDate: row.observed.equals(row.date) ? null : row.observed,
    endDate: null,
    type: row.public ? "public" : "observance",
  };
}
