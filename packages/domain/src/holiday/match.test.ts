import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysBetween } from "../dates.ts";
import type { Holiday } from "./holiday.ts";
import { cleanRows, facts, mintFrom } from "./holidays.arbitrary.ts";
import { matchYear } from "./match.ts";

const known = (rows: ReturnType<typeof facts>[]): Holiday[] => {
  const mint = mintFrom();
  return rows.map((row) => ({ ...row, year: 2026, holidayId: mint() }));
};

// Every way to give each of the fewer days another of the more.
function nearestTotal(fewer: readonly number[], more: readonly number[]): number {
  const [first, ...rest] = fewer;
  if (first === undefined) return 0;
  return Math.min(...more.map((day, index) => Math.abs(day - first) + nearestTotal(rest, more.toSpliced(index, 1))));
}

describe("matching a year", () => {
  it("uses every holiday of both sides exactly once", () => {
    fc.assert(
      fc.property(cleanRows(2026), cleanRows(2026), (before, after) => {
        const current = known(before);
        const { pairs, onlyBefore, onlyAfter } = matchYear(current, after);
        const used = [...pairs.map((pair) => pair.before), ...onlyBefore];
        expect(new Set(used)).toEqual(new Set(current));
        expect(used).toHaveLength(current.length);
        const answered = [...pairs.map((pair) => pair.after), ...onlyAfter];
        expect(new Set(answered)).toEqual(new Set(after));
        expect(answered).toHaveLength(after.length);
      }),
    );
  });

  it("pairs the occurrences of a series so that their dates are as near as they can be in total", () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 364 }), { maxLength: 5 });
    const start = Temporal.PlainDate.from("2026-01-01");
    const eids = (offsets: number[]) =>
      offsets.map((offset) => facts({ name: "Eid", date: start.add({ days: offset }) }));
    fc.assert(
      fc.property(days, days, (before, after) => {
        const { pairs } = matchYear(known(eids(before)), eids(after));
        const total = pairs.reduce((sum, pair) => sum + Math.abs(daysBetween(pair.before.date, pair.after.date)), 0);
        const [fewer, more] = before.length <= after.length ? [before, after] : [after, before];
        expect(pairs).toHaveLength(fewer.length);
        expect(total).toBe(nearestTotal(fewer, more));
      }),
    );
  });
});
