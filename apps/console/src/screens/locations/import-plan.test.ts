import type { Location } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { planImport } from "./import-plan.ts";

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
  expect(planImport([row("a", "NL-NH")], zoned)).toMatchObject({ unchanged: 1, updated: [] });
  expect(planImport([{ ...row("a", "NL-NH"), time_zone: null }], zoned)).toMatchObject({
    unchanged: 0,
    updated: [{ time_zone: null }],
  });
});
