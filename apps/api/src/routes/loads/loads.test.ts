// Files of events over HTTP: taken in once, followed to their end, replayed, stopped; each status once.
import { createHash, randomUUID } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { anEvent, asNdjson, loadLines, ndjson, runToEnd, sendLoad } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";
import type { Problem } from "../../http/problem.ts";
import type { loadSchema } from "./present.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ settings: { loadMaxBytes: 2_000_000 } });
});
afterAll(() => api.close());

type LoadJson = z.input<typeof loadSchema> & { already_loaded?: boolean };
type Body = LoadJson & Pick<Problem, "code" | "errors" | "detail"> & { data: LoadJson[]; next_cursor: string | null };

async function send(method: string, path: string, options?: SendOptions) {
  const response = await api.send(method, path, options);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

function post(body: string | Uint8Array, headers: Record<string, string> = {}, search = "") {
  return send("POST", `/v1/loads${search}`, { body, headers: { ...asNdjson, ...headers } });
}

async function countLoads(): Promise<number> {
  const { rows } = await api.database.query<{ count: number }>("select count(*)::int as count from load");
  return rows[0]!.count;
}

async function countStored(): Promise<number> {
  let count = 0;
  for await (const _object of api.lake.list("raw/")) {
    count += 1;
  }
  return count;
}

describe("POST /v1/loads", () => {
  test("202 with its place, its hash and nothing counted yet; the bytes are in the raw zone", async () => {
    const text = ndjson([anEvent(), anEvent()]);
    const { status, headers, body } = await post(text, {}, "?time_zone=Europe/Amsterdam");
    const sha256 = createHash("sha256").update(text).digest();
    expect([status, headers.get("location")]).toEqual([202, `/v1/loads/${body.load_id}`]);
    expect(body).toMatchObject({
      status: "queued",
      dataset: "events",
      channel: "upload",
      content_sha256: sha256.toString("hex"),
      media_type: "application/x-ndjson",
      bytes: Buffer.byteLength(text),
      time_zone: "Europe/Amsterdam",
      requested_by: "admin-key",
      already_loaded: false,
      progress: 0,
      rows: { total: 0 },
    });
    const kept = await api.lake.open(body.raw_uri, { sha256, bytes: body.bytes });
    expect(Buffer.concat(await kept.toArray()).toString()).toBe(text);
  });

  test("200 for the same bytes: the load that they were, however they are packed", async () => {
    const text = ndjson([anEvent()]);
    const first = await post(text);
    for (const again of [
      await post(text),
      await post(gzipSync(text), { "content-encoding": "gzip" }),
      await post(zstdCompressSync(text), { "content-encoding": "zstd" }),
    ]) {
      expect([again.status, again.body.load_id, again.body.already_loaded]).toEqual([200, first.body.load_id, true]);
      expect(again.headers.get("location")).toBe(`/v1/loads/${first.body.load_id}`);
    }
    const asCsv = await post(text, { "content-type": "text/csv" });
    expect([asCsv.status, asCsv.body.load_id === first.body.load_id]).toEqual([202, false]);
  });

  test("sixteen at once at two processes are one load", async () => {
    const [text, before, twin] = [ndjson([anEvent()]), await countLoads(), api.twin()];
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, place) =>
        send("POST", "/v1/loads", { body: text, headers: asNdjson, app: place % 2 === 0 ? api.app : twin }),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.load_id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(15);
    expect(await countLoads()).toBe(before + 1);
  });

  test("sixteen at once with an Idempotency-Key get sixteen equal answers; another body is 409 and leaves nothing", async () => {
    const [text, twin] = [ndjson([anEvent()]), api.twin()];
    const headers = { ...asNdjson, "idempotency-key": randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 16 }, async (_, place) => {
        const response = await api.send("POST", "/v1/loads", {
          body: text,
          headers,
          app: place % 2 === 0 ? api.app : twin,
        });
        return [response.status, response.headers.get("location"), await response.text()].join("\n");
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^202\n/);
    const [loads, stored] = [await countLoads(), await countStored()];
    const other = await send("POST", "/v1/loads", { body: ndjson([anEvent()]), headers });
    expect([other.status, other.body.code]).toEqual([409, "idempotency.mismatch"]);
    const otherZone = await send("POST", "/v1/loads?time_zone=UTC", { body: text, headers });
    expect([otherZone.status, otherZone.body.code]).toEqual([409, "idempotency.mismatch"]);
    expect([await countLoads(), await countStored()]).toEqual([loads, stored]);
  });

  test("a body that is refused half-way leaves nothing, and keeps no Idempotency-Key", async () => {
    const [loads, stored, text] = [await countLoads(), await countStored(), ndjson([anEvent()])];
    const headers = { "idempotency-key": randomUUID() };
    const cut = gzipSync(text).subarray(0, -6);
    const broken = await post(cut, { ...headers, "content-encoding": "gzip" });
    expect([broken.status, broken.body.code]).toEqual([400, "request.encoding_invalid"]);
    expect([await countLoads(), await countStored()]).toEqual([loads, stored]);
    expect((await post(text, headers)).status).toBe(202);
  });

  test("401 and 403: ingesters may, analysts may not, and a limited key may not speak for all locations", async () => {
    const text = ndjson([anEvent()]);
    const location = await aLocation();
    const asked = async (key: string | null) => {
      const { status, body } = await send("POST", "/v1/loads", { body: text, headers: asNdjson, key });
      return [status, body.code];
    };
    expect(await asked(null)).toEqual([401, "key.missing"]);
    expect(await asked(await api.keyOf("analyst"))).toEqual([403, "role.too_low"]);
    expect(await asked(await api.keyOf("ingester", [location]))).toEqual([403, "key.limited"]);
    expect((await asked(await api.keyOf("ingester")))[0]).toBe(202);
  });

  test("413 for a bomb, 415 for a media type or an encoding that is none of ours", async () => {
    const before = await countStored();
    const bomb = await post(gzipSync(Buffer.alloc(3_000_000, "x")), { "content-encoding": "gzip" });
    expect([bomb.status, bomb.body.code]).toEqual([413, "request.too_large"]);
    const type = await post("x", { "content-type": "application/xml" });
    expect([type.status, type.body.code]).toEqual([415, "request.unsupported_media_type"]);
    expect(type.body.detail).toContain("application/vnd.apache.parquet");
    const encoding = await post("x", { "content-encoding": "br" });
    expect([encoding.status, encoding.headers.get("accept-encoding")]).toEqual([415, "gzip, zstd"]);
    expect(await countStored()).toBe(before);
  });

  test("422 for a time zone that is none, before the body is read", async () => {
    const unread = new ReadableStream({ pull: () => expect.fail("the body was read") }, { highWaterMark: 0 });
    const response = await api.app.request("/v1/loads?time_zone=Mars", {
      method: "POST",
      body: unread,
      duplex: "half",
      headers: { ...asNdjson, authorization: `Bearer ${await api.keyOf("ingester")}` },
    });
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.errors[0]?.pointer]).toEqual([422, "?time_zone"]);
  });
});

describe("GET /v1/loads/{load_id}", () => {
  test("202 while it waits, 200 once finished: the brief's three events, one of them with an id that is none", async () => {
    const events = [
      anEvent({ event_timestamp: "2024-06-24T12:34:56" }),
      anEvent({ event_timestamp: "2024-06-24T12:40:00" }),
      anEvent({ event_id: "3f2504e0-4f89-11d3-9ghi-0305e82c3303", event_timestamp: "2024-06-24T12:45:00" }),
    ];
    const { load_id } = await sendLoad(api, events, "?time_zone=UTC");
    const waiting = await send("GET", `/v1/loads/${load_id}`);
    expect([waiting.status, waiting.headers.get("location"), waiting.body.status]).toEqual([
      202,
      `/v1/loads/${load_id}`,
      "queued",
    ]);
    await runToEnd(api, load_id);
    const { status, body } = await send("GET", `/v1/loads/${load_id}`);
    expect([status, body.status, body.progress, body.error]).toEqual([200, "partial", 1, null]);
    expect(body.rows).toEqual({
      total: 3,
      inserted: 2,
      updated: 0,
      duplicate: 0,
      stale: 0,
      conflict: 0,
      rejected: 1,
    });
    expect(body.finished_at! >= body.started_at!).toBe(true);
  });

  test("200 with ?wait as soon as it has finished", async () => {
    const { load_id } = await sendLoad(api, [anEvent()]);
    const waiting = send("GET", `/v1/loads/${load_id}?wait=30`);
    await runToEnd(api, load_id);
    expect((await waiting).body.status).toBe("succeeded");
  });

  test("403 for a reader and for a limited key, 404 for an unknown one, 422 for no UUID", async () => {
    const { load_id } = await sendLoad(api, [anEvent()]);
    const path = `/v1/loads/${load_id}`;
    const codeFor = async (key: string) => (await send("GET", path, { key })).body.code;
    expect(await codeFor(await api.keyOf("reader"))).toBe("role.too_low");
    expect(await codeFor(await api.keyOf("ingester", [await aLocation()]))).toBe("key.limited");
    expect((await send("GET", path, { key: await api.keyOf("analyst") })).status).toBe(202);
    expect((await send("GET", `/v1/loads/${randomUUID()}`)).body.code).toBe("load.not_found");
    expect((await send("GET", "/v1/loads/x")).status).toBe(422);
  });
});

describe("GET /v1/loads", () => {
  test("200: newest first, page by page, filtered", async () => {
    const first = await sendLoad(api, [anEvent()]);
    const second = await sendLoad(api, [anEvent()]);
    const newest = (await send("GET", "/v1/loads?limit=1&status=queued&dataset=events&channel=upload")).body;
    expect(newest.data.map((load) => load.load_id)).toEqual([second.load_id]);
    const next = (await send("GET", `/v1/loads?limit=1&status=queued&cursor=${newest.next_cursor}`)).body;
    expect(next.data.map((load) => load.load_id)).toEqual([first.load_id]);
    expect((await send("GET", "/v1/loads?channel=replay")).body.data).toEqual([]);
    expect((await send("GET", "/v1/loads?status=done")).status).toBe(422);
    expect((await send("GET", "/v1/loads", { key: await api.keyOf("analyst", [await aLocation()]) })).status).toBe(403);
  });
});

describe("POST /v1/loads/{load_id}/cancel", () => {
  test("202: it ends as failed; the same bytes again go on with it", async () => {
    const lines = [anEvent(), anEvent()];
    const { load_id } = await sendLoad(api, lines);
    const { status, body } = await send("POST", `/v1/loads/${load_id}/cancel`);
    expect([status, body.cancel_requested]).toEqual([202, true]);
    await runToEnd(api, load_id);
    expect((await send("GET", `/v1/loads/${load_id}`)).body).toMatchObject({
      status: "failed",
      error: { code: "load.cancelled" },
    });
    expect(await sendLoad(api, lines)).toMatchObject({ load_id, already_loaded: false });
    await runToEnd(api, load_id);
    expect((await send("GET", `/v1/loads/${load_id}`)).body).toMatchObject({ status: "succeeded", error: null });
    const audited = await api.database.query("select 1 from audit where object_id = $1 and action = $2", [
      load_id,
      "load.cancel_requested",
    ]);
    expect(audited.rowCount).toBe(1);
  });

  test("403 for an analyst, 404 for an unknown one, 409 when it has finished", async () => {
    const id = await loadLines(api, [anEvent()]);
    const key = await api.keyOf("analyst");
    expect((await send("POST", `/v1/loads/${id}/cancel`, { key })).status).toBe(403);
    expect((await send("POST", `/v1/loads/${randomUUID()}/cancel`)).status).toBe(404);
    const late = await send("POST", `/v1/loads/${id}/cancel`, { key: await api.keyOf("operator") });
    expect([late.status, late.body.code]).toEqual([409, "load.finished"]);
  });
});

describe("POST /v1/loads/{load_id}/replay", () => {
  test("202: rejects are taken again with the time zone that was missing, once", async () => {
    const id = await loadLines(api, [anEvent({ event_timestamp: "2026-03-01T10:00:00" }), anEvent()]);
    const replay = await send("POST", `/v1/loads/${id}/replay`, {
      body: { time_zone: "UTC" },
      key: await api.keyOf("ingester"),
    });
    expect([replay.status, replay.headers.get("location")]).toEqual([202, `/v1/loads/${replay.body.load_id}`]);
    expect(replay.body).toMatchObject({ channel: "replay", replay_of: id, replay_only: "rejects", time_zone: "UTC" });
    await runToEnd(api, replay.body.load_id);
    expect((await send("GET", `/v1/loads/${replay.body.load_id}`)).body).toMatchObject({
      status: "succeeded",
      rows: { total: 1, inserted: 1 },
    });
    const again = await send("POST", `/v1/loads/${id}/replay`);
    expect([again.status, again.body.code]).toEqual([409, "load.no_rejects"]);
  });

  test("202: a replay that was stopped goes on when it is asked for again; its rejects are not lost", async () => {
    const id = await loadLines(api, [anEvent({ event_timestamp: "2026-03-01T10:00:00" }), anEvent()]);
    const replay = await send("POST", `/v1/loads/${id}/replay`, { body: { time_zone: "UTC" } });
    const path = `/v1/loads/${replay.body.load_id}`;
    await send("POST", `${path}/cancel`);
    await runToEnd(api, replay.body.load_id);
    expect((await send("GET", path)).body.status).toBe("failed");
    const again = await send("POST", `${path}/replay`);
    expect([again.status, again.body]).toMatchObject([202, { load_id: replay.body.load_id, status: "queued" }]);
    expect((await send("POST", `${path}/replay`)).body.code).toBe("load.unfinished");
    await runToEnd(api, replay.body.load_id);
    expect((await send("GET", path)).body).toMatchObject({ status: "succeeded", rows: { total: 1, inserted: 1 } });
  });

  test("202: all lines; what was loaded is a duplicate", async () => {
    const id = await loadLines(api, [anEvent(), anEvent()]);
    const replay = await send("POST", `/v1/loads/${id}/replay`, { body: { only: "all" } });
    await runToEnd(api, replay.body.load_id);
    expect((await send("GET", `/v1/loads/${replay.body.load_id}`)).body.rows).toMatchObject({ total: 2, duplicate: 2 });
  });

  test("404 for an unknown one, 409 while it runs, 422 for what nobody can replay", async () => {
    const { load_id } = await sendLoad(api, [anEvent()]);
    expect((await send("POST", `/v1/loads/${randomUUID()}/replay`)).status).toBe(404);
    const early = await send("POST", `/v1/loads/${load_id}/replay`);
    expect([early.status, early.body.code]).toEqual([409, "load.unfinished"]);
    expect((await send("POST", `/v1/loads/${load_id}/replay`, { body: { only: "some" } })).status).toBe(422);
  });
});

describe("PUT /v1/dimensions/{name}", () => {
  const feed = "article_id,article_name,price,currency\n98765,Day ticket,24.50,EUR\n";
  const put = (body: string, name = "articles", headers: Record<string, string> = { "content-type": "text/csv" }) =>
    send("PUT", `/v1/dimensions/${name}`, { body, headers });

  test("202, and 200 for the newest feed again; an older one is a feed of its own", async () => {
    const first = await put(feed);
    expect([first.status, first.body.dataset]).toEqual([202, "articles"]);
    await runToEnd(api, first.body.load_id);
    expect(await put(feed)).toMatchObject({ status: 200, body: { load_id: first.body.load_id, already_loaded: true } });
    const second = await put(feed.replace("24.50", "26.00"));
    expect(second.status).toBe(202);
    expect(await put(feed)).toMatchObject({ status: 202, body: { already_loaded: false } });
  });

  test("a feed waits for the one before it: what was sent last is what holds", async () => {
    const ticket_id = randomUUID();
    const loads = await Promise.all(
      ["First", "Second"].map(async (name, place) => {
        const body = `ticket_id,event_name,ticket_price\n${ticket_id},${name},${place}\n`;
        return (await put(body, "tickets")).body;
      }),
    );
    const [earlier, later] = loads.toSorted((a, b) => (a.requested_at < b.requested_at ? -1 : 1));
    await expect(runToEnd(api, later!.load_id)).rejects.toMatchObject({ code: "load.waits" });
    await runToEnd(api, earlier!.load_id);
    await runToEnd(api, later!.load_id);
    const { rows } = await api.database.query("select event_name from tickets where ticket_id = $1", [ticket_id]);
    expect(rows).toEqual([{ event_name: loads[0] === later ? "First" : "Second" }]);
  });

  test("422 for a time zone: members have no timestamps that it could be for", async () => {
    const zoned = await put(feed, "articles?time_zone=Europe/Amsterdam");
    expect([zoned.status, zoned.body.errors[0]?.pointer]).toEqual([422, "?time_zone"]);
  });

  test("415 for JSON, 422 for a dimension that there is not", async () => {
    expect((await put("[]", "articles", { "content-type": "application/json" })).status).toBe(415);
    const unknown = await put(feed, "visitors");
    expect([unknown.status, unknown.body.errors[0]?.pointer]).toEqual([422, "{name}"]);
  });
});

let placed = 0;
async function aLocation(): Promise<string> {
  placed += 1;
  const location_id = `20000000-0000-4000-8000-${String(placed).padStart(12, "0")}`;
  const body = { location_id, country_code: "NL", subdivision_code: "NL-NH" };
  expect((await send("POST", "/v1/locations", { body })).status).toBe(201);
  return location_id;
}
