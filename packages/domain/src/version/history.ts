// How states of a calendar are kept: the reference model of range-encoded rows, against which the store is tested.
import { compareHolidays, type Holiday } from "../holiday/holiday.ts";
import type { CalendarPlan } from "../holiday/plan.ts";

/** One state of one holiday: it holds from revision `from`, up to but without `until`; null while it is current. */
export interface HolidayState {
  holiday: Holiday;
  from: number;
  until: number | null;
}

/** The history after a plan is written as `revision`, which is higher than every one before. */
export function appendRevision(
  history: readonly HolidayState[],
  plan: Pick<CalendarPlan, "open" | "close">,
  revision: number,
): HolidayState[] {
  const closing = new Set(plan.close);
  const kept = history.map((state) =>
    state.until === null && closing.has(state.holiday.holidayId) ? { ...state, until: revision } : state,
  );
  return [...kept, ...plan.open.map((holiday) => ({ holiday, from: revision, until: null }))];
}

/** The calendar's holidays as a revision has them, in the order in which they are listed. */
export function holidaysAt(history: readonly HolidayState[], revision: number): Holiday[] {
  return history
    .filter((state) => state.from <= revision && (state.until === null || revision < state.until))
    .map((state) => state.holiday)
    .sort(compareHolidays);
}
