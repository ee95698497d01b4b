// Events as they are and as they were: by filter, by version, by instant; and nothing of other places for a limited key.
import { randomUUID } from "node:crypto";
import { applyPatch, type Operation } from "rfc6902";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anEvent, loadLines, type SentEvent } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";
import { encodeCursor } from "../../http/pagination.ts";
import type { Problem } from "../../http/problem.ts";

interface EventJson extends Record<string, unknown> {
  event_id: string;
  version: number;
  event_timestamp: string;
  metadata: Record<string, unknown>;
  recorded_at: string;
  superseded_at: string | null;
  patch?: Operation[] | null;
}

interface Body extends EventJson, Pick<Problem, "code" | "errors"> {
  data: EventJson[];
  next_cursor: string | null;
  as_of: string | null;
}

let api: TestApi;
const [ours, theirs] = ["40000000-0000-4000-8000-000000000001", "40000000-0000-4000-8000-000000000002"];
beforeAll(async () => {
  api = await openTestApi();
  for (const location_id of [ours, theirs]) {
    await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  }
});
afterAll(() => api.close());

async function get(path: string, options?: SendOptions) {
  const response = await api.send("GET", path, options);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

async function post(...events: object[]): Promise<void> {
  expect((await api.send("POST", "/v1/events", { body: events })).status).toBe(200);
}

const idsOf = (body: Body) => body.data.map(({ event_id }) => event_id);

/** Three versions that arrived as 1, 3, 2. */
async function versioned(given: Record<string, unknown> = {}): Promise<SentEvent> {
  const event = anEvent(given);
  for (const version of [1, 3, 2]) {
    await post({ ...event, version, metadata: { total_amount: 10 * version, currency: "EUR", note: [version, "x"] } });
  }
  return event;
}

describe("GET /v1/events/{event_id}", () => {
  test("200: the current version with all that was received, and where it came from", async () => {
    const event = anEvent({ location_id: ours, visit_date: "2026-12-26", channel: { shop: "web" } });
    const load_id = await loadLines(api, [event]);
    const { status, headers, body } = await get(`/v1/events/${event.event_id.toUpperCase()}`);
    expect(status).toBe(200);
    expect(headers.get("etag")).toMatch(/^"/);
    expect(body).toEqual({
      event_id: event.event_id,
      event_type: "PaymentSuccessful",
      event_timestamp: "2026-03-01T10:00:00.000000Z",
      user_id: event["user_id"],
      related_id: null,
      version: 1,
      revision: 1,
      location_id: ours,
      visit_date: "2026-12-26",
      schema_version: 1,
      recorded_at: expect.stringMatching(/Z$/) as string,
      superseded_at: null,
      received_at: expect.stringMatching(/Z$/) as string,
      load_id,
      line: 1,
      run_id: null,
      metadata: event["metadata"],
      received: null,
      extra: { channel: { shop: "web" } },
    });
    const again = await api.send("GET", `/v1/events/${event.event_id}`, {
      headers: { "if-none-match": headers.get("etag") as string },
    });
    expect(again.status).toBe(304);
  });

  test("200: any version, and what was current at any instant; such an answer never changes", async () => {
    const event = await versioned();
    const path = `/v1/events/${event.event_id}`;
    const versions = new Map<number, EventJson>();
    for (const version of [1, 2, 3]) {
      const { body } = await get(`${path}?version=${version}`);
      expect([body.version, body.metadata["total_amount"]]).toEqual([version, 10 * version]);
      versions.set(version, body);
    }
    const asOf = (instant: string) => get(`${path}?as_of=${instant}`);
    const [first, third] = [versions.get(1)!, versions.get(3)!];
    expect((await asOf(first.recorded_at)).body.version).toBe(1);
    expect((await asOf(third.recorded_at)).body.version).toBe(3);
    expect(first.superseded_at).toBe(third.recorded_at);
    // It arrived late: it was never the current one.
    expect(versions.get(2)!.superseded_at).toBe(versions.get(2)!.recorded_at);
    const textThen = async () => (await api.send("GET", `${path}?as_of=${third.recorded_at}`)).text();
    const text = await textThen();
    await post({ ...event, version: 9 });
    expect(await textThen()).toBe(text);
    expect(JSON.parse(text)).toMatchObject({ version: 3, superseded_at: null });
    expect((await get(path)).body.version).toBe(9);
  });

  test("404 for an unknown one, for a version that it has not, for before it was known; 422 for both pins and the future", async () => {
    const event = anEvent();
    await post(event);
    const path = `/v1/events/${event.event_id}`;
    const codes = async (search: string) => {
      const { status, body } = await get(`${path}${search}`);
      return [status, body.code];
    };
    expect((await get(`/v1/events/${randomUUID()}`)).body.code).toBe("event.not_found");
    expect((await get(`/v1/events/${randomUUID()}?version=1`)).body.code).toBe("event.not_found");
    expect(await codes("?version=2")).toEqual([404, "version.not_found"]);
    expect(await codes("?as_of=2020-01-01")).toEqual([404, "version.not_found"]);
    expect(await codes("?version=1&as_of=2020-01-01")).toEqual([422, "version.ambiguous"]);
    expect(await codes("?as_of=2190-01-01")).toEqual([422, "as_of.future"]);
    expect((await codes("?version=0"))[0]).toBe(422);
  });

  test("401 and 403: analysts read events, ingesters and readers do not", async () => {
    const event = anEvent();
    await post(event);
    const path = `/v1/events/${event.event_id}`;
    expect((await get(path, { key: null })).status).toBe(401);
    expect((await get(path, { key: await api.keyOf("reader") })).status).toBe(403);
    expect((await get(path, { key: await api.keyOf("ingester") })).status).toBe(403);
    expect((await get(path, { key: await api.keyOf("analyst") })).status).toBe(200);
  });
});

describe("GET /v1/events/{event_id}/versions", () => {
  test("200: long versions make short pages, each version is told once, with its patch", async () => {
    const event = anEvent();
    const versions = Array.from({ length: 12 }, (_, place) => place + 1);
    for (const version of versions) {
      const metadata = { total_amount: version, currency: "EUR", note: `${version}${"x".repeat(900_000)}` };
      await post({ ...event, version, metadata });
    }
    const seen: EventJson[] = [];
    let pages = 0;
    for (let cursor: string | null = ""; cursor !== null; pages += 1) {
      const path = `/v1/events/${event.event_id}/versions?limit=1000${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const { body }: { body: Body } = await get(path);
      seen.push(...body.data);
      cursor = body.next_cursor;
    }
    expect(pages).toBeGreaterThan(1);
    expect(seen.map(({ version, patch }) => [version, patch?.length ?? 0])).toEqual(
      versions.toReversed().map((version) => [version, version === 1 ? 0 : 2]),
    );
    const first = encodeCursor({ version: 1, revision: 1 });
    expect((await get(`/v1/events/${event.event_id}/versions?cursor=${first}`)).body).toMatchObject({ data: [] });
    expect((await get(`/v1/events/${event.event_id}/versions?cursor=OTk5OTk5OTk5OTk5`)).status).toBe(422);
  });

  test("200: highest first, each with the patch that makes it of the one below, whatever the order of arrival", async () => {
    const event = await versioned();
    const { body } = await get(`/v1/events/${event.event_id}/versions`);
    expect(body.data.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(body.data.at(-1)?.patch).toBeNull();
    body.data.slice(0, -1).forEach((later, place) => {
      const document = { metadata: structuredClone(body.data[place + 1]!.metadata) };
      expect(applyPatch(document, later.patch ?? [])).toEqual([null, null]);
      expect(document.metadata).toEqual(later.metadata);
    });
  });

  test("200: page by page, with the same patches", async () => {
    const event = await versioned();
    const whole = (await get(`/v1/events/${event.event_id}/versions`)).body.data;
    const seen: EventJson[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const search = cursor === "" ? "?limit=1" : `?limit=1&cursor=${cursor}`;
      const { body }: { body: Body } = await get(`/v1/events/${event.event_id}/versions${search}`);
      seen.push(...body.data);
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(whole);
  });

  test("404 for an unknown one", async () => {
    expect((await get(`/v1/events/${randomUUID()}/versions`)).body.code).toBe("event.not_found");
  });
});

describe("GET /v1/events", () => {
  test("200: by every filter, newest first; days and instants are inclusive", async () => {
    const [user, related] = [randomUUID(), randomUUID()];
    const at = (event_timestamp: string, given: Record<string, unknown> = {}) =>
      anEvent({ event_timestamp, user_id: user, related_id: related, location_id: ours, ...given });
    const [early, late, other] = [
      at("2025-05-01T23:59:59.999999Z"),
      at("2025-05-02T00:00:00Z", { event_type: "TicketIssued", metadata: {} }),
      at("2025-05-03T12:00:00+02:00", { location_id: theirs }),
    ];
    await loadLines(api, [early, other, late]);
    const ids = async (search: string) => idsOf((await get(`/v1/events?user_id=${user}&${search}`)).body);
    expect(await ids("")).toEqual([other.event_id, late.event_id, early.event_id]);
    expect(await ids("event_type=TicketIssued")).toEqual([late.event_id]);
    expect(await ids(`location_id=${theirs}`)).toEqual([other.event_id]);
    expect(await ids(`related_id=${randomUUID()}`)).toEqual([]);
    expect(await ids(`related_id=${related.toUpperCase()}&limit=1000`)).toHaveLength(3);
    expect(await ids("from=2025-05-01&to=2025-05-01")).toEqual([early.event_id]);
    expect(await ids("from=2025-05-02")).toEqual([other.event_id, late.event_id]);
    expect(await ids("to=2025-05-02T00:00:00Z")).toEqual([late.event_id, early.event_id]);
    expect(await ids("from=2025-05-02T00:00:00.000001Z&to=2025-05-03T10:00:00Z")).toEqual([other.event_id]);
    expect(await ids("from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999999Z")).toHaveLength(3);
  });

  test("200: no gap and no repetition while events come in, with equal times among them", async () => {
    const user_id = randomUUID();
    const stamp = (place: number) => `2025-06-01T00:00:${String(place % 7).padStart(2, "0")}Z`;
    const first = Array.from({ length: 60 }, (_, place) => anEvent({ user_id, event_timestamp: stamp(place) }));
    await post(...first);
    const seen: EventJson[] = [];
    let cursor: string | null = "";
    for (let round = 0; cursor !== null; round += 1) {
      const search = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body }: { body: Body } = await get(`/v1/events?user_id=${user_id}&limit=7${search}`);
      seen.push(...body.data);
      cursor = body.next_cursor;
      await post(...Array.from({ length: 3 }, () => anEvent({ user_id, event_timestamp: stamp(round) })));
    }
    const ids = seen.map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(first.map(({ event_id }) => event_id).filter((id) => !ids.includes(id))).toEqual([]);
    const order = seen.map(({ event_timestamp, event_id }) => `${event_timestamp} ${event_id}`);
    expect(order).toEqual(order.toSorted().toReversed());
  });

  test("200 with as_of: the list stands still, on every page, whatever comes later", async () => {
    const user_id = randomUUID();
    const events = Array.from({ length: 9 }, (_, place) =>
      anEvent({ user_id, event_timestamp: `2025-07-01T00:00:0${place}Z` }),
    );
    await post(...events);
    const today = Temporal.Now.plainDateISO("UTC").toString();
    const start = await get(`/v1/events?user_id=${user_id}&limit=4&as_of=${today}`);
    const pin = start.body.as_of!;
    await post(...events.map((event) => ({ ...event, version: 2 })), anEvent({ user_id }));
    const rest = await get(`/v1/events?user_id=${user_id}&limit=9&as_of=${today}&cursor=${start.body.next_cursor}`);
    expect(rest.body.as_of).toBe(pin);
    const seen = [...start.body.data, ...rest.body.data];
    expect(seen.map(({ version }) => version)).toEqual(events.map(() => 1));
    expect(seen.map(({ event_id }) => event_id)).toEqual(events.map(({ event_id }) => event_id).toReversed());
    const once = await (await api.send("GET", `/v1/events?user_id=${user_id}&as_of=${pin}`)).text();
    await post(anEvent({ user_id }));
    expect(await (await api.send("GET", `/v1/events?user_id=${user_id}&as_of=${pin}`)).text()).toBe(once);
    expect((await get(`/v1/events?user_id=${user_id}`)).body.data).toHaveLength(11);
  });

  test("200: long events make short pages, many make long ones, and none is left out", async () => {
    const user_id = randomUUID();
    const long = Array.from({ length: 12 }, (_, place) =>
      anEvent({ user_id, metadata: { total_amount: place, currency: "EUR", note: "x".repeat(900_000) } }),
    );
    const short = Array.from({ length: 350 }, () => anEvent({ user_id, event_timestamp: "2020-01-01T00:00:00Z" }));
    await loadLines(api, [...long, ...short]);
    const many = (await get(`/v1/events?user_id=${user_id}&limit=1000&to=2021-01-01`)).body;
    expect([many.data.length, many.next_cursor]).toEqual([350, null]);
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | null = ""; cursor !== null; pages += 1) {
      const search = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body }: { body: Body } = await get(`/v1/events?user_id=${user_id}&limit=1000${search}`);
      seen.push(...idsOf(body));
      cursor = body.next_cursor;
    }
    expect(pages).toBeGreaterThan(1);
    expect(seen.toSorted()).toEqual([...long, ...short].map(({ event_id }) => event_id).toSorted());
  });

  test("an instant before all years is answered, a cursor that no answer gave is 422", async () => {
    const early = "as_of=0000-01-01T00:00:00Z";
    expect((await get(`/v1/events?${early}`)).body).toMatchObject({ data: [], as_of: "0001-01-01T00:00:00.000000Z" });
    const event = anEvent();
    await post(event);
    expect((await get(`/v1/events/${event.event_id}?${early}`)).body.code).toBe("version.not_found");
    const made = (...position: unknown[]) => Buffer.from(JSON.stringify(position)).toString("base64url");
    for (const [time, pin] of [
      ["0000-01-01T00:00:00Z", null],
      ["2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z"],
      ["2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"],
    ]) {
      const cursor = made(time, event.event_id, pin);
      expect([time, pin, (await get(`/v1/events?cursor=${cursor}`)).status]).toEqual([time, pin, 422]);
    }
  });

  test("422 for a cursor of another list, a moment that is none, an unknown filter", async () => {
    for (const search of ["cursor=WzFd", "from=yesterday", "to=2026-02-30", "user=x", "limit=0"]) {
      expect([search, (await get(`/v1/events?${search}`)).status]).toEqual([search, 422]);
    }
    const { body } = await get("/v1/events?from=bad");
    expect(body.errors[0]).toMatchObject({ pointer: "?from", code: "invalid_value" });
    expect(body.errors[0]?.detail).toMatch(/a day .* nor an instant/);
  });
});

test("a limited key sees the events of its locations, and of an event that moved only its own versions", async () => {
  const key = await api.keyOf("analyst", [ours]);
  const user_id = randomUUID();
  const [mine, foreign, nowhere] = [
    anEvent({ user_id, location_id: ours }),
    anEvent({ user_id, location_id: theirs }),
    anEvent({ user_id }),
  ];
  const moved = anEvent({ user_id, location_id: ours });
  await post(mine, foreign, nowhere, moved);
  await post({ ...moved, version: 2, location_id: theirs, metadata: { total_amount: 777, currency: "EUR" } });
  expect(idsOf((await get(`/v1/events?user_id=${user_id}`, { key })).body)).toEqual([mine.event_id]);
  expect((await get(`/v1/events?location_id=${theirs}`, { key })).body.code).toBe("location.not_found");
  for (const { event_id } of [foreign, nowhere, moved]) {
    expect((await get(`/v1/events/${event_id}`, { key })).body.code).toBe("event.not_found");
  }
  expect((await get(`/v1/events/${moved.event_id}?version=1`, { key })).body.version).toBe(1);
  const versions = await api.send("GET", `/v1/events/${moved.event_id}/versions`, { key });
  const text = await versions.text();
  expect(text).not.toContain("777");
  expect((JSON.parse(text) as Body).data.map(({ version, patch }) => [version, patch])).toEqual([[1, null]]);
  expect((await get(`/v1/events/${foreign.event_id}/versions`, { key })).status).toBe(404);
});

describe("GET /v1/schemas", () => {
  test("200: every type that is known, for whoever sends or reads events", async () => {
    const { status, body } = await get("/v1/schemas", { key: await api.keyOf("ingester") });
    const types = body.data as unknown as { event_type: string; schema_version: number; versions: object[] }[];
    expect(status).toBe(200);
    expect(types.map(({ event_type }) => event_type)).toEqual(
      expect.arrayContaining(["ArticleAddedToCart", "BarcodeScanned", "PaymentSuccessful", "TicketCancelled"]),
    );
    const one = await get("/v1/schemas/BarcodeScanned", { key: await api.keyOf("reader") });
    expect(one.body).toEqual(types.find(({ event_type }) => event_type === "BarcodeScanned"));
  });

  test("404 for a type that nobody registered", async () => {
    expect((await get("/v1/schemas/Unheard")).body.code).toBe("schema.not_found");
  });
});
