// Which holidays a question about a range of days is about.
import { compareHolidays, type Holiday, type HolidayType } from "./holiday.ts";

/** Which day of a holiday counts: the nominal one(s), the day off in its place, or either. */
export const holidayBases = ["both", "observed", "nominal"] as const;
export type HolidayBasis = (typeof holidayBases)[number];

export interface HolidaySelection {
  /** First and last day, both inclusive. */
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  types: readonly HolidayType[] | "all";
  basis: HolidayBasis;
}

/**
 * The holidays of a state that fall into a range, sorted by date, name (code points) and id. One of several days is in
 * when any of them is. The nominal days run from `date` to `endDate`; the observed day is `observedDate`, or the
 * nominal days where there is none.
 */
export function selectHolidays(holidays: readonly Holiday[], selection: HolidaySelection): Holiday[] {
  const { types } = selection;
  return holidays
    .filter((holiday) => (types === "all" || types.includes(holiday.type)) && isInRange(holiday, selection))
    .sort(compareHolidays);
}

/** Whether a holiday falls into a range, on the basis asked for. */
function isInRange(holiday: Holiday, { from, to, basis }: Omit<HolidaySelection, "types">): boolean {
  const { date, endDate, observedDate } = holiday;
  const nominal = overlaps(date, endDate ?? date, from, to);
  const observed = observedDate === null ? nominal : overlaps(observedDate, observedDate, from, to);
  return basis === "both" ? nominal || observed : basis === "nominal" ? nominal : observed;
}

function overlaps(
  first: Temporal.PlainDate,
  last: Temporal.PlainDate,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): boolean {
  return Temporal.PlainDate.compare(first, to) <= 0 && Temporal.PlainDate.compare(last, from) >= 0;
}
