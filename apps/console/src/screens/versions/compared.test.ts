import type { Diff, Holiday, Version } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { between, broughtBy, comparedOf, diffPath, lastChange, rowsOf, yearsText } from "./compared.ts";

const version = (number: number): Version => ({
  version: number,
  synced_at: "2019-06-07T12:00:00Z",
  sync_id: `s${number}`,
  outcome: "changed",
  source: "offline",
  region: "GB-ENG",
  changes: { added: 0, removed: 0, moved: 1, renamed: 0 },
});
const holiday = (date: string) => ({ date }) as Holiday;
const diff = (to: number, holiday_id: string): Diff => ({
  location_id: "a",
  from: { version: to - 1, synced_at: "", region: "GB-ENG" },
  to: { version: to, synced_at: "", region: "GB-ENG" },
  added: [],
  removed: [],
  moved: [{ holiday_id, before: holiday("2020-05-04"), after: holiday("2020-05-08") }],
  renamed: [],
});

test("two versions or two instants are compared, one alone or a number that is none are as if they were not there", () => {
  expect(comparedOf({ from_version: "2", to_version: "3" })).toEqual({ by: "version", from_version: 2, to_version: 3 });
  expect(comparedOf({ from_as_of: "2019-01-01", to_as_of: "2020-01-01" })).toMatchObject({ by: "as_of" });
  expect([comparedOf({ from_version: "2" }), comparedOf({ from_version: "0", to_version: "x" })]).toEqual([
    undefined,
    undefined,
  ]);
});

test("before anybody chose it is the last change; a first version has none before it", () => {
  expect(lastChange([version(7), version(3)])).toEqual({ by: "version", from_version: 6, to_version: 7 });
  expect([lastChange([version(1)]), lastChange([])]).toEqual([undefined, undefined]);
});

test("the call names what is compared", () => {
  expect(diffPath("a", { by: "as_of", from_as_of: "2019-01-01", to_as_of: "2020-01-01" })).toBe(
    "/v1/locations/a/diff?from_as_of=2019-01-01&to_as_of=2020-01-01",
  );
});

test("changes stand in the order of their days", () => {
  const rows = rowsOf({
    added: [{ holiday_id: "1", before: null, after: holiday("2022-06-03") }],
    removed: [{ holiday_id: "2", before: holiday("2019-01-01"), after: null }],
    moved: diff(2, "3").moved,
    renamed: [],
  });
  expect(rows.map(({ how }) => how)).toEqual(["removed", "moved", "added"]);
});

test("a difference was brought by the last version that touched its holiday", () => {
  const changed = [version(9), version(5), version(3), version(1)];
  const { from, to } = { from: diff(3, "").from, to: diff(5, "").to };
  expect(between(changed, { from, to }).map((each) => each.version)).toEqual([5, 3]);
  expect(between(changed, { from: to, to: from })).toHaveLength(2);
  const brought = broughtBy([diff(5, "x"), diff(3, "x"), diff(3, "y")], changed);
  expect([brought.get("x")?.sync_id, brought.get("y")?.sync_id]).toEqual(["s5", "s3"]);
});

test("years in a row are told by their ends", () => {
  expect([yearsText([2020, 2021, 2022]), yearsText([2020, 2022]), yearsText([2020]), yearsText([])]).toEqual([
    "2020 to 2022",
    "2020, 2022",
    "2020",
    "none",
  ]);
});
