import type { Version } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { placeOf, stopsOf } from "./stops.ts";

const version = (version: number, sync_id: string, synced_at: string): Version => ({
  version,
  sync_id,
  synced_at,
  outcome: "changed",
  source: "offline",
  region: "NL",
  changes: { added: 1, removed: 0, moved: 0, renamed: 0 },
});

const stops = stopsOf(
  new Map([
    ["a", [version(3, "s3", "2020-03-01T03:00:00.000002Z"), version(1, "s1", "2019-03-01T03:00:00.000001Z")]],
    ["b", [version(2, "s2", "2019-06-07T12:00:00.5Z"), version(1, "s1", "2019-03-01T03:00:00.000009Z")]],
  ]),
);

test("a sync that changed two locations is one stop, at which both have changed", () => {
  expect(stops.map(({ sync_id, at, changed }) => [sync_id, at, changed.map((each) => each.location_id)])).toEqual([
    ["s1", "2019-03-01T03:00:00.000009Z", ["a", "b"]],
    ["s2", "2019-06-07T12:00:00.5Z", ["b"]],
    ["s3", "2020-03-01T03:00:00.000002Z", ["a"]],
  ]);
});

test.each([
  [undefined, 3],
  ["2019-01-01T00:00:00Z", -1],
  ["2019-03-01T03:00:00.000008Z", -1],
  ["2019-03-01T03:00:00.000009Z", 0],
  ["2019-06-07T14:00:00.500000+02:00", 1],
  ["2019-06-07T12:00:00Z", 0],
  ["2019-06-07", 1],
  ["2019-06-06", 0],
  ["2030-01-01T00:00:00Z", 2],
])("as of %s the stop is %i", (asOf, place) => {
  expect(placeOf(stops, asOf)).toBe(place);
});
