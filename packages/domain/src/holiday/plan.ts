// What a source's answer means for the state of a calendar: which holidays open, which close, and whether an answer is
// too strange to be believed.
import { AppError } from "../errors.ts";
import type { HolidayId } from "../ids.ts";
import type { ChangeCounts, HolidayDiff } from "./diff.ts";
import type { FetchedYear, Holiday, HolidayFacts, YearCoverage } from "./holiday.ts";

/** A row of an answer that was not taken over. */
export interface RowReject {
  year: number;
  facts: HolidayFacts;
  code: "holiday.duplicate" | "holiday.end_before_start" | "holiday.outside_year" | "holiday.too_long";
  detail: string;
}

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

export interface CoverageChange {
  year: number;
  coverage: YearCoverage;
}

export interface CalendarPlan {
  /** `quarantine`: an operator has to decide, nothing changes until then. `unchanged`: no revision is to be written. */
  verdict: "apply" | "unchanged" | "quarantine";
  /** States that begin, by date; a changed holiday is here with its new state and in `close` with its id. */
  open: readonly Holiday[];
  /** Ids of the holidays whose current state ends, sorted. */
  close: readonly HolidayId[];
  /** How many current holidays of the fetched years stay as they are. */
  unchanged: number;
  /** Counts of `diff`. */
  changes: ChangeCounts;
  /** What the plan changes; empty in a quarantine. */
  diff: HolidayDiff;
  coverageChanges: readonly CoverageChange[];
  rejects: readonly RowReject[];
  /** Why it is quarantined; empty otherwise. */
  reasons: readonly QuarantineReason[];
  /** In a quarantine, what an approval would change were the state still the same; else null. */
  withheld: HolidayDiff | null;
}

export interface CalendarFacts {
  /** The calendar's current holidays, of all years. */
  current: readonly Holiday[];
  /** How well each year is known so far. */
  coverage: ReadonlyMap<number, YearCoverage>;
  /** What the source answered, a year at most once. */
  fetched: readonly FetchedYear[];
  today: Temporal.PlainDate;
  mintId: () => HolidayId;
  /** True when an operator has approved this answer: it is never quarantined. Bad rows are still rejected. */
  approved?: boolean;
}

/** Plans one revision of a calendar from what was fetched. The order of its inputs does not matter. */
export function planCalendar(facts: CalendarFacts): CalendarPlan {
  throw new AppError("fault", { code: "fault", detail: `No plan for ${facts.fetched.length} years.` });
}

/** The state after a plan: the reference for what a store has to do. Sorted as holidays are listed. */
export function applyPlan(current: readonly Holiday[], plan: Pick<CalendarPlan, "open" | "close">): Holiday[] {
  throw new AppError("fault", { code: "fault", detail: `${current.length} ${plan.open.length}` });
}
