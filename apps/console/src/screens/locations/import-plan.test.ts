import type { Location } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { planImport, readList } from "./import-plan.ts";

const known = (id: string, code: string, active = true): Location => ({
  location_id: id,
  country_code: code.slice(0, 2),
  subdivision_code: code,
  time_zone: null,
  active,
  version: 1,
  last_synced_at: null,
  last_sync_outcome: null,
  last_error: null,
  resolved_region: null,
});
const row = (id: string, code: string) => ({ location_id: id, country_code: code.slice(0, 2), subdivision_code: code });

test("CSV with a header, JSON as a list or as an object are the same list", () => {
  const listed = [row("a", "NL-NH"), row("b", "GB-WLL")];
  expect(readList("location_id,subdivision_code\na,NL-NH\r\n\nB,GB-WLL\n")).toEqual({ listed });
  expect(readList(JSON.stringify(listed))).toEqual({ listed });
  expect(readList(JSON.stringify({ locations: listed }))).toEqual({ listed });
});

test.each([
  ["", "The list is empty."],
  ["location_id,code\na,NL-NH", "Row 1 has no location_id or no subdivision_code."],
  ["location_id,subdivision_code\na,NL-NH\na,NL-GR", "a stands there twice."],
  ['{"places":[]}', "JSON must be a list of locations, or an object with `locations`."],
])("%j is told what is wrong with it", (text, problem) => {
  expect(readList(text)).toEqual({ problem });
});

test("what is new is added, what differs updated, what is not named deactivated, what had gone comes back", () => {
  const plan = planImport(
    [row("a", "NL-NH"), row("b", "NL-GR"), row("d", "NL-UT"), row("e", "NL-ZH")],
    [known("a", "NL-NH"), known("b", "NL-FL"), known("c", "NL-DR"), known("d", "NL-UT", false)],
  );
  const ids = (rows: readonly { location_id: string }[]) => rows.map(({ location_id }) => location_id);
  expect([ids(plan.added), ids(plan.updated), ids(plan.reactivated), ids(plan.deactivated), plan.unchanged]).toEqual([
    ["e"],
    ["b"],
    ["d"],
    ["c"],
    1,
  ]);
  expect(plan.isMassDeactivation).toBe(false);
});

test("more than two, and more than a quarter, is a mass deactivation, as the api has it", () => {
  const places = Array.from({ length: 12 }, (_, place) => known(`p${place}`, "NL-NH"));
  const keep = (count: number) => places.slice(0, count).map(({ location_id }) => row(location_id, "NL-NH"));
  expect([9, 8].map((count) => planImport(keep(count), places).isMassDeactivation)).toEqual([false, true]);
  expect(planImport(keep(2).slice(0, 2), places.slice(0, 4)).isMassDeactivation).toBe(false);
});

test("a time zone that is left out stays; null in JSON takes it away, as the api has it", () => {
  const zoned = [{ ...known("a", "NL-NH"), time_zone: "Europe/Amsterdam" }];
  const planned = (text: string) => {
    const told = readList(text);
    return "problem" in told ? told : planImport(told.listed, zoned);
  };
  expect(planned("location_id,subdivision_code,time_zone\na,NL-NH,")).toMatchObject({ unchanged: 1, updated: [] });
  expect(planned(JSON.stringify([{ ...row("a", "NL-NH"), time_zone: null }]))).toMatchObject({
    unchanged: 0,
    updated: [{ time_zone: null }],
  });
});
