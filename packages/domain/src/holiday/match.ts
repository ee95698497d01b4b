// Which holiday of an answer is which holiday that we know: identity within one year of a calendar. Date alone is no
// key (NL 2016-05-05 is two holidays), the name alone is none either (a series can occur twice in a year).
import { daysBetween } from "../dates.ts";
import { holidayKey } from "./accept.ts";
import { compareCodePoints, compareHolidays, type Holiday, type HolidayFacts } from "./holiday.ts";
import { seriesOf } from "./series.ts";

export interface HolidayPair {
  before: Holiday;
  after: HolidayFacts;
}

export interface Matching {
  pairs: HolidayPair[];
  onlyBefore: Holiday[];
  onlyAfter: HolidayFacts[];
}

/**
 * Matches the known holidays of one year with the accepted rows of an answer for it, in this order: the source's
 * occurrence id, where it is unique on both sides; the same series, date and type; within a series, what is left by
 * nearest dates in the order of dates; and last, on one date and of one type, the only one left on each side.
 */
export function matchYear(current: readonly Holiday[], incoming: readonly HolidayFacts[]): Matching {
  const before = new Set(current.toSorted(compareHolidays));
  const after = new Set(incoming);
  const pairs: HolidayPair[] = [];
  const take = (pair: HolidayPair): void => {
    pairs.push(pair);
    before.delete(pair.before);
    after.delete(pair.after);
  };

  const loners = (keyOf: (facts: HolidayFacts) => string | null): HolidayPair[] => {
    const known = groupBy(before, keyOf);
    return [...groupBy(after, keyOf)].flatMap(([key, answered]) => {
      const held = known.get(key);
      return held?.length === 1 && answered.length === 1 ? [{ before: held[0]!, after: answered[0]! }] : [];
    });
  };

  loners((facts) => facts.occurrenceId).forEach(take);
  loners(holidayKey).forEach(take);
  const ofSeries = groupBy(before, (holiday) => seriesOf(holiday.name));
  for (const [series, answered] of groupBy(after, (facts) => seriesOf(facts.name))) {
    alignByDate(ofSeries.get(series) ?? [], answered).forEach(take);
  }
  loners((facts) => `${facts.date} ${facts.type}`).forEach(take);
  return { pairs, onlyBefore: [...before], onlyAfter: [...after] };
}

function groupBy<Facts extends HolidayFacts>(
  facts: Iterable<Facts>,
  keyOf: (facts: HolidayFacts) => string | null,
): Map<string, Facts[]> {
  const groups = new Map<string, Facts[]>();
  for (const one of facts) {
    const key = keyOf(one);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/**
 * Pairs every holiday of the smaller side with one of the other, without crossing, so that the dates lie as near as
 * possible in total. By position alone, a first one that is removed would shift all others.
 */
function alignByDate(before: readonly Holiday[], after: readonly HolidayFacts[]): HolidayPair[] {
  const rows = before.toSorted(compareByDate);
  const columns = after.toSorted(compareByDate);
  // best[i][j]: the cheapest pairing of the first i rows and j columns that leaves no more unpaired than it must.
  const best: Pairing[][] = [];
  for (let i = 0; i <= rows.length; i += 1) {
    best.push([]);
    for (let j = 0; j <= columns.length; j += 1) {
      best[i]!.push(i === 0 || j === 0 ? nothingPaired : cheapest(best, rows, columns, i, j));
    }
  }
  const pairs: HolidayPair[] = [];
  let pairing: Pairing | null = best[rows.length]![columns.length]!;
  for (; pairing !== null && pairing.last !== null; pairing = pairing.rest) pairs.push(pairing.last);
  return pairs;
}

interface Pairing {
  count: number;
  cost: number;
  last: HolidayPair | null;
  rest: Pairing | null;
}
const nothingPaired: Pairing = { count: 0, cost: 0, last: null, rest: null };

function cheapest(
  best: readonly Pairing[][],
  rows: readonly Holiday[],
  columns: readonly HolidayFacts[],
  i: number,
  j: number,
): Pairing {
  const last = { before: rows[i - 1]!, after: columns[j - 1]! };
  const rest = best[i - 1]![j - 1]!;
  const paired = { count: rest.count + 1, cost: rest.cost + costOf(last), last, rest };
  return [best[i - 1]![j]!, best[i]![j - 1]!].reduce(
    (champion, other) =>
      // Pairing these two always leaves the fewest alone; not to must leave no more.
      other.count === champion.count && other.cost < champion.cost ? other : champion,
    paired,
  );
}

// Days decide; of equal ones the same type, then the same name.
function costOf({ before, after }: HolidayPair): number {
  const days = Math.abs(daysBetween(before.date, after.date));
  return days * 4 + (before.type === after.type ? 0 : 2) + (before.name === after.name ? 0 : 1);
}

function compareByDate(a: HolidayFacts, b: HolidayFacts): number {
  return (
    Temporal.PlainDate.compare(a.date, b.date) || compareCodePoints(a.type, b.type) || compareCodePoints(a.name, b.name)
  );
}
