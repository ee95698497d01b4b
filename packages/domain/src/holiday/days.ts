// One row a day, for forecasting: what kind of day it is and how far the next holiday is.
import { AppError } from "../errors.ts";
import type { Holiday } from "./holiday.ts";

export interface DayRow {
  date: Temporal.PlainDate;
  /** ISO: 1 is Monday, 7 is Sunday. */
  weekday: number;
  /** Saturday or Sunday. */
  isWeekend: boolean;
  /** A nominal or the observed day of a public holiday; null in a year that is not covered. */
  isPublicHoliday: boolean | null;
  /** A day of a school holiday; null where the source does not know school holidays, or in a year that is not covered. */
  isSchoolHoliday: boolean | null;
  /**
   * A working day (neither weekend nor public holiday) whose both neighbours are no working days. One of them then is a
   * public holiday on a weekday: a Friday after a holiday on Thursday, a Monday before one on Tuesday, a Wednesday between two. Null
   * when it hangs on a day that is not covered.
   */
  isBridgeDay: boolean | null;
  /** Of the public holidays of the day, and of its school holidays where those are known; sorted, each once. */
  holidayNames: string[];
  /** Days to the nearest day that is a public holiday, 0 on such a day; null when none is known before coverage ends. */
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

/** One row for each day of the range, in order. */
export function dayRows(question: DayQuestion): DayRow[] {
  throw new AppError("fault", { code: "fault", detail: String(question.from) });
}
