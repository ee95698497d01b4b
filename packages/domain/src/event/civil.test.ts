import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayNumber, parseDate } from "../dates.ts";
import { civilDay, dayAtStart, isCivilDate } from "./civil.ts";

describe("civil days", () => {
  it("are counted as Temporal counts them, in every year that is kept", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1900, max: 2200 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 31 }),
        (year, month, day) => {
          const text = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
          const date = parseDate(text);
          expect(civilDay(year, month, day)).toBe(date === null ? null : dayNumber(date));
          expect(isCivilDate(text)).toBe(date !== null);
        },
      ),
    );
  });

  it.each([
    "2023-02-29",
    "2100-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-04-31",
    "2024-01-00",
    "1899-12-31",
    "2201-01-01",
  ])("%s is no day", (text) => {
    expect(isCivilDate(text)).toBe(false);
  });

  it.each(["2024-02-29", "2000-02-29", "1900-01-01", "2200-12-31"])("%s is one", (text) => {
    expect(isCivilDate(text)).toBe(true);
  });

  it("are written with ten characters and nothing else", () => {
    for (const text of ["2024-1-01", "2024/01/01", "20240101", "2024-01-01 ", " 2024-01-01", "２024-01-01", ""]) {
      expect(isCivilDate(text), text).toBe(false);
    }
    expect(dayAtStart("2024-01-01T00")).toBe(19_723);
  });
});
