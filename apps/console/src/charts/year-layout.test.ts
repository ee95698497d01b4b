import fc from "fast-check";
import { expect, test } from "vitest";
import { dayAt, dayByKey, dayOfYear, daysInYear, halvesOf } from "./year-layout.ts";

const years = fc.integer({ min: 1900, max: 2199 });

test("every day of a year stands once, on its weekday, and is found where it stands", () => {
  fc.assert(
    fc.property(years, (year) => {
      const halves = halvesOf(year);
      const days = halves.flatMap((half) => half.days.map((day) => ({ half, ...day })));
      expect(days.length).toBe(daysInYear(year));
      expect(new Set(days.map(({ date }) => date)).size).toBe(days.length);
      for (const { half, date, column, row } of days) {
        expect((new Date(date).getUTCDay() + 6) % 7).toBe(row);
        expect(column).toBeLessThan(half.columns);
        expect(dayAt(half, column, row)).toBe(date);
      }
    }),
    { numRuns: 20 },
  );
});

test("months begin where their first day stands", () => {
  const [spring, autumn] = halvesOf(2020);
  for (const [half, first] of [
    [spring, 1],
    [autumn, 7],
  ] as const) {
    const columns = half.months.map((_, place) => {
      const date = `2020-${String(first + place).padStart(2, "0")}-01`;
      return half.days.find((day) => day.date === date)?.column;
    });
    expect(half.months.map(({ column }) => column)).toEqual(columns);
  }
  expect(spring.months[4]).toEqual({ label: "May", column: 17 });
  // 8 May 2020 was a Friday.
  expect(spring.days.find(({ date }) => date === "2020-05-08")).toMatchObject({ row: 4, isWeekend: false });
  expect(dayAt(spring, 0, 0)).toBeUndefined();
});

test.each([
  ["2020-05-08", "ArrowDown", "2020-05-09"],
  ["2020-05-08", "ArrowLeft", "2020-05-01"],
  ["2020-01-02", "ArrowLeft", "2020-01-01"],
  ["2020-12-31", "ArrowDown", "2020-12-31"],
  ["2020-01-31", "PageDown", "2020-02-29"],
  ["2020-05-08", "End", "2020-12-31"],
  ["2020-05-08", "Home", "2020-01-01"],
  ["2020-05-08", "x", undefined],
])("from %s %s leads to %s", (date, key, to) => {
  expect(dayByKey(date, key)).toBe(to);
});

test("days of a year are counted from one", () => {
  expect([dayOfYear("2020-01-01"), dayOfYear("2020-12-31"), daysInYear(2021)]).toEqual([1, 366, 365]);
});
