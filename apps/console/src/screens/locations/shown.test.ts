import type { Location } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { countriesOf, shownOf, type Wanted } from "./shown.ts";

const place = (id: string, code: string, syncedAt: string | null): Location => ({
  location_id: id,
  country_code: code.slice(0, 2),
  subdivision_code: code,
  time_zone: null,
  active: true,
  version: 1,
  last_synced_at: syncedAt,
  last_sync_outcome: null,
  last_error: null,
  resolved_region: code === "GB-NSM" ? "GB-ENG" : code,
});
const places = [
  place("a1", "NL-NH", "2026-11-28T03:00:00.000000Z"),
  place("b2", "GB-NSM", "2026-11-27T03:00:00.000000Z"),
  place("c3", "NL-GR", null),
];
const all: Wanted = { words: "", country: undefined, order: "added" };

test.each<[string, Partial<Wanted>, string[]]>([
  ["nothing asked: all, in their order", {}, ["a1", "b2", "c3"]],
  ["a code in small letters", { words: " nl-gr " }, ["c3"]],
  ["a part of an id", { words: "B2" }, ["b2"]],
  ["the region whose calendar it has", { words: "gb-eng" }, ["b2"]],
  ["a country", { country: "NL" }, ["a1", "c3"]],
  ["a country and words that are of another", { country: "NL", words: "nsm" }, []],
  ["who waits longest first", { order: "synced" }, ["c3", "b2", "a1"]],
])("%s", (_, wanted, ids) => {
  expect(shownOf(places, { ...all, ...wanted }).map(({ location_id }) => location_id)).toEqual(ids);
});

test("a country stands once among the choices", () => {
  expect(countriesOf(places)).toEqual(["GB", "NL"]);
});
