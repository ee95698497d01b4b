// What changed between two states of a calendar, told per holiday: the one place that says what a change is called.
import { sameDate } from "../dates.ts";
import type { HolidayId } from "../ids.ts";
import { compareHolidays, type Holiday, type HolidayFacts } from "./holiday.ts";

export interface HolidayAdded {
  holidayId: HolidayId;
  before: null;
  after: Holiday;
}
export interface HolidayRemoved {
  holidayId: HolidayId;
  before: Holiday;
  after: null;
}
export interface HolidayChanged {
  holidayId: HolidayId;
  before: Holiday;
  after: Holiday;
}

/** Each list in the order of the holidays' dates; a holiday is in one list at the most. */
export interface HolidayDiff {
  added: readonly HolidayAdded[];
  removed: readonly HolidayRemoved[];
  moved: readonly HolidayChanged[];
  renamed: readonly HolidayChanged[];
}

export interface ChangeCounts {
  added: number;
  removed: number;
  moved: number;
  renamed: number;
}

export const noChanges: HolidayDiff = { added: [], removed: [], moved: [], renamed: [] };

/**
 * What two states of one holiday differ in: `moved` when a day differs (date, observed date, end), else `renamed` when
 * a label does (name, local name, other names, type), else null. An occurrence id is no content.
 */
export function changeOf(before: HolidayFacts, after: HolidayFacts): "moved" | "renamed" | null {
  const stays =
    before.date.equals(after.date) &&
    sameDate(before.observedDate, after.observedDate) &&
    sameDate(before.endDate, after.endDate);
  if (!stays) return "moved";
  const sameLabels =
    before.name === after.name &&
    before.localName === after.localName &&
    before.type === after.type &&
    sameNames(before.names, after.names);
  return sameLabels ? null : "renamed";
}

/** Compares two states of a calendar by `holidayId`, of which each list holds every one once. */
export function diffHolidays(before: readonly Holiday[], after: readonly Holiday[]): HolidayDiff {
  const earlier = new Map(before.map((holiday) => [holiday.holidayId, holiday]));
  const diff = {
    added: [] as HolidayAdded[],
    removed: [] as HolidayRemoved[],
    moved: [] as HolidayChanged[],
    renamed: [] as HolidayChanged[],
  };
  for (const holiday of after.toSorted(compareHolidays)) {
    const { holidayId } = holiday;
    const old = earlier.get(holidayId);
    earlier.delete(holidayId);
    if (old === undefined) {
      diff.added.push({ holidayId, before: null, after: holiday });
      continue;
    }
    const change = changeOf(old, holiday);
    if (change !== null) diff[change].push({ holidayId, before: old, after: holiday });
  }
  for (const holiday of [...earlier.values()].sort(compareHolidays)) {
    diff.removed.push({ holidayId: holiday.holidayId, before: holiday, after: null });
  }
  return diff;
}

/** How many of each: what a version and a revision keep of a diff. */
export function countChanges(diff: HolidayDiff): ChangeCounts {
  return {
    added: diff.added.length,
    removed: diff.removed.length,
    moved: diff.moved.length,
    renamed: diff.renamed.length,
  };
}

function sameNames(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const tags = Object.keys(a);
  return tags.length === Object.keys(b).length && tags.every((tag) => Object.hasOwn(b, tag) && a[tag] === b[tag]);
}
