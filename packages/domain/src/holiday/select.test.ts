import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareCodePoints, type Holiday } from "./holiday.ts";
import { anyDay, calendar, facts, mintFrom } from "./holidays.arbitrary.ts";
import { holidayBases, selectHolidays, type HolidayBasis } from "./select.ts";

const date = (text: string) => Temporal.PlainDate.from(text);
const mint = mintFrom();
const boxingDay: Holiday = {
  ...facts({ name: "Boxing Day", date: "2026-12-26", observedDate: date("2026-12-28") }),
  year: 2026,
  holidayId: mint(),
};
const break_: Holiday = {
  ...facts({ name: "Christmas break", date: "2026-12-20", endDate: date("2027-01-03"), type: "school" }),
  year: 2026,
  holidayId: mint(),
};
const names = (from: string, to: string, basis: HolidayBasis, types: "all" | "public"[] = "all") =>
  selectHolidays([boxingDay, break_], { from: date(from), to: date(to), types, basis }).map(({ name }) => name);

describe("selectHolidays", () => {
  it.each<[HolidayBasis, string, boolean]>([
    ["both", "2026-12-26", true],
    ["both", "2026-12-28", true],
    ["both", "2026-12-27", false],
    ["nominal", "2026-12-26", true],
    ["nominal", "2026-12-28", false],
    ["observed", "2026-12-26", false],
    ["observed", "2026-12-28", true],
  ])("basis %s on %s: %s", (basis, day, isIn) => {
    expect(names(day, day, basis, ["public"])).toEqual(isIn ? ["Boxing Day"] : []);
  });

  it("a holiday of several days is in the range when any day of it is, from both sides", () => {
    expect(names("2027-01-03", "2027-02-01", "observed")).toEqual(["Christmas break"]);
    expect(names("2026-12-01", "2026-12-20", "nominal")).toEqual(["Christmas break"]);
    expect(names("2027-01-04", "2027-02-01", "both")).toEqual([]);
  });

  it("asks for one type or for all", () => {
    expect(names("2026-12-01", "2027-01-31", "both", ["public"])).toEqual(["Boxing Day"]);
    expect(names("2026-12-01", "2027-01-31", "both")).toEqual(["Christmas break", "Boxing Day"]);
  });

  it("both is what either basis finds, in the order of date, name and id", () => {
    fc.assert(
      fc.property(calendar, anyDay, fc.nat({ max: 400 }), (holidays, from, days) => {
        const range = { from, to: from.add({ days }), types: "all" as const };
        const [both, observed, nominal] = holidayBases.map((basis) => selectHolidays(holidays, { ...range, basis }));
        expect(new Set(both)).toEqual(new Set([...observed!, ...nominal!]));
        const keys = both!.map(({ date: day, name, holidayId }) => `${day} ${name}\u0000${holidayId}`);
        expect(keys).toEqual(keys.toSorted(compareCodePoints));
        expect(selectHolidays(holidays.toReversed(), { ...range, basis: "both" })).toEqual(both);
      }),
    );
  });

  it("compares names by code point, as the database does", () => {
    const words = fc
      .array(fc.constantFrom("a", "é", "\uffee", "😀", "🎉"), { maxLength: 4 })
      .map((units) => units.join(""));
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
    expect(compareCodePoints("\uffee", "😀")).toBeLessThan(0);
  });
});
