import { randomUUID } from "node:crypto";
import { resolveCalendar } from "@almanac/db/calendars";
import { stampHistory } from "@almanac/db/history";
import { insertQuarantine } from "@almanac/db/quarantines";
import { advanceSyncs, writeFailures } from "@almanac/db/record";
import type { SyncView } from "@almanac/db/syncs";
import { failSync, finishSync, holiday, writeCalendar, writeLocations, writeSync } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";
import type { Problem } from "../../http/problem.ts";
import type { syncSchema } from "./present.ts";

let api: TestApi;
let one: LocationId;
let two: LocationId;

beforeAll(async () => {
  api = await openTestApi();
});

beforeEach(async () => {
  [one, two] = (await writeLocations(api.database, [{}, {}])) as [LocationId, LocationId];
});

afterAll(() => api.close());

type SyncJson = z.input<typeof syncSchema>;

/** Whatever the calls of this file answer with; a test looks at what its status promises. */
type Body = SyncJson & Pick<Problem, "code" | "errors"> & { data: SyncJson[]; next_cursor: string | null };

interface Sent {
  status: number;
  headers: Headers;
  body: Body;
}

async function send(method: string, path: string, options?: SendOptions): Promise<Sent> {
  const response = await api.send(method, path, options);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

function calendar() {
  return writeCalendar(api.database, {
    region: "NL",
    open: [holiday({ date: "2026-04-27", name: "King's Day" })],
    coverage: { 2026: "full" },
  });
}

/** A sync whose location waits for an operator: the source said that 2026 has one holiday, which nobody knew before. */
async function quarantined(locationId: LocationId): Promise<SyncView> {
  const calendarId = await resolveCalendar(api.database, { source: "offline", region: "NL", subdivisionCode: "NL-FL" });
  const sync = await writeSync(api.database, [locationId]);
  await api.database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    const { rows } = await tx.query<{ current_revision: number }>(
      "select current_revision from calendar where calendar_id = $1",
      [calendarId],
    );
    const quarantineId = await insertQuarantine(tx, {
      calendarId,
      base: rows[0]!.current_revision,
      begunAt: stamp,
      years: [
        { year: 2026, coverage: "full", holidays: [holiday({ date: "2026-12-25", name: "Christmas" })], warnings: [] },
      ],
      reasons: [
        { code: "removed.many", year: 2026, detail: "9 of 10 would be removed.", counts: { rows: 10, removed: 9 } },
      ],
    });
    const held = {
      syncNo: sync.syncNo,
      locationId,
      outcome: "quarantined" as const,
      code: "holiday.quarantined",
      detail: "Held back.",
    };
    await writeFailures(tx, [{ ...held, quarantineId }]);
    await advanceSyncs(tx, [{ syncNo: sync.syncNo, changed: 0, unchanged: 0, failed: 0, quarantined: 1 }]);
  });
  return sync;
}

describe("POST /v1/syncs", () => {
  test("202 with its place: queued, for the locations and years asked", async () => {
    const { status, headers, body } = await send("POST", "/v1/syncs", {
      body: { location_ids: [one], years: [2026, 2026] },
    });
    expect([status, headers.get("location")]).toEqual([202, `/v1/syncs/${body.sync_id}`]);
    expect(body).toMatchObject({
      status: "queued",
      trigger: "api",
      requested_by: "admin-key",
      years: [2026],
      counts: { total: 1 },
    });
  });

  test("202 without a body: every active location; for a limited key, all of its own", async () => {
    const all = await send("POST", "/v1/syncs");
    expect(all.status).toBe(202);
    expect(all.body.counts.total).toBeGreaterThanOrEqual(2);
    const key = await api.keyOf("operator", [two]);
    const own = await send("POST", "/v1/syncs", { key, body: {} });
    expect(
      (await send("GET", `/v1/syncs/${own.body.sync_id}`, { key })).body.locations.map((each) => each.location_id),
    ).toEqual([two]);
  });

  test("202 again for the same Idempotency-Key is the same sync", async () => {
    const headers = { "idempotency-key": randomUUID() };
    const first = await send("POST", "/v1/syncs", { body: { location_ids: [one] }, headers });
    const again = await send("POST", "/v1/syncs", { body: { location_ids: [one] }, headers });
    expect(again.body).toEqual(first.body);
  });

  test("403 for a reader", async () => {
    expect((await send("POST", "/v1/syncs", { key: await api.keyOf("reader"), body: {} })).status).toBe(403);
  });

  test("404 for an unknown location, and for one outside the key's", async () => {
    const unknown = await send("POST", "/v1/syncs", { body: { location_ids: [one, randomUUID()] } });
    expect([unknown.status, unknown.body.code, unknown.body.errors[0]!.pointer]).toEqual([
      404,
      "location.not_found",
      "/location_ids/1",
    ]);
    const foreign = await send("POST", "/v1/syncs", {
      key: await api.keyOf("operator", [two]),
      body: { location_ids: [one] },
    });
    expect([foreign.status, foreign.body.code]).toEqual([404, "location.not_found"]);
  });

  test("409 for an inactive location", async () => {
    await send("DELETE", `/v1/locations/${one}`);
    const { status, body } = await send("POST", "/v1/syncs", { body: { location_ids: [one] } });
    expect([status, body.code]).toEqual([409, "location.inactive"]);
  });

  test("422 for an empty list, a year out of bounds, an unknown field", async () => {
    for (const body of [{ location_ids: [] }, { years: [1] }, { years: [] }, { locations: [] }]) {
      expect((await send("POST", "/v1/syncs", { body })).status).toBe(422);
    }
  });
});

describe("GET /v1/syncs/{sync_id}", () => {
  test("202 while it runs, 200 once finished, with each location's outcome", async () => {
    const sync = await writeSync(api.database, [one, two]);
    const running = await send("GET", `/v1/syncs/${sync.syncId}`);
    expect([running.status, running.headers.get("location"), running.body.finished_at]).toEqual([
      202,
      `/v1/syncs/${sync.syncId}`,
      null,
    ]);
    await finishSync(api.database, sync, [one, two], await calendar(), { added: 1 });
    const { status, body } = await send("GET", `/v1/syncs/${sync.syncId}`);
    expect([status, body.status, body.counts]).toEqual([
      200,
      "succeeded",
      { total: 2, changed: 2, unchanged: 0, failed: 0, quarantined: 0 },
    ]);
    expect(body.locations).toEqual(
      [one, two].map((id) => ({
        location_id: id,
        outcome: "changed",
        version: 1,
        changes: { added: 1, removed: 0, moved: 0, renamed: 0 },
        error: null,
        quarantine_id: null,
      })),
    );
  });

  test("200 with ?wait as soon as it has finished", async () => {
    const sync = await writeSync(api.database, [one]);
    const waiting = send("GET", `/v1/syncs/${sync.syncId}?wait=30`);
    await finishSync(api.database, sync, [one], await calendar());
    expect((await waiting).status).toBe(200);
  });

  test("200: a failure says why", async () => {
    const sync = await writeSync(api.database, [one]);
    await failSync(api.database, sync, [one]);
    const { body } = await send("GET", `/v1/syncs/${sync.syncId}`);
    expect([body.status, body.locations[0]!.outcome, body.locations[0]!.error?.code]).toEqual([
      "failed",
      "failed",
      "holiday.source_timeout",
    ]);
    expect((await send("GET", `/v1/locations/${one}`)).body).toMatchObject({
      last_sync_outcome: "failed",
      last_error: { code: "holiday.source_timeout" },
    });
  });

  test("404 for an unknown one, and for one with a location outside the key's; 422 for no UUID", async () => {
    const sync = await writeSync(api.database, [one, two]);
    const key = await api.keyOf("reader", [one]);
    expect((await send("GET", `/v1/syncs/${sync.syncId}`, { key })).body.code).toBe("sync.not_found");
    expect((await send("GET", `/v1/syncs/${randomUUID()}`)).body.code).toBe("sync.not_found");
    expect((await send("GET", `/v1/syncs/${randomUUID()}`, { key })).body.code).toBe("sync.not_found");
    expect((await send("GET", "/v1/syncs/x")).status).toBe(422);
    expect((await send("GET", `/v1/syncs/${sync.syncId}?wait=61`)).status).toBe(422);
  });
});

describe("GET /v1/syncs", () => {
  test("200: newest first, page by page; a limited key sees those of its locations alone", async () => {
    const both = await writeSync(api.database, [one, two]);
    const own = await writeSync(api.database, [one]);
    const first = (await send("GET", "/v1/syncs?limit=1")).body;
    expect(first.data.map((each) => each.sync_id)).toEqual([own.syncId]);
    const second = (await send("GET", `/v1/syncs?limit=1&cursor=${first.next_cursor}`)).body;
    expect(second.data.map((each) => each.sync_id)).toEqual([both.syncId]);
    const key = await api.keyOf("reader", [one]);
    expect((await send("GET", "/v1/syncs", { key })).body.data.map((each) => each.sync_id)).toEqual([own.syncId]);
  });
});

describe("GET /v1/syncs, of some", () => {
  test("200: by status, by what asked, by location; 404 for a location outside the key's", async () => {
    const failed = await writeSync(api.database, [one]);
    await failSync(api.database, failed, [one]);
    const other = await writeSync(api.database, [two]);
    const ids = async (search: string) =>
      (await send("GET", `/v1/syncs?${search}`)).body.data.map((each) => each.sync_id);
    expect(await ids(`location_id=${one}`)).toEqual([failed.syncId]);
    expect(await ids(`location_id=${two}&status=queued`)).toEqual([other.syncId]);
    expect(await ids(`location_id=${two}&status=failed`)).toEqual([]);
    expect(await ids("trigger=schedule")).toEqual([]);
    const key = await api.keyOf("reader", [one]);
    expect((await send("GET", `/v1/syncs?location_id=${two}`, { key })).body.code).toBe("location.not_found");
    const unwell = (await send("GET", "/v1/locations?outcome=failed")).body.data as unknown as {
      location_id: string;
    }[];
    expect(unwell.map((each) => each.location_id)).toContain(one);
    const never = (await send("GET", "/v1/locations?outcome=never")).body.data as unknown as { location_id: string }[];
    expect(never.map((each) => each.location_id)).toContain(two);
    expect(never.map((each) => each.location_id)).not.toContain(one);
  });
});

describe("GET /v1/quarantines", () => {
  interface Held {
    quarantine_id: string;
    sync_id: string | null;
    status: string;
    region: string;
    location_ids: string[];
    is_overtaken: boolean;
    changes: { added: { after: { name: string } }[]; removed: unknown[] };
  }
  const read = async (path: string) => (await send("GET", path)).body as unknown as Held & { data: Held[] };

  test("200: open ones, newest first; one with what an approval would change, and what it did", async () => {
    const sync = await quarantined(one);
    const [newest] = (await read("/v1/quarantines?status=open&limit=1")).data;
    expect(newest).toMatchObject({ sync_id: sync.syncId, status: "open", region: "NL", location_ids: [one] });
    const held = await read(`/v1/quarantines/${newest!.quarantine_id}`);
    expect(held.is_overtaken).toBe(false);
    expect(held.changes.added.map(({ after }) => after.name)).toEqual(["Christmas"]);
    await send("POST", `/v1/syncs/${sync.syncId}/approve`);
    const approved = await read(`/v1/quarantines/${newest!.quarantine_id}`);
    expect(approved).toMatchObject({ status: "approved", sync_id: null, location_ids: [] });
    expect(approved.changes.added).toHaveLength(1);
    const open = (await read("/v1/quarantines?status=open")).data.map((each) => each.quarantine_id);
    expect(open).not.toContain(newest!.quarantine_id);
  });

  test("200: a newer success is told as overtaking it", async () => {
    await quarantined(one);
    await calendar();
    const [newest] = (await read("/v1/quarantines?limit=1")).data;
    expect((await read(`/v1/quarantines/${newest!.quarantine_id}`)).is_overtaken).toBe(true);
  });

  test("403 for a reader and a limited key, 404 for an unknown one, 422 for no UUID", async () => {
    for (const path of ["/v1/quarantines", `/v1/quarantines/${randomUUID()}`]) {
      expect((await send("GET", path, { key: await api.keyOf("reader") })).status).toBe(403);
      expect((await send("GET", path, { key: await api.keyOf("operator", [one]) })).status).toBe(403);
    }
    expect((await send("GET", `/v1/quarantines/${randomUUID()}`)).body.code).toBe("quarantine.not_found");
    expect((await send("GET", "/v1/quarantines/x")).status).toBe(422);
  });
});

describe("POST /v1/syncs/{sync_id}/approve and /reject", () => {
  test("200: approving gives each location that waited one version", async () => {
    const sync = await quarantined(one);
    const held = await send("GET", `/v1/syncs/${sync.syncId}`);
    expect(held.body).toMatchObject({
      status: "quarantined",
      quarantines: [{ status: "open", reasons: [{ code: "removed.many", counts: { removed: 9 } }] }],
    });
    const { status, body } = await send("POST", `/v1/syncs/${sync.syncId}/approve`);
    expect([status, body.status, body.locations[0]!.version]).toEqual([200, "succeeded", 1]);
  });

  test("200: rejecting changes nothing and the location failed", async () => {
    const sync = await quarantined(one);
    const { status, body } = await send("POST", `/v1/syncs/${sync.syncId}/reject`);
    expect([status, body.status, body.locations[0]!.version]).toEqual([200, "failed", null]);
    expect(body.quarantines[0]!.status).toBe("rejected");
  });

  test("403 for a reader, 404 for an unknown or foreign one, 409 when there is nothing to decide", async () => {
    const sync = await quarantined(one);
    expect((await send("POST", `/v1/syncs/${sync.syncId}/approve`, { key: await api.keyOf("reader") })).status).toBe(
      403,
    );
    expect((await send("POST", `/v1/syncs/${randomUUID()}/reject`)).status).toBe(404);
    expect(
      (await send("POST", `/v1/syncs/${sync.syncId}/approve`, { key: await api.keyOf("operator", [two]) })).status,
    ).toBe(404);
    await send("POST", `/v1/syncs/${sync.syncId}/reject`);
    const again = await send("POST", `/v1/syncs/${sync.syncId}/approve`);
    expect([again.status, again.body.code]).toEqual([409, "sync.nothing_to_decide"]);
  });
});
