import fc from "fast-check";
import { expect, test } from "vitest";
import { partsOf, percentText } from "./rows.ts";

test("the parts of any load sum up to all of it", () => {
  const count = fc.nat(1_000_000);
  fc.assert(
    fc.property(fc.tuple(count, count, count, count, count, count), (counts) => {
      const [inserted, updated, duplicate, stale, conflict, rejected] = counts;
      const total = counts.reduce((sum, each) => sum + each, 0);
      const parts = partsOf({ total, inserted, updated, duplicate, stale, conflict, rejected });
      expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(total);
      expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(total === 0 ? 0 : 1);
    }),
  );
});

test("a small share is not nothing, and nearly all is not all", () => {
  expect([0, 1 / 1e6, 0.25, 1 - 1e-6, 1].map(percentText)).toEqual([
    "0.0 %",
    "< 0.1 %",
    "25.0 %",
    "> 99.9 %",
    "100.0 %",
  ]);
});
