import { randomUUID } from "node:crypto";
import { holiday, syncLocations, writeCalendar } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";
import type { Problem } from "../../http/problem.ts";
import type { LocationJson } from "./present.ts";

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});

afterAll(() => api.close());

/** Whatever the calls of this file answer with; a test looks at what its status promises. */
type Body = LocationJson &
  Pick<Problem, "code" | "errors"> & {
    sync_id: string;
    next_cursor: string | null;
    data: LocationJson[];
    locations: LocationJson[];
  };

interface Sent {
  status: number;
  headers: Headers;
  body: Body;
}

interface Row {
  location_id: string;
  country_code: string;
  subdivision_code: string;
}

async function send(method: string, path: string, options?: SendOptions): Promise<Sent> {
  const response = await api.send(method, path, options);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

function listed(count: number, subdivision = "NL-FL"): Row[] {
  return Array.from({ length: count }, () => ({
    location_id: randomUUID(),
    country_code: subdivision.slice(0, 2),
    subdivision_code: subdivision,
  }));
}

async function put(locations: object[], query = "?allow_mass_deactivation=true"): Promise<Sent> {
  return send("PUT", `/v1/locations${query}`, { body: { locations } });
}

async function auditOf(locationId: string): Promise<unknown[][]> {
  const { rows } = await api.database.query<Record<string, unknown>>(
    "select actor, action, before, after from audit where object_id = $1 order by audit_id",
    [locationId],
  );
  return rows.map((row) => [row["actor"], row["action"], row["before"], row["after"]]);
}

async function epoch(): Promise<number> {
  const { rows } = await api.database.query<{ epoch: string }>("select epoch from read_epoch");
  return Number(rows[0]!.epoch);
}

describe("PUT /v1/locations", () => {
  test("200: adds, updates, reactivates, deactivates and counts; the same list again changes nothing", async () => {
    const [one, two, three] = listed(3) as [Row, Row, Row];
    await put([one, two]);
    const changed = { ...two, subdivision_code: "NL-NB" };
    expect((await put([changed, three])).body).toEqual({
      added: 1,
      updated: 1,
      reactivated: 0,
      deactivated: 1,
      unchanged: 0,
    });
    const before = await epoch();
    expect((await put([changed, three])).body).toEqual({
      added: 0,
      updated: 0,
      reactivated: 0,
      deactivated: 0,
      unchanged: 2,
    });
    expect(await epoch()).toBe(before);
    expect((await put([one, changed, three])).body).toMatchObject({ reactivated: 1, unchanged: 2 });
    expect((await auditOf(one.location_id)).map((entry) => entry[1])).toEqual([
      "location.added",
      "location.deactivated",
      "location.reactivated",
    ]);
    expect((await auditOf(two.location_id))[1]).toEqual([
      "admin-key",
      "location.updated",
      { country_code: "NL", subdivision_code: "NL-FL", time_zone: null, active: true },
      { country_code: "NL", subdivision_code: "NL-NB", time_zone: null, active: true },
    ]);
  });

  test("200: a council area resolves to its country's calendar", async () => {
    const [somerset] = listed(1, "GB-SOM") as [Row];
    await put([somerset]);
    expect((await send("GET", `/v1/locations/${somerset.location_id}`)).body).toMatchObject({
      resolved_region: "GB-ENG",
    });
  });

  test("200 with sync: what was added or changed is synced at once, and nothing else", async () => {
    const [one, two] = listed(2) as [Row, Row];
    await put([one]);
    const { body } = await put([one, two], "?allow_mass_deactivation=true&sync=true");
    const sync = await send("GET", `/v1/syncs/${body.sync_id}`);
    expect(sync.body.locations.map((each) => each.location_id)).toEqual([two.location_id]);
    expect((await put([one, two], "?sync=true")).body).toMatchObject({ unchanged: 2, sync_id: null });
  });

  test("403 for an operator", async () => {
    expect(
      (await send("PUT", "/v1/locations", { key: await api.keyOf("operator"), body: { locations: [] } })).status,
    ).toBe(403);
  });

  test("409: more than a quarter of the active ones is asked back", async () => {
    const ten = listed(10);
    await put(ten);
    const refused = await put(ten.slice(0, 7), "");
    expect([refused.status, refused.body.code]).toEqual([409, "location.mass_deactivation"]);
    expect((await put(ten.slice(0, 8), "")).body).toMatchObject({ deactivated: 2, unchanged: 8 });
  });

  test("422: one bad row refuses the whole list, every error has its place", async () => {
    const rows = listed(4) as [Row, Row, Row, Row];
    rows[1] = { ...rows[1], country_code: "XX", subdivision_code: "XX" };
    rows[2] = { ...rows[2], subdivision_code: "GB-ENG" };
    rows[3] = { ...rows[3], location_id: rows[0].location_id };
    const { status, body } = await put(rows);
    expect([status, body.code]).toEqual([422, "location.invalid"]);
    expect(body.errors.map((each) => [each.pointer, each.code])).toEqual([
      ["/locations/2/subdivision_code", "subdivision_code.other_country"],
      ["/locations/3/location_id", "location_id.duplicate"],
      ["/locations/1/country_code", "country_code.no_source"],
    ]);
    expect((await send("GET", `/v1/locations/${rows[0].location_id}`)).status).toBe(404);
  });

  test("422: a UUID that is none, a time zone of nowhere, an unknown field", async () => {
    const [row] = listed(1) as [Row];
    for (const bad of [{ location_id: "x" }, { time_zone: "Mars/Base" }, { time_zone: "+01:00" }, { colour: "red" }]) {
      expect((await put([{ ...row, ...bad }])).status).toBe(422);
    }
  });
});

describe("POST /v1/locations", () => {
  test("201 with its place; a UUID in capitals is the same location", async () => {
    const [row] = listed(1) as [Row];
    const { status, headers, body } = await send("POST", "/v1/locations", {
      body: { ...row, location_id: row.location_id.toUpperCase(), time_zone: "Europe/Amsterdam" },
    });
    expect([status, headers.get("location")]).toEqual([201, `/v1/locations/${row.location_id}`]);
    expect(body).toEqual({
      location_id: row.location_id,
      country_code: "NL",
      subdivision_code: "NL-FL",
      time_zone: "Europe/Amsterdam",
      active: true,
      version: null,
      last_synced_at: null,
      last_sync_outcome: null,
      last_error: null,
      resolved_region: "NL",
    });
  });

  test("201 with sync names the sync", async () => {
    const { body } = await send("POST", "/v1/locations?sync=true", { body: listed(1)[0] });
    expect((await send("GET", `/v1/syncs/${body.sync_id}`)).body.locations[0]!.location_id).toBe(body.location_id);
  });

  test("409 for one that is registered, inactive included", async () => {
    const [row] = listed(1) as [Row];
    await send("POST", "/v1/locations", { body: row });
    await send("DELETE", `/v1/locations/${row.location_id}`);
    const again = await send("POST", "/v1/locations", { body: row });
    expect([again.status, again.body.code]).toEqual([409, "location.exists"]);
  });

  test("422 for a country without any source, and for a subdivision that nobody knows", async () => {
    const refused = await send("POST", "/v1/locations", {
      body: { location_id: randomUUID(), country_code: "XX", subdivision_code: "XX" },
    });
    expect([refused.status, refused.body.errors[0]!.pointer]).toEqual([422, "/country_code"]);
    const unknown = await send("POST", "/v1/locations", {
      body: { location_id: randomUUID(), country_code: "NL", subdivision_code: "NL-ZZ" },
    });
    expect([unknown.status, unknown.body.errors[0]!.pointer]).toEqual([422, "/subdivision_code"]);
  });
});

describe("PATCH and DELETE /v1/locations/{location_id}", () => {
  async function added(): Promise<string> {
    const { body } = await send("POST", "/v1/locations", { body: listed(1)[0] });
    return body.location_id;
  }

  test("200: what is given changes, what is left out stays; the same again writes nothing", async () => {
    const id = await added();
    const patched = await send("PATCH", `/v1/locations/${id}`, {
      body: { country_code: "GB", subdivision_code: "GB-WLL", time_zone: "Europe/London" },
    });
    expect(patched.body).toMatchObject({
      country_code: "GB",
      subdivision_code: "GB-WLL",
      time_zone: "Europe/London",
      active: true,
      resolved_region: "GB-ENG",
    });
    await send("PATCH", `/v1/locations/${id}`, { body: { time_zone: "Europe/London" } });
    expect((await send("PATCH", `/v1/locations/${id}`, { body: { time_zone: null } })).body.time_zone).toBeNull();
    expect((await auditOf(id)).map((entry) => entry[1])).toEqual([
      "location.added",
      "location.updated",
      "location.updated",
    ]);
  });

  test("200: DELETE deactivates and again changes nothing; PATCH reactivates; its holidays go on answering", async () => {
    const id = await added();
    const pin = await writeCalendar(api.database, {
      region: "NL",
      open: [holiday({ date: "2026-04-27", name: "King's Day" })],
      coverage: { 2026: "full" },
    });
    await syncLocations(api.database, [id as LocationId], pin);
    const twin = api.twin();
    const path = `/v1/locations/${id}/holidays?from=2026-04-01&to=2026-04-30`;
    const seen = async () => ((await (await api.send("GET", path, { app: twin })).json()) as Body).active;
    expect(await seen()).toBe(true);
    expect((await send("DELETE", `/v1/locations/${id}`)).body).toMatchObject({
      active: false,
      version: 1,
      last_sync_outcome: "changed",
    });
    expect(await seen()).toBe(false);
    expect((await send("DELETE", `/v1/locations/${id}`)).status).toBe(200);
    expect((await send("PATCH", `/v1/locations/${id}?sync=true`, { body: { active: true } })).body).toMatchObject({
      active: true,
      sync_id: expect.any(String),
    });
    expect(await seen()).toBe(true);
    expect((await auditOf(id)).map((entry) => entry[1])).toEqual([
      "location.added",
      "location.deactivated",
      "location.reactivated",
    ]);
  });

  test("403 for an operator, 404 for an unknown one, 422 for an empty change or codes that do not fit", async () => {
    const id = await added();
    const key = await api.keyOf("operator");
    expect((await send("PATCH", `/v1/locations/${id}`, { key, body: { active: false } })).status).toBe(403);
    expect((await send("DELETE", `/v1/locations/${id}`, { key })).status).toBe(403);
    expect((await send("PATCH", `/v1/locations/${randomUUID()}`, { body: { active: false } })).status).toBe(404);
    expect((await send("DELETE", `/v1/locations/${randomUUID()}`)).status).toBe(404);
    expect((await send("PATCH", `/v1/locations/${id}`, { body: {} })).status).toBe(422);
    const other = await send("PATCH", `/v1/locations/${id}`, { body: { country_code: "GB" } });
    expect([other.status, other.body.errors[0]!.pointer]).toEqual([422, "/subdivision_code"]);
  });
});

describe("GET /v1/locations", () => {
  test("200: newest first, page by page, active or not; a limited key sees only its own", async () => {
    const rows = listed(3) as [Row, Row, Row];
    await put(rows);
    await put(rows.slice(0, 2));
    const first = (await send("GET", "/v1/locations?active=true&limit=1")).body;
    expect(first.data.map((each) => each.location_id)).toEqual([rows[1].location_id]);
    const second = (await send("GET", `/v1/locations?active=true&limit=1&cursor=${first.next_cursor}`)).body;
    expect([second.data[0]!.location_id, second.next_cursor]).toEqual([rows[0].location_id, null]);
    expect((await send("GET", "/v1/locations?active=false&limit=1")).body.data[0]!.location_id).toBe(
      rows[2].location_id,
    );
    const key = await api.keyOf("reader", [rows[0].location_id]);
    expect((await send("GET", "/v1/locations", { key })).body.data.map((each) => each.location_id)).toEqual([
      rows[0].location_id,
    ]);
    expect((await send("GET", `/v1/locations/${rows[1].location_id}`, { key })).status).toBe(404);
  });

  test("304 for a caller that has it already; 404 for an unknown one; 422 for no UUID", async () => {
    const { body } = await send("POST", "/v1/locations", { body: listed(1)[0] });
    const first = await send("GET", `/v1/locations/${body.location_id}`);
    const again = await api.send("GET", `/v1/locations/${body.location_id}`, {
      headers: { "if-none-match": first.headers.get("etag")! },
    });
    expect(again.status).toBe(304);
    expect((await send("GET", `/v1/locations/${randomUUID()}`)).body.code).toBe("location.not_found");
    expect((await send("GET", "/v1/locations/x")).status).toBe(422);
    expect((await send("GET", "/v1/locations?active=maybe")).status).toBe(422);
  });
});
