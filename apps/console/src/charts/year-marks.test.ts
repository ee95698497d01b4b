import type { Holiday } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { marksOf, markText } from "./year-marks.ts";

const holiday = (facts: Partial<Holiday>): Holiday => ({
  holiday_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  date: "2026-12-26",
  observed_date: null,
  end_date: null,
  name: "Boxing Day",
  local_name: "Boxing Day",
  type: "public",
  ...facts,
});

test("the day by name and the day off are told apart", () => {
  const marks = marksOf([holiday({ observed_date: "2026-12-28" })], 2026);
  expect([...marks.values()].map(({ date, role }) => [date, role])).toEqual([
    ["2026-12-26", "nominal"],
    ["2026-12-28", "observed"],
  ]);
  expect(markText(marks.get("2026-12-28")!)).toBe("Boxing Day, public holiday (day off in the place of another day)");
});

test("a day shows the strongest of its holidays, and tells all of them", () => {
  const school = holiday({ type: "school", name: "Winter", date: "2026-12-20", end_date: "2027-01-03" });
  const marks = marksOf([school, holiday({})], 2026);
  expect(marks.size).toBe(12);
  expect(marks.get("2026-12-26")).toMatchObject({ kind: "public", role: "day" });
  expect(markText(marks.get("2026-12-26")!)).toBe("Boxing Day, public holiday; Winter, school holiday");
  expect([...marksOf([school], 2027).keys()]).toEqual(["2027-01-01", "2027-01-02", "2027-01-03"]);
});

test("a day off is stronger than a day by name of the same kind", () => {
  const moved = holiday({ name: "Christmas Day", date: "2027-12-25", observed_date: "2027-12-27" });
  const second = holiday({ name: "Boxing Day", date: "2027-12-27", observed_date: "2027-12-28" });
  expect(marksOf([second, moved], 2027).get("2027-12-27")).toMatchObject({ role: "observed" });
});
