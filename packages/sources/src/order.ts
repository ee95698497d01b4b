// In which order does every source list its holidays?
import type { HolidayFacts } from "@almanac/domain/holiday";

/** By nominal date, then name; by code unit, so that no locale of the process matters. */
export function byDateThenName(a: HolidayFacts, b: HolidayFacts): number {
  return Temporal.PlainDate.compare(a.date, b.date) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
