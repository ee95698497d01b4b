import { describe, expect, test } from "vitest";
import { offlineHolidays } from "./offline.ts";

// The bank holidays of England and Wales as they were kept and are announced: Banking and Financial Dealings Act 1971,
// Schedule 1, with the Royal Proclamations of each year. Substitute days stand in place of the day they are given for.
const official: Readonly<Record<number, readonly string[]>> = {
  2019: ["01-01", "04-19", "04-22", "05-06", "05-27", "08-26", "12-25", "12-26"],
  // The early May holiday was moved to the 75th anniversary of VE Day.
  2020: ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"],
  2021: ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"],
  // The spring holiday was joined to the Platinum Jubilee; the State Funeral of Queen Elizabeth II.
  2022: ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"],
  // The coronation of King Charles III.
  2023: ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"],
  2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
  2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
  2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
  2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
  2028: ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
};

const daysOff = (region: string, year: number): string[] =>
  offlineHolidays(region, year)
    .filter(({ type }) => type === "public" || type === "bank")
    .map(({ date, observedDate }) => (observedDate ?? date).toString())
    .toSorted();

describe("the days off of England", () => {
  test.each(Object.entries(official))(
    "equal the official bank holidays of %s, and so do those of Wales",
    (year, days) => {
      const expected = days.map((day) => `${year}-${day}`);
      expect(daysOff("GB-ENG", Number(year))).toEqual(expected);
      expect(daysOff("GB-WLS", Number(year))).toEqual(expected);
    },
  );

  test("have the last Monday of August in every year", () => {
    for (let year = 1990; year <= 2040; year += 1) {
      const end = Temporal.PlainDate.from({ year, month: 8, day: 31 });
      expect(daysOff("GB-ENG", year)).toContain(end.subtract({ days: end.dayOfWeek - 1 }).toString());
    }
  });

  test("carry the corrections of the years before 2013", () => {
    expect(daysOff("GB-ENG", 2012)).toEqual(expect.arrayContaining(["2012-06-04", "2012-06-05"]));
    expect(daysOff("GB-ENG", 2012)).not.toContain("2012-05-28");
    expect(daysOff("GB-ENG", 2011)).toContain("2011-04-29");
    expect(daysOff("GB-ENG", 2002)).toEqual(expect.arrayContaining(["2002-06-03", "2002-06-04"]));
    expect(daysOff("GB-ENG", 1999)).toContain("1999-12-31");
    expect(daysOff("GB-ENG", 1995)).toContain("1995-05-08");
    expect(daysOff("GB-ENG", 1995)).not.toContain("1995-05-01");
  });
});
