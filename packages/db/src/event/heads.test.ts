import { eventOf, linesOf } from "@almanac/db/testing/events";
import { expect, test } from "vitest";
import { chooseHeads } from "./heads.ts";

test("of each event the first line of its highest version may become current, and heads are sorted by id", () => {
  const { isHead, sorted, repeated } = chooseHeads(
    linesOf([eventOf(5, 1), eventOf(2, 3), eventOf(5, 2), eventOf(1, 1), eventOf(2, 1), eventOf(5, 2), eventOf(2, 3)]),
  );
  expect([...isHead]).toEqual([0, 1, 1, 1, 0, 0, 0]);
  expect(sorted).toEqual([3, 1, 2]);
  expect([...repeated.values()]).toEqual([
    [0, 2, 5],
    [1, 4, 6],
  ]);
});
