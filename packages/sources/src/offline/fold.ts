// Which rows are one holiday? date-holidays gives Boxing Day 2026 twice, on Saturday the 26th and as a substitute on
// Monday the 28th; to everybody else it is one holiday with a day off.
import type { RuleRow, RuleRows } from "./rows.ts";

/** A row that is a holiday, with the day off where it differs. */
export interface FoldedRow extends RuleRow {
  observed: Temporal.PlainDate | null;
}

// The longest distance in the data between a holiday and its substitute is six days.
const reachDays = 10;

/**
 * Folds substitute rows into the holidays that they stand for. Give it the years around the one that is wanted, and pick
 * by `date` afterwards: New Year's Day 2022 in the United States is observed on 2021-12-31.
 *
 * A substitute day of a holiday that the region does not have at all (MY-03 does not keep 1 January, but is given its
 * substitute) is no holiday and falls away.
 */
export function foldSubstitutes({ rows, rules }: RuleRows): FoldedRow[] {
  const kept = new Set(rules.filter((rule) => !isSubstituteRule(rule)).map(baseOf));
  const groups = Map.groupBy(rows, (row) => row.rule);
  const substitutes = rows.filter((row) => isSubstitute(row, groups.get(row.rule) ?? []));
  const marked = new Set(substitutes);
  const holidays: FoldedRow[] = rows.filter((row) => !marked.has(row)).map((row) => ({ ...row, observed: null }));

  for (const substitute of substitutes) {
    const sameHoliday = holidays.filter((holiday) => standsFor(substitute, holiday));
    const near = sameHoliday.filter((holiday) => distance(substitute, holiday) <= reachDays);
    const free = near.filter((holiday) => holiday.observed === null);
    const nearest = free.toSorted((a, b) => preference(substitute, a) - preference(substitute, b))[0];
    if (nearest) nearest.observed = substitute.date;
    // A second day off for the same holiday is a holiday of its own, and so is the only day off of a holiday that is not
    // kept on that weekday (Hong Kong: "01-01 not on Sunday" beside "substitutes 01-01 if Sunday").
    else if (near.length > 0 || kept.has(baseOf(substitute.rule))) holidays.push({ ...substitute, observed: null });
  }
  return holidays;
}

function isSubstitute(row: RuleRow, sameRule: readonly RuleRow[]): boolean {
  if (row.flagged) return true;
  if (isSubstituteRule(row.rule)) return true;
  if (!/ and if /i.test(row.rule)) return false;
  // Not flagged, such as New Year's Day of Australia: of two close days of one rule, one is the day off of the other.
  return sameRule.some(
    (other) => other !== row && !other.flagged && distance(row, other) <= reachDays && isDayOffOf(row, other),
  );
}

// The day off follows the holiday, except when a holiday on a weekend is given its day off on the weekday before.
function isDayOffOf(row: RuleRow, holiday: RuleRow): boolean {
  const [first, second] = Temporal.PlainDate.compare(row.date, holiday.date) < 0 ? [row, holiday] : [holiday, row];
  const isBefore = second.date.dayOfWeek >= 6 && first.date.dayOfWeek < 6;
  return (isBefore ? first : second) === row;
}

function standsFor(substitute: RuleRow, holiday: RuleRow): boolean {
  return baseOf(substitute.rule) === baseOf(holiday.rule) || englishName(substitute) === englishName(holiday);
}

// The same rule first, then the same base (12-26 for "substitutes 12-26 if …"), then only the same name; then the nearest.
function preference(substitute: RuleRow, holiday: RuleRow): number {
  const kinship = substitute.rule === holiday.rule ? 0 : baseOf(substitute.rule) === baseOf(holiday.rule) ? 1 : 2;
  return kinship * 100 + distance(substitute, holiday);
}

const distance = (a: RuleRow, b: RuleRow): number => Math.abs(a.date.until(b.date).days);

// "substitutes X and if …" gives the day X itself as well, and its substitute is flagged.
const isSubstituteRule = (rule: string): boolean => /^substitutes /i.test(rule) && !/ and if /i.test(rule);

const englishName = (row: RuleRow): string => row.names["en"] ?? row.localName;

const baseOf = (rule: string): string =>
  rule
    .toLowerCase()
    .replace(/^substitutes /, "")
    .replace(/ (and if|if|not on|since|prior to|on|in even|in odd|p\d|pt\d|\d\d:\d\d|#).*$/, "")
    .trim();
