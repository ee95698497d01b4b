import { expect, test } from "vitest";
import { countWords, tookWords } from "./words.ts";

test("counters are told without what there is none of and without the sum", () => {
  expect(countWords({ total: 9_431, inserted: 8_571, updated: 401, stale: 238, conflict: 0 })).toBe(
    "8,571 inserted, 401 updated, 238 stale",
  );
  expect(countWords({ total: 13, unchanged: 13, failed: 0 })).toBe("13 unchanged");
});

test("how long it took is told in the unit that people would take", () => {
  const told = (seconds: number) =>
    tookWords("2026-11-28T02:00:00.000000Z", new Date(Date.UTC(2026, 10, 28, 2) + seconds * 1_000).toISOString());
  expect([0.2, 1, 119, 120, 7_199, 7_200].map(told)).toEqual([
    "ended within a second",
    "ended after 1 second",
    "ended after 119 seconds",
    "ended after 2 minutes",
    "ended after 120 minutes",
    "ended after 2 hours",
  ]);
});
