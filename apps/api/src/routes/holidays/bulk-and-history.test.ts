import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../../testing/test-api.ts";
import type { HolidayJson } from "../../holiday/json.ts";
import type { Problem } from "../../http/problem.ts";

let api: TestApi;
let england: LocationId;
let flevoland: LocationId;
let unsynced: LocationId;

const unknown = "00000000-0000-4000-8000-000000000000";
const december = { from: "2026-12-01", to: "2026-12-31" };
const boxing = holiday({ date: "2026-12-26", observedDate: "2026-12-28", name: "Boxing Day" });
const christmas = holiday({ date: "2026-12-25", name: "Christmas Day" });
const school = holiday({ date: "2026-12-21", endDate: "2026-12-31", name: "Christmas holidays", type: "school" });
const easter = holiday({ date: "2026-04-05", name: "Easter" });

beforeAll(async () => {
  api = await openTestApi();
  [england, flevoland, unsynced] = (await writeLocations(api.database, [
    { subdivisionCode: "GB-NSM" },
    { subdivisionCode: "NL-FL" },
    { subdivisionCode: "NL-FL" },
  ])) as [LocationId, LocationId, LocationId];
  const first = await writeCalendar(api.database, {
    region: "GB-ENG",
    open: [boxing, christmas, school, easter],
    coverage: { 2025: "full", 2026: "full", 2027: "full" },
    changes: { added: 4 },
  });
  await syncLocations(api.database, [england], first, { added: 4 });
  await syncLocations(api.database, [england], first);
  const moved = { ...easter, date: Temporal.PlainDate.from("2026-04-06") };
  const renamed = { ...christmas, name: "Christmas" };
  const added = holiday({ date: "2026-05-04", name: "May Day" });
  const second = await writeCalendar(api.database, {
    region: "GB-ENG",
    close: [easter.holidayId, christmas.holidayId, boxing.holidayId],
    open: [moved, renamed, added],
    changes: { added: 1, removed: 1, moved: 1, renamed: 1 },
  });
  await syncLocations(api.database, [england], second, { added: 1, removed: 1, moved: 1, renamed: 1 });
  const dutch = await writeCalendar(api.database, {
    region: "NL",
    open: [holiday({ date: "2026-12-26", name: "Tweede kerstdag" })],
    coverage: { 2026: "full" },
  });
  await syncLocations(api.database, [flevoland], dutch);
});

afterAll(() => api.close());

interface Change {
  holiday_id: string;
  before: HolidayJson | null;
  after: HolidayJson | null;
}

/** Whatever the calls of this file answer with; a test looks at what its status promises. */
interface Body extends Pick<Problem, "code" | "errors">, Record<"added" | "removed" | "moved" | "renamed", Change[]> {
  data: (Record<string, unknown> & { data: HolidayJson[]; as_of: string; synced_at: string })[];
  next_cursor: string | null;
  coverage: { missing: number[] };
  from: { version: number };
  to: { version: number };
}

async function get(path: string, key?: string): Promise<{ status: number; body: Body }> {
  const response = await api.send("GET", path, key === undefined ? {} : { key });
  return { status: response.status, body: (await response.json()) as Body };
}

async function query(body: object, key?: string): Promise<{ status: number; body: Body }> {
  const response = await api.send("POST", "/v1/holidays/query", key === undefined ? { body } : { key, body });
  return { status: response.status, body: (await response.json()) as Body };
}

describe("many locations", () => {
  test("200: answers come in the order asked and equal the single ones, a location twice included", async () => {
    const asked = [flevoland, england, flevoland];
    const list = asked.map((id) => `location_id=${id}`).join("&");
    const { status, body } = await get(`/v1/holidays?${list}&from=2026-12-01&to=2026-12-31`);
    const single = await Promise.all(
      asked.map((id) => get(`/v1/locations/${id}/holidays?from=2026-12-01&to=2026-12-31`)),
    );
    expect(status).toBe(200);
    expect(body).toEqual({ data: single.map((each) => each.body) });
    expect((await query({ location_ids: asked, ...december })).body).toEqual(body);
  });

  test("200: the query takes types as a list or as text, and an as-of", async () => {
    const asListed = await query({ location_ids: [england], ...december, type: ["school"] });
    const asText = await query({ location_ids: [england], ...december, type: "school" });
    expect(asListed.body.data[0]!.data.map((each) => each.name)).toEqual(["Christmas holidays"]);
    expect(asText.body).toEqual(asListed.body);
    const today = Temporal.Now.plainDateISO("UTC").toString();
    const { body } = await query({ location_ids: [england, flevoland], ...december, as_of: today });
    const instants = body.data.map((each) => each.as_of);
    expect(instants[0]).toBe(instants[1]);
    expect(instants[0]).toMatch(/^\d{4}-.*Z$/);
  });

  test("403 for a role that holds no reader", async () => {
    expect((await query({ location_ids: [england], ...december }, await api.keyOf("ingester"))).status).toBe(403);
  });

  test("404: unknown or foreign ones refuse all, each with its place", async () => {
    const missing = await query({ location_ids: [england, unknown, unsynced], ...december });
    expect([missing.status, missing.body.code, missing.body.errors.map((each) => each.pointer)]).toEqual([
      404,
      "location.not_found",
      ["/location_ids/1"],
    ]);
    const foreign = await query(
      { location_ids: [flevoland, england], ...december },
      await api.keyOf("reader", [flevoland]),
    );
    expect([foreign.status, foreign.body.errors[0]!.pointer]).toEqual([404, "/location_ids/1"]);
  });

  test("409: one that was never synced refuses all", async () => {
    const { status, body } = await get(
      `/v1/holidays?location_id=${england}&location_id=${unsynced}&from=2026-12-01&to=2026-12-31`,
    );
    expect([status, body.code, body.errors[0]!.pointer]).toEqual([409, "location.not_synced", "?location_id"]);
  });

  test("422: no location, too many, a repeated single parameter, an unknown field, a reversed range", async () => {
    const many = Array.from({ length: 101 }, () => `location_id=${england}`).join("&");
    expect((await get("/v1/holidays?from=2026-12-01&to=2026-12-31")).status).toBe(422);
    expect((await get(`/v1/holidays?${many}&from=2026-12-01&to=2026-12-31`)).status).toBe(422);
    expect(
      (await get(`/v1/holidays?location_id=${england}&from=2026-12-01&from=2026-12-02&to=2026-12-31`)).status,
    ).toBe(422);
    expect((await query({ location_ids: [england], ...december, colour: "red" })).status).toBe(422);
    const reversed = await query({ location_ids: [england], from: "2026-12-31", to: "2026-12-01" });
    expect([reversed.status, reversed.body.errors[0]!.pointer]).toEqual([422, "/to"]);
  });
});

describe("days", () => {
  test("200: both days of a holiday are flagged, school is unknown, distances reach beyond the range", async () => {
    const { body } = await get(`/v1/locations/${england}/days?from=2026-12-24&to=2026-12-29&version=1`);
    expect(body).toMatchObject({ version: 1, region: "GB-ENG", from: "2026-12-24", to: "2026-12-29" });
    expect(body.data.map((day) => [day["date"], day["is_public_holiday"], day["days_to_next_holiday"]])).toEqual([
      ["2026-12-24", false, 1],
      ["2026-12-25", true, 0],
      ["2026-12-26", true, 0],
      ["2026-12-27", false, 1],
      ["2026-12-28", true, 0],
      ["2026-12-29", false, null],
    ]);
    expect(body.data[4]).toEqual({
      date: "2026-12-28",
      weekday: 1,
      is_weekend: false,
      is_public_holiday: true,
      is_school_holiday: null,
      is_bridge_day: false,
      holiday_names: ["Boxing Day"],
      days_to_next_holiday: 0,
      days_since_previous_holiday: 0,
    });
  });

  test("200: what is not covered is null, and told", async () => {
    const { body } = await get(`/v1/locations/${england}/days?from=2030-01-01&to=2030-01-01`);
    expect(body.coverage.missing).toEqual([2030]);
    expect(body.data[0]).toMatchObject({ is_public_holiday: null, is_bridge_day: null, days_to_next_holiday: null });
  });

  test("404, 409 and 422 as for holidays", async () => {
    expect((await get(`/v1/locations/${unknown}/days?from=2026-12-24&to=2026-12-29`)).status).toBe(404);
    expect((await get(`/v1/locations/${unsynced}/days?from=2026-12-24&to=2026-12-29`)).status).toBe(409);
    expect((await get(`/v1/locations/${england}/days?from=2026-12-24&to=2026-12-23`)).status).toBe(422);
    expect((await get(`/v1/locations/${england}/days?from=1900-01-01&to=1900-01-02`)).status).toBe(200);
    expect((await get(`/v1/locations/${england}/days?from=2200-12-30&to=2200-12-31`)).status).toBe(200);
  });
});

describe("versions", () => {
  test("200: those that changed something alone, which are the stops of an as-of slider", async () => {
    const stops = (await get(`/v1/locations/${england}/versions?outcome=changed`)).body.data;
    expect(stops.map((each) => [each["version"], each["outcome"]])).toEqual([
      [3, "changed"],
      [1, "changed"],
    ]);
    const paged = await get(`/v1/locations/${england}/versions?outcome=changed&limit=1`);
    const rest = await get(
      `/v1/locations/${england}/versions?outcome=changed&limit=1&cursor=${paged.body.next_cursor}`,
    );
    expect([...paged.body.data, ...rest.body.data].map((each) => each["version"])).toEqual([3, 1]);
    expect((await get(`/v1/locations/${england}/versions?outcome=unchanged`)).status).toBe(422);
  });

  test("200: newest first, page by page, each with what it changed", async () => {
    const { body } = await get(`/v1/locations/${england}/versions?limit=2`);
    expect(body.data.map((each) => [each["version"], each["outcome"], each["source"], each["region"]])).toEqual([
      [3, "changed", "offline", "GB-ENG"],
      [2, "unchanged", "offline", "GB-ENG"],
    ]);
    expect(body.data[0]!["changes"]).toEqual({ added: 1, removed: 1, moved: 1, renamed: 1 });
    expect(body.data[1]!["changes"]).toEqual({ added: 0, removed: 0, moved: 0, renamed: 0 });
    const rest = await get(`/v1/locations/${england}/versions?limit=2&cursor=${body.next_cursor}`);
    expect(rest.body.data.map((each) => each["version"])).toEqual([1]);
    expect(rest.body.next_cursor).toBeNull();
  });

  test("200: none before the first sync; 404 for an unknown location; 422 for a cursor of nobody", async () => {
    expect((await get(`/v1/locations/${unsynced}/versions`)).body).toEqual({ data: [], next_cursor: null });
    expect((await get(`/v1/locations/${unknown}/versions`)).status).toBe(404);
    expect((await get(`/v1/locations/${england}/versions?cursor=x`)).body.code).toBe("cursor.invalid");
  });
});

describe("diff", () => {
  test("200: exactly one added, removed, moved and renamed, by the ids they keep", async () => {
    const { body } = await get(`/v1/locations/${england}/diff?from_version=2&to_version=3`);
    expect(body.added.map((each) => [each.before, each.after?.name])).toEqual([[null, "May Day"]]);
    expect(body.removed.map((each) => [each.holiday_id, each.before?.name, each.after])).toEqual([
      [boxing.holidayId, "Boxing Day", null],
    ]);
    expect(body.moved.map((each) => [each.holiday_id, each.before?.date, each.after?.date])).toEqual([
      [easter.holidayId, "2026-04-05", "2026-04-06"],
    ]);
    expect(body.renamed.map((each) => [each.holiday_id, each.before?.name, each.after?.name])).toEqual([
      [christmas.holidayId, "Christmas Day", "Christmas"],
    ]);
    expect([body.from.version, body.to.version]).toEqual([2, 3]);
  });

  test("200: the same by the instants of those versions, and nothing between equal ones", async () => {
    const versions = (await get(`/v1/locations/${england}/versions`)).body.data;
    const between = await get(
      `/v1/locations/${england}/diff?from_as_of=${versions[1]!.synced_at}&to_as_of=${versions[0]!.synced_at}`,
    );
    const numbered = await get(`/v1/locations/${england}/diff?from_version=2&to_version=3`);
    expect(between.body.moved).toEqual(numbered.body.moved);
    const same = (await get(`/v1/locations/${england}/diff?from_version=1&to_version=2`)).body;
    expect([same.added, same.removed, same.moved, same.renamed]).toEqual([[], [], [], []]);
  });

  test("404 for a version that never was; 422 for half a pair, a mixed one and the future", async () => {
    expect((await get(`/v1/locations/${england}/diff?from_version=1&to_version=9`)).body.code).toBe(
      "version.not_found",
    );
    expect((await get(`/v1/locations/${england}/diff?from_version=1`)).body.code).toBe("diff.ambiguous");
    expect((await get(`/v1/locations/${england}/diff?from_version=1&to_as_of=2026-01-01`)).status).toBe(422);
    const future = await get(`/v1/locations/${england}/diff?from_as_of=2026-01-01&to_as_of=2199-01-01`);
    expect([404, 422]).toContain(future.status);
  });
});
