// One row a day, for forecasting: what kind of day it is and how far the next holiday is.
import { dayNumber } from "../dates.ts";
import { compareCodePoints, type Holiday } from "./holiday.ts";

export interface DayRow {
  date: Temporal.PlainDate;
  /** ISO: 1 is Monday, 7 is Sunday. */
  weekday: number;
  /** Saturday or Sunday. */
  isWeekend: boolean;
  /** A nominal or the observed day of a public holiday; null when its year is not covered. */
  isPublicHoliday: boolean | null;
  /** A day of a school holiday; null where the source does not know school holidays, or the year is not covered. */
  isSchoolHoliday: boolean | null;
  /**
   * A working day (neither weekend nor public holiday) whose both neighbours are no working days. With two days of
   * weekend, one of the neighbours then is a public holiday on a weekday: the Friday after one on Thursday, the Monday
   * before one on Tuesday, a Wednesday between two. Null when it hangs on a day that is not covered.
   */
  isBridgeDay: boolean | null;
  /** Of the public holidays of the day, and of its school holidays where those are known; sorted, each once. */
  holidayNames: string[];
  /** Days to the nearest public holiday, 0 on one; null when none is known, or a year on the way is not covered. */
  daysToNextHoliday: number | null;
  daysSincePreviousHoliday: number | null;
}

export interface DayQuestion {
  /** First and last day, both inclusive. */
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  /** Holidays of every type, with a margin of a year or so around the range for the distances. */
  holidays: readonly Holiday[];
  /** Whether the source knows school holidays at all. */
  schoolKnown: boolean;
  /** The years that are covered; left out, all are. */
  coveredYears?: ReadonlySet<number>;
}

interface Day {
  date: Temporal.PlainDate;
  isCovered: boolean;
  isPublic: boolean | null;
  isWorking: boolean | null;
}

/** One row for each day of the range, in order. */
export function dayRows({ from, to, holidays, schoolKnown, coveredYears }: DayQuestion): DayRow[] {
  const first = dayNumber(from);
  const last = dayNumber(to);
  const isCovered = (year: number): boolean => coveredYears?.has(year) ?? true;
  const publicNames = namesByDay(holidays.filter(({ type }) => type === "public"));
  const schoolNames = namesByDay(schoolKnown ? holidays.filter(({ type }) => type === "school") : []);

  const describe = (date: Temporal.PlainDate, number: number): Day => {
    const covered = isCovered(date.year);
    const isPublic = publicNames.has(number) || (covered ? false : null);
    const isWorking = date.dayOfWeek >= 6 || isPublic === true ? false : isPublic === null ? null : true;
    return { date, isCovered: covered, isPublic, isWorking };
  };
  const next = distances(publicNames, first, last, isCovered, 1);
  const previous = distances(publicNames, first, last, isCovered, -1);

  const rows: DayRow[] = [];
  let before = describe(from.subtract({ days: 1 }), first - 1);
  let today = describe(from, first);
  for (let number = first; number <= last; number += 1) {
    const after = describe(today.date.add({ days: 1 }), number + 1);
    const names = [...(publicNames.get(number) ?? []), ...(schoolNames.get(number) ?? [])];
    rows.push({
      date: today.date,
      weekday: today.date.dayOfWeek,
      isWeekend: today.date.dayOfWeek >= 6,
      isPublicHoliday: today.isPublic,
      isSchoolHoliday: schoolKnown ? schoolNames.has(number) || (today.isCovered ? false : null) : null,
      isBridgeDay: isBridge(before, today, after),
      holidayNames: [...new Set(names)].sort(compareCodePoints),
      daysToNextHoliday: next[number - first] ?? null,
      daysSincePreviousHoliday: previous[number - first] ?? null,
    });
    [before, today] = [today, after];
  }
  return rows;
}

function isBridge(before: Day, day: Day, after: Day): boolean | null {
  if (day.isWorking === false || before.isWorking === true || after.isWorking === true) return false;
  return day.isWorking === null || before.isWorking === null || after.isWorking === null ? null : true;
}

function namesByDay(holidays: readonly Holiday[]): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (const { name, date, endDate, observedDate } of holidays) {
    const days = new Set<number>();
    for (let day = dayNumber(date), end = dayNumber(endDate ?? date); day <= end; day += 1) days.add(day);
    if (observedDate !== null) days.add(dayNumber(observedDate));
    for (const day of days) names.set(day, [...(names.get(day) ?? []), name]);
  }
  return names;
}

/** For each day of the range, the days to the nearest public holiday in a direction; null when that is not known. */
function distances(
  publicDays: ReadonlyMap<number, unknown>,
  first: number,
  last: number,
  isCovered: (year: number) => boolean,
  direction: 1 | -1,
): (number | null)[] {
  const found: (number | null)[] = Array.from({ length: last - first + 1 }, () => null);
  const known = [...publicDays.keys()];
  // The scan starts at the outermost holiday beyond the range, so that one pass over the days is enough.
  const [start, end] = direction === 1 ? [Math.max(last, ...known), first] : [Math.min(first, ...known), last];
  let nearest: number | null = null;
  let date = new Temporal.PlainDate(1970, 1, 1).add({ days: start });
  for (let day = start; direction === 1 ? day >= end : day <= end; day -= direction) {
    if (publicDays.has(day)) nearest = day;
    else if (!isCovered(date.year)) nearest = null;
    if (day >= first && day <= last) found[day - first] = nearest === null ? null : Math.abs(nearest - day);
    date = date.subtract({ days: direction });
  }
  return found;
}
