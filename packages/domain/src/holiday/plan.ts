// What a source's answer means for the state of a calendar: which holidays open, which close, and whether the answer
// waits for an operator instead.
import { AppError } from "../errors.ts";
import type { HolidayId } from "../ids.ts";
import { acceptRows, type RowReject } from "./accept.ts";
import { changeOf, countChanges, diffHolidays, noChanges, type ChangeCounts, type HolidayDiff } from "./diff.ts";
import { quarantineReasons, type QuarantineReason, type YearChange } from "./guard.ts";
import { compareHolidays, type FetchedYear, type Holiday, type HolidayFacts, type YearCoverage } from "./holiday.ts";
import { matchYear } from "./match.ts";

export type { QuarantineReason, RowReject };

export interface CoverageChange {
  year: number;
  coverage: YearCoverage;
}

export interface CalendarPlan {
  /** `quarantine`: an operator has to decide, nothing changes until then. `unchanged`: no revision is to be written. */
  verdict: "apply" | "unchanged" | "quarantine";
  /** States that begin, as holidays are listed; a changed holiday is here with its new state and in `close` by its id. */
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

/**
 * Plans one revision of a calendar from what was fetched. Years that were not fetched stay as they are, a partial
 * answer only adds, a refused year changes no holiday, and one rejected row keeps the whole plan from removing
 * anything. The order of the inputs does not matter; ids are minted by year and date.
 */
export function planCalendar(facts: CalendarFacts): CalendarPlan {
  const years = facts.fetched.toSorted((a, b) => a.year - b.year).map((fetched) => readYear(fetched, facts));
  if (new Set(years.map(({ fetched }) => fetched.year)).size < years.length) {
    throw new AppError("fault", { code: "fault", detail: "A year was fetched twice in one plan." });
  }
  const rejects = years.flatMap((year) => year.rejects);
  const changes = rejects.length === 0 ? years : years.map((year) => ({ ...year, removed: [] }));
  const before = years.flatMap((year) => year.before);
  const reasons = facts.approved === true ? [] : quarantineReasons(changes, facts.today);

  const { open, close } = openAndClose(changes, facts.mintId);
  const diff = diffHolidays(before, applyPlan(before, { open, close }));
  if (reasons.length > 0) {
    return {
      verdict: "quarantine",
      open: [],
      close: [],
      unchanged: before.length,
      changes: countChanges(noChanges),
      diff: noChanges,
      coverageChanges: [],
      rejects,
      reasons,
      withheld: diff,
    };
  }
  const coverageChanges = changes.flatMap(coverageChange);
  return {
    verdict: open.length + close.length + coverageChanges.length > 0 ? "apply" : "unchanged",
    open,
    close,
    unchanged: before.length - close.length,
    changes: countChanges(diff),
    diff,
    coverageChanges,
    rejects,
    reasons,
    withheld: null,
  };
}

/** The state after a plan, as holidays are listed: the reference for what a store has to do. */
export function applyPlan(current: readonly Holiday[], plan: Pick<CalendarPlan, "open" | "close">): Holiday[] {
  const closed = new Set(plan.close);
  return [...current.filter((holiday) => !closed.has(holiday.holidayId)), ...plan.open].sort(compareHolidays);
}

/** The coverage after a plan. */
export function applyCoverage(
  coverage: ReadonlyMap<number, YearCoverage>,
  plan: Pick<CalendarPlan, "coverageChanges">,
): Map<number, YearCoverage> {
  return new Map([...coverage, ...plan.coverageChanges.map((change) => [change.year, change.coverage] as const)]);
}

interface PlannedYear extends YearChange {
  added: readonly HolidayFacts[];
  rejects: readonly RowReject[];
}

function readYear(fetched: FetchedYear, { current, coverage }: CalendarFacts): PlannedYear {
  const before = current.filter((holiday) => holiday.year === fetched.year);
  const base = { fetched, known: coverage.get(fetched.year), before };
  if (fetched.coverage === "unavailable") {
    return { ...base, accepted: 0, rejected: 0, rejects: [], added: [], removed: [], changed: [] };
  }
  const { rows, rejects } = acceptRows(fetched, current);
  const counted = { ...base, accepted: rows.length, rejected: rejects.length, rejects };
  const { pairs, onlyBefore, onlyAfter } = matchYear(before, rows);
  if (fetched.coverage === "partial") return { ...counted, added: onlyAfter, removed: [], changed: [] };
  const changed = pairs.filter((pair) => changeOf(pair.before, pair.after) !== null);
  return { ...counted, added: onlyAfter, removed: onlyBefore, changed };
}

function openAndClose(years: readonly PlannedYear[], mintId: () => HolidayId): { open: Holiday[]; close: HolidayId[] } {
  const opening = years.flatMap(({ fetched: { year }, added, changed }) => [
    ...added.map((facts) => ({ ...facts, year, holidayId: mintId() })),
    ...changed.map(({ before, after }) => ({
      ...after,
      year,
      holidayId: before.holidayId,
      occurrenceId: after.occurrenceId ?? before.occurrenceId,
    })),
  ]);
  const ended = years.flatMap(({ removed, changed }) => [...removed, ...changed.map((pair) => pair.before)]);
  return { open: opening.sort(compareHolidays), close: ended.map((holiday) => holiday.holidayId).sort() };
}

const rank: Readonly<Record<YearCoverage, number>> = { unavailable: 0, partial: 1, full: 2 };

// Coverage says how well a year is known at best: nothing that was learned is lost by a worse answer later.
function coverageChange({ fetched, known, rejected, accepted }: PlannedYear): CoverageChange[] {
  if (rejected > 0 && accepted === 0) return [];
  // An answer with bad rows, or without any row, is no proof that the year is known completely.
  const doubtful = fetched.coverage === "full" && (rejected > 0 || accepted === 0);
  const coverage = doubtful ? "partial" : fetched.coverage;
  return known === undefined || rank[coverage] > rank[known] ? [{ year: fetched.year, coverage }] : [];
}
