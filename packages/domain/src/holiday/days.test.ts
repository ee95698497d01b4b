import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysBetween } from "../dates.ts";
import { dayRows, type DayQuestion } from "./days.ts";
import type { Holiday, HolidayFacts } from "./holiday.ts";
import { anyDay, calendar, facts, mintFrom } from "./holidays.arbitrary.ts";
import { selectHolidays } from "./select.ts";

const date = (text: string) => Temporal.PlainDate.from(text);
const mint = mintFrom();
const held = (day: string, name: string, parts: Partial<Omit<HolidayFacts, "date">> = {}): Holiday => {
  const row = facts({ ...parts, date: day, name });
  return { ...row, year: row.date.year, holidayId: mint() };
};
const rows = (from: string, to: string, holidays: Holiday[], parts: Partial<DayQuestion> = {}) =>
  dayRows({ from: date(from), to: date(to), holidays, schoolKnown: false, ...parts });

describe("dayRows", () => {
  it("flags the nominal and the observed day of a public holiday, and names both", () => {
    const days = rows("2026-12-25", "2026-12-29", [
      held("2026-12-26", "Boxing Day", { observedDate: date("2026-12-28") }),
    ]);
    expect(days.map((day) => day.isPublicHoliday)).toEqual([false, true, false, true, false]);
    expect(days.map((day) => day.weekday)).toEqual([5, 6, 7, 1, 2]);
    expect(days.map((day) => day.isWeekend)).toEqual([false, true, true, false, false]);
    expect(days[3]!.holidayNames).toEqual(["Boxing Day"]);
    expect(days.map((day) => day.daysToNextHoliday)).toEqual([1, 0, 1, 0, null]);
    expect(days.map((day) => day.daysSincePreviousHoliday)).toEqual([null, 0, 1, 0, 1]);
  });

  it("finds the bridge: after a Thursday, before a Tuesday, between two, and nowhere else", () => {
    const bridges = (...days: string[]) =>
      rows(
        "2026-05-11",
        "2026-05-24",
        days.map((day) => held(day, "Feast")),
      )
        .filter((day) => day.isBridgeDay)
        .map((day) => day.date.toString());
    expect(bridges("2026-05-14")).toEqual(["2026-05-15"]);
    expect(bridges("2026-05-19")).toEqual(["2026-05-18"]);
    expect(bridges("2026-05-12", "2026-05-14")).toEqual(["2026-05-11", "2026-05-13", "2026-05-15"]);
    expect(bridges("2026-05-13", "2026-05-16")).toEqual([]);
  });

  it("sees holidays beyond the range for bridges and distances", () => {
    const [friday] = rows("2026-05-15", "2026-05-15", [
      held("2026-05-14", "Ascension"),
      held("2026-05-25", "Whit Monday"),
    ]);
    expect(friday).toMatchObject({ isBridgeDay: true, daysSincePreviousHoliday: 1, daysToNextHoliday: 10 });
  });

  it("school holidays are unknown unless the source knows them, and never count as public", () => {
    const school = [held("2026-05-01", "Spring break", { type: "school", endDate: date("2026-05-03") })];
    expect(rows("2026-05-03", "2026-05-04", school)).toMatchObject([
      { isSchoolHoliday: null, isPublicHoliday: false, holidayNames: [] },
      { isSchoolHoliday: null },
    ]);
    expect(rows("2026-05-03", "2026-05-04", school, { schoolKnown: true })).toMatchObject([
      { isSchoolHoliday: true, isPublicHoliday: false, holidayNames: ["Spring break"], daysToNextHoliday: null },
      { isSchoolHoliday: false },
    ]);
  });

  it("names are sorted and told once", () => {
    const twice = [held("2026-05-05", "B"), held("2026-05-05", "A"), held("2026-05-05", "B", { localName: "C" })];
    expect(rows("2026-05-05", "2026-05-05", twice)[0]!.holidayNames).toEqual(["A", "B"]);
  });

  it("an uncovered year is unknown, not free of holidays", () => {
    const holidays = [held("2026-12-25", "Christmas"), held("2028-01-01", "New Year")];
    const days = rows("2026-12-31", "2027-01-01", holidays, { coveredYears: new Set([2026, 2028]), schoolKnown: true });
    expect(days).toMatchObject([
      { isPublicHoliday: false, isBridgeDay: false, daysToNextHoliday: null, daysSincePreviousHoliday: 6 },
      // Not a bridge, whatever it is: the day before is a working day.
      {
        isPublicHoliday: null,
        isSchoolHoliday: null,
        isBridgeDay: false,
        daysToNextHoliday: null,
        daysSincePreviousHoliday: null,
      },
    ]);
  });

  it("a bridge that hangs on an uncovered day is unknown", () => {
    const coveredYears = new Set([2025]);
    expect(
      rows("2025-12-31", "2025-12-31", [held("2025-12-30", "Feast")], { coveredYears })[0]!.isBridgeDay,
    ).toBeNull();
  });

  it("gives one row a day, across a leap day and a year's end", () => {
    expect(
      rows("2023-12-30", "2024-03-01", [])
        .map((day) => day.date.toString())
        .slice(-3),
    ).toEqual(["2024-02-28", "2024-02-29", "2024-03-01"]);
  });

  it("agrees with the selection: a day is a holiday exactly when a public one is found on it", () => {
    fc.assert(
      fc.property(calendar, anyDay, fc.nat({ max: 60 }), (holidays, from, days) => {
        const to = from.add({ days });
        const answer = dayRows({ from, to, holidays, schoolKnown: true });
        expect(answer).toHaveLength(days + 1);
        for (const [index, day] of answer.entries()) {
          expect(daysBetween(from, day.date)).toBe(index);
          const found = selectHolidays(holidays, { from: day.date, to: day.date, types: ["public"], basis: "both" });
          expect(day.isPublicHoliday).toBe(found.length > 0);
          const next = answer[index + day.daysToNextHoliday!];
          if (next !== undefined && day.daysToNextHoliday !== null) expect(next.isPublicHoliday).toBe(true);
          expect(day.daysToNextHoliday === 0).toBe(day.isPublicHoliday);
        }
      }),
      { numRuns: 50 },
    );
  });
});
