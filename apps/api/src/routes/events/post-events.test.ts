// A few events at once: durable when answered, each with what came of it, as JSON and as CloudEvents.
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anEvent, runToEnd, type SentEvent } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";
import type { Problem } from "../../http/problem.ts";

interface Body extends Pick<Problem, "code" | "errors" | "detail"> {
  load_id: string;
  results: { event_id: string | null; version: number | null; outcome: string; errors: Problem["errors"] }[];
}

let api: TestApi;
const [ours, theirs] = ["30000000-0000-4000-8000-000000000001", "30000000-0000-4000-8000-000000000002"];
beforeAll(async () => {
  api = await openTestApi();
  for (const location_id of [ours, theirs]) {
    await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  }
});
afterAll(() => api.close());

async function post(body: unknown, options: Omit<SendOptions, "body"> = {}) {
  const response = await api.send("POST", "/v1/events", { body, ...options });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

const outcomesOf = ({ body }: { body: Body }) => body.results.map(({ outcome }) => outcome);

async function current(event: SentEvent): Promise<{ version: number; metadata: Record<string, unknown> }> {
  const response = await api.send("GET", `/v1/events/${event.event_id}`);
  return (await response.json()) as { version: number; metadata: Record<string, unknown> };
}

describe("POST /v1/events", () => {
  test("200 for one, and for an array: each with its id, its version and its outcome, readable at once", async () => {
    const [one, two, three] = [anEvent(), anEvent(), anEvent({ version: 7 })];
    expect((await post(one)).body.results).toEqual([
      { event_id: one.event_id, version: 1, outcome: "inserted", errors: [] },
    ]);
    const { status, body } = await post([two, three]);
    expect([status, body.results.map(({ event_id, version }) => [event_id, version])]).toEqual([
      200,
      [
        [two.event_id, 1],
        [three.event_id, 7],
      ],
    ]);
    expect((await current(three)).version).toBe(7);
    const load = await (await api.send("GET", `/v1/loads/${body.load_id}`)).json();
    expect(load).toMatchObject({ status: "succeeded", channel: "post", rows: { total: 2, inserted: 2 } });
  });

  test("200: inserted, updated, stale, duplicate, conflict and rejected, across calls and in one", async () => {
    const event = anEvent();
    const v = (version: number, total_amount = 10 * version) => ({
      ...event,
      version,
      metadata: { total_amount, currency: "EUR" },
    });
    expect(outcomesOf(await post(v(1)))).toEqual(["inserted"]);
    expect(outcomesOf(await post(v(3)))).toEqual(["updated"]);
    expect(outcomesOf(await post(v(2)))).toEqual(["stale"]);
    expect(outcomesOf(await post(v(3)))).toEqual(["duplicate"]);
    expect(outcomesOf(await post([v(2), v(4), v(4), v(1)]))).toEqual([
      "duplicate",
      "updated",
      "duplicate",
      "duplicate",
    ]);
    const conflict = await post(v(2, 99));
    expect(conflict.body.results).toMatchObject([{ outcome: "conflict", errors: [{ code: "event.conflict" }] }]);
    expect(await current(event)).toMatchObject({ version: 4, metadata: { total_amount: 40 } });
    const rejects = await (await api.send("GET", `/v1/loads/${conflict.body.load_id}/rejects`)).json();
    expect(rejects).toMatchObject({ data: [{ line: 1, code: "event.conflict", raw: JSON.stringify(v(2, 99)) }] });
  });

  test("200: one that is refused has a pointer, and does not hold up the others", async () => {
    const good = anEvent();
    const { body } = await post([
      anEvent({ event_id: "3f2504e0-4f89-11d3-9ghi-0305e82c3303" }),
      good,
      anEvent({ metadata: { total_amount: "much", currency: "EUR" } }),
      anEvent({ event_timestamp: "2024-06-24T12:34:56" }),
      anEvent({ event_type: "Unheard" }),
    ]);
    expect(body.results.map(({ outcome, errors }) => [outcome, errors[0]?.pointer])).toEqual([
      ["rejected", "/event_id"],
      ["inserted", undefined],
      ["rejected", "/metadata/total_amount"],
      ["rejected", "/event_timestamp"],
      ["rejected", "/event_type"],
    ]);
    expect(body.results[0]).toMatchObject({ event_id: "3f2504e0-4f89-11d3-9ghi-0305e82c3303", version: 1 });
  });

  test("200: gzip, and numbers that keep their digits", async () => {
    const event = anEvent();
    const text = JSON.stringify(event).replace('"total_amount":49', '"total_amount":9007199254740993.25');
    const packed = await post(new Uint8Array(gzipSync(text)), { headers: { "content-encoding": "gzip" } });
    expect(outcomesOf(packed)).toEqual(["inserted"]);
    expect(await (await api.send("GET", `/v1/events/${event.event_id}`)).text()).toContain("9007199254740993.25");
  });

  test("200: CloudEvents, one and a batch", async () => {
    const cloud = (event: SentEvent) => ({
      specversion: "1.0",
      id: event.event_id,
      source: "/checkout",
      type: event["event_type"],
      time: event["event_timestamp"],
      datacontenttype: "application/json",
      data: event,
    });
    const [one, two, three] = [anEvent(), anEvent(), anEvent()];
    const single = await post(cloud(one), { headers: { "content-type": "application/cloudevents+json" } });
    expect([single.status, outcomesOf(single)]).toEqual([200, ["inserted"]]);
    const batch = await post([cloud(two), cloud(three)], {
      headers: { "content-type": "application/cloudevents-batch+json; charset=utf-8" },
    });
    expect(outcomesOf(batch)).toEqual(["inserted", "inserted"]);
    expect((await current(two)).metadata).toEqual(two["metadata"]);
  });

  test("200 again for the same Idempotency-Key is the first answer; 409 for another body", async () => {
    const event = anEvent();
    const headers = { "idempotency-key": randomUUID() };
    const answers = await Promise.all(Array.from({ length: 16 }, () => post(event, { headers })));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(outcomesOf(answers[0]!)).toEqual(["inserted"]);
    const other = await post(anEvent(), { headers });
    expect([other.status, other.body.code]).toEqual([409, "idempotency.mismatch"]);
  });

  test("400 for no JSON, 413 for more than 4 MiB, 415 for what is none of the three", async () => {
    expect((await post('{"event_id":')).status).toBe(400);
    const bomb = await post(new Uint8Array(gzipSync(" ".repeat(4_194_305))), {
      headers: { "content-encoding": "gzip" },
    });
    expect([bomb.status, bomb.body.code]).toEqual([413, "request.too_large"]);
    expect((await post("x", { headers: { "content-type": "application/x-ndjson" } })).status).toBe(415);
  });

  test("422 for no event at all, for more than a thousand, for what no event can be", async () => {
    const { rows } = await api.database.query<{ before: string }>("select count(*)::text as before from load");
    expect(await post([])).toMatchObject({ status: 422, body: { code: "event.none" } });
    const many = Array.from({ length: 1_001 }, () => anEvent());
    expect(await post(many)).toMatchObject({ status: 422, body: { code: "event.too_many" } });
    expect((await post("42")).status).toBe(422);
    const after = await api.database.query<{ before: string }>("select count(*)::text as before from load");
    expect(after.rows).toEqual(rows);
  });

  test("401, 403 for an analyst", async () => {
    expect((await post(anEvent(), { key: null })).status).toBe(401);
    expect((await post(anEvent(), { key: await api.keyOf("analyst") })).status).toBe(403);
  });
});

describe("a key that is limited to locations", () => {
  test("posts events of its own", async () => {
    const key = await api.keyOf("ingester", [ours]);
    const event = anEvent({ location_id: ours });
    expect(outcomesOf(await post([event], { key }))).toEqual(["inserted"]);
    expect(outcomesOf(await post([{ ...event, version: 2 }], { key }))).toEqual(["updated"]);
  });

  test("404 for another location's, for one without a location, and for another place's event under its own name", async () => {
    const key = await api.keyOf("ingester", [ours]);
    const foreign = anEvent({ location_id: theirs });
    await post(foreign);
    for (const event of [anEvent({ location_id: theirs }), anEvent(), { ...foreign, version: 2, location_id: ours }]) {
      const { status, body } = await post([anEvent({ location_id: ours }), event], { key });
      expect([status, body.code, body.errors.map(({ pointer }) => pointer)]).toEqual([
        404,
        "location.not_found",
        ["/1/location_id"],
      ]);
    }
    expect((await current(foreign)).version).toBe(1);
  });
});

test("the bodies that the document shows are taken as they are, by every call and in every format", async () => {
  type Content = Record<string, { example?: unknown }>;
  type Paths = Record<string, { post: { requestBody: { content: Content } } }>;
  const { paths } = (await (await api.send("GET", "/openapi.json")).json()) as { paths: Paths };
  const refused: unknown[] = [];
  for (const path of ["/v1/events", "/v1/loads"]) {
    for (const [type, { example }] of Object.entries(paths[path]!.post.requestBody.content)) {
      if (example === undefined) continue;
      const body = typeof example === "string" ? example : JSON.stringify(example);
      const sent = await api.send("POST", path, { body, headers: { "content-type": type } });
      const { load_id } = (await sent.json()) as { load_id: string };
      await runToEnd(api, load_id);
      const { status, rows } = (await (await api.send("GET", `/v1/loads/${load_id}`)).json()) as Record<
        string,
        unknown
      >;
      if (status !== "succeeded") refused.push([path, type, rows]);
    }
  }
  expect(refused).toEqual([]);
});
