import type { Holiday } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { aboutDay } from "./about-day.ts";
import { rowsOf } from "./rows.ts";

const holiday = (holiday_id: string, date: string, name = "King's Day"): Holiday => ({
  holiday_id,
  date,
  observed_date: null,
  end_date: null,
  name,
  local_name: name,
  type: "public",
});

test("what two places have alike is one row, in the order of days", () => {
  const rows = rowsOf([
    { location_id: "a", data: [holiday("1", "2025-12-25", "Christmas"), holiday("2", "2025-04-26")] },
    { location_id: "b", data: [holiday("3", "2025-12-25", "Christmas"), holiday("4", "2025-04-27")] },
  ]);
  expect(rows.map(({ holiday, places }) => [holiday.date, places])).toEqual([
    ["2025-04-26", ["a"]],
    ["2025-04-27", ["b"]],
    ["2025-12-25", ["a", "b"]],
  ]);
});

test("a day is concerned by what came to it, what left it, and what its holidays went through", () => {
  const move = (holiday_id: string, from: string, to: string) => ({
    holiday_id,
    before: holiday(holiday_id, from),
    after: holiday(holiday_id, to),
  });
  const moved = [
    move("came", "2025-01-01", "2025-04-26"),
    move("left", "2025-04-26", "2025-01-01"),
    move("its", "2025-02-01", "2025-03-01"),
    move("other", "2025-05-01", "2025-06-01"),
  ];
  const none = { added: [], removed: [], renamed: [] };
  const found = aboutDay({ ...none, moved }, "2025-04-26", new Set(["its"]));
  expect(found.moved.map(({ holiday_id }) => holiday_id)).toEqual(["came", "left", "its"]);
});
