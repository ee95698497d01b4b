import type { Holiday } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { byWords, type Changes, sentencesOf } from "./change-words.ts";

const holiday = (facts: Partial<Holiday>): Holiday => ({
  holiday_id: "id",
  date: "2020-05-04",
  observed_date: null,
  end_date: null,
  name: "Early May bank holiday",
  local_name: "Early May bank holiday",
  type: "public",
  ...facts,
});
const none: Changes = { added: [], removed: [], moved: [], renamed: [] };
const textsOf = (changes: Partial<Changes>) => sentencesOf({ ...none, ...changes }).map(({ text }) => text);
const moved = (before: Partial<Holiday>, after: Partial<Holiday>) =>
  textsOf({ moved: [{ holiday_id: "id", before: holiday(before), after: holiday(after) }] })[0];
const renamed = (before: Partial<Holiday>, after: Partial<Holiday>) =>
  textsOf({ renamed: [{ holiday_id: "id", before: holiday(before), after: holiday(after) }] })[0];

test("a move names both days, the year once where it is one", () => {
  expect(moved({}, { date: "2020-05-08" })).toBe("Early May bank holiday moved from 4 May to 8 May 2020");
  expect(moved({ date: "2020-12-31" }, { date: "2021-01-01" })).toMatch(/from 31 December 2020 to 1 January 2021$/);
});

test("a day off and a last day move by themselves", () => {
  expect(moved({}, { observed_date: "2020-05-05" })).toBe(
    "the day off of Early May bank holiday moved from 4 May to 5 May 2020",
  );
  expect(moved({ observed_date: "2020-05-05" }, {})).toMatch(/is 4 May 2020 itself again$/);
  expect(moved({ end_date: "2020-05-06" }, { end_date: "2020-05-07" })).toMatch(/^the end of .* from 6 May to 7 May/);
});

test("another name, another kind, another local name", () => {
  expect(renamed({}, { name: "VE Day" })).toBe("Early May bank holiday on 4 May 2020 is now called VE Day");
  expect(renamed({}, { type: "bank" })).toMatch(/is no longer public but bank$/);
  expect(renamed({}, { local_name: "Mei" })).toMatch(/is called Mei in its place/);
});

test("what came and went is told one by one, and as a number where it is a whole year, in the order of days", () => {
  const few = ["2022-06-03", "2022-06-02"].map((date) => ({
    holiday_id: date,
    before: null,
    after: holiday({ date, name: "Jubilee" }),
  }));
  const year = Array.from({ length: 5 }, (_, day) => ({
    holiday_id: `${day}`,
    before: holiday({ date: `2021-01-0${day + 1}` }),
    after: null,
  }));
  expect(textsOf({ added: few, removed: year })).toEqual([
    "5 holidays of 2021 went",
    "Jubilee came in on 2 June 2022",
    "Jubilee came in on 3 June 2022",
  ]);
});

test("the same words of two places are said once", () => {
  const sentences = [{ text: "a", date: "2020-01-01", holiday_id: null }];
  expect(
    byWords([
      { place: "x", sentences },
      { place: "y", sentences },
    ]),
  ).toMatchObject([{ text: "a", places: ["x", "y"] }]);
});
