import { expect, test } from "vitest";
import { fateOf } from "./states.ts";

const held = { recorded_at: "2026-01-01T00:00:00.000002Z", superseded_at: "2026-01-03T00:00:00.000001Z" };

test.each([
  [undefined, "past"],
  ["2026-01-01T00:00:00.000001Z", "later"],
  ["2026-01-01T00:00:00.000002Z", "current"],
  ["2026-01-03T00:00:00.000000Z", "current"],
  ["2026-01-03T00:00:00.000001Z", "past"],
  ["2026-01-03T01:00:00+02:00", "current"],
  ["2025-12-31", "later"],
  ["2026-01-01", "current"],
  ["2026-01-03", "past"],
])("as of %s it is %s", (asOf, fate) => {
  expect(fateOf(held, asOf)).toBe(fate);
});

test("what was superseded as it came never held; what nothing superseded holds", () => {
  const at = held.recorded_at;
  expect(fateOf({ recorded_at: at, superseded_at: at })).toBe("late");
  expect(fateOf({ recorded_at: at, superseded_at: null })).toBe("current");
  expect(fateOf({ recorded_at: at, superseded_at: null }, "2025-06-01")).toBe("later");
});
