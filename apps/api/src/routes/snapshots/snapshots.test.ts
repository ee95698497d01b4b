// Snapshots over HTTP: made, read by, listed and released; what is read by one is the same to the byte, whatever comes.
import { randomUUID } from "node:crypto";
import { holiday, syncLocations, writeCalendar } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anEvent, type SentEvent } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";

interface Problem {
  code: string;
  errors: { pointer: string; code: string }[];
}
interface Snapshot {
  snapshot_id: string;
  name: string | null;
  events_as_of: string;
  calendar_as_of: string;
  created_by: string;
  created_at: string;
  released_by: string | null;
  released_at: string | null;
  runs?: object[];
}

let api: TestApi;
let analyst: string;
const [ours, theirs] = ["50000000-0000-4000-8000-000000000001", "50000000-0000-4000-8000-000000000002"] as const;
const king = holiday({ date: "2026-04-27", name: "King's Day" });

interface Told<Body> {
  status: number;
  headers: Headers;
  text: string;
  body: Body;
}

async function send<Body>(method: string, path: string, options: SendOptions = {}): Promise<Told<Body>> {
  const response = await api.send(method, path, { key: analyst, ...options });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text || "null") as Body };
}
const make = async (body: object = {}) => (await send<Snapshot>("POST", "/v1/snapshots", { body })).body;

async function post(...events: object[]): Promise<void> {
  expect((await api.send("POST", "/v1/events", { body: events })).status).toBe(200);
}
const sale = (given: Partial<SentEvent> & Record<string, unknown> = {}): SentEvent =>
  anEvent({
    location_id: ours,
    user_id: randomUUID(),
    event_timestamp: "2026-03-01T12:00:00Z",
    visit_date: "2026-04-27",
    ...given,
  });
const first = sale({ metadata: { total_amount: 10.1, currency: "EUR" } });

async function calendar(given: Partial<Parameters<typeof writeCalendar>[1]>): Promise<void> {
  const pin = await writeCalendar(api.database, { region: "NL", ...given });
  await syncLocations(api.database, [ours, theirs] as unknown as LocationId[], pin);
}

beforeAll(async () => {
  api = await openTestApi();
  analyst = await api.keyOf("analyst");
  for (const location_id of [ours, theirs]) {
    await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  }
  await calendar({ open: [king], coverage: { 2026: "full" } });
  await post(first, sale(), sale({ location_id: theirs }));
});
afterAll(() => api.close());

/** Every read that takes a snapshot. */
const reads = (snapshot: string): string[] => [
  `/v1/events?snapshot=${snapshot}`,
  `/v1/events/${first.event_id}?snapshot=${snapshot}`,
  `/v1/insights/daily?from=2026-03-01&to=2026-05-31&snapshot=${snapshot}`,
  `/v1/insights/daily?from=2026-03-01&to=2026-05-31&basis=visit&snapshot=${snapshot}`,
  `/v1/locations/${ours}/holidays?from=2026-01-01&to=2026-12-31&snapshot=${snapshot}`,
  `/v1/locations/${ours}/days?from=2026-04-26&to=2026-04-28&snapshot=${snapshot}`,
  `/v1/holidays?location_id=${ours}&location_id=${theirs}&from=2026-01-01&to=2026-12-31&snapshot=${snapshot}`,
];
const readAll = (snapshot: string, app = api.app) =>
  Promise.all(
    reads(snapshot).map(async (path) => {
      const response = await api.send("GET", path, { key: analyst, app });
      return {
        status: response.status,
        etag: response.headers.get("etag"),
        caching: response.headers.get("cache-control"),
        vary: response.headers.get("vary"),
        text: await response.text(),
      };
    }),
  );

test("201: as of now, settled, with its place and its entry in the audit; 200: the same again, and in the list", async () => {
  const made = await send<Snapshot>("POST", "/v1/snapshots", { body: { name: "Week 47" } });
  expect(made.status).toBe(201);
  const { snapshot_id: id, events_as_of: events, calendar_as_of: days, created_at: at } = made.body;
  expect(made.body).toMatchObject({ name: "Week 47", released_at: null, released_by: null });
  expect([events, days]).toEqual([at, at]);
  expect(made.headers.get("location")).toBe(`/v1/snapshots/${id}`);
  expect((await send<Snapshot>("GET", `/v1/snapshots/${id}`)).body).toEqual(made.body);
  const { rows } = await api.database.query("select actor, action, after from audit where object_id = $1", [id]);
  const { runs, ...told } = made.body;
  expect(runs).toEqual([]);
  expect(rows).toEqual([{ actor: told.created_by, action: "snapshot.created", after: told }]);
  const bare = await send<Snapshot>("POST", "/v1/snapshots");
  expect([bare.status, bare.body.name]).toEqual([201, null]);
  const list = await send<{ data: Snapshot[]; next_cursor: string }>("GET", "/v1/snapshots?limit=1");
  expect([{ ...list.body.data[0], runs }]).toEqual([bare.body]);
  const next = await send<{ data: Snapshot[] }>("GET", `/v1/snapshots?limit=1&cursor=${list.body.next_cursor}`);
  expect(next.body.data).toEqual([told]);
});

test("instants and dates mean what they mean in an as-of; what lies ahead is 422 with a pointer to each", async () => {
  const today = Temporal.Now.plainDateISO("UTC");
  const made = await make({ events_as_of: "2026-03-01T01:00:00+01:00", calendar_as_of: "2026-03-01" });
  expect([made.events_as_of, made.calendar_as_of]).toEqual([
    "2026-03-01T00:00:00.000000Z",
    "2026-03-01T23:59:59.999999Z",
  ]);
  const now = await make({ events_as_of: today.toString() });
  expect(now.events_as_of).toBe(now.created_at);
  const ahead = today.add({ days: 1 }).toString();
  const refused = await send<Problem>("POST", "/v1/snapshots", {
    body: { events_as_of: ahead, calendar_as_of: `${ahead}T00:00:00Z` },
  });
  expect([refused.status, refused.body.code]).toEqual([422, "as_of.future"]);
  expect(refused.body.errors.map(({ pointer }) => pointer)).toEqual(["/events_as_of", "/calendar_as_of"]);
  for (const body of [{ name: "" }, { name: "a".repeat(201) }, { events_as_of: "soon" }, { pins: 1 }]) {
    expect([body, (await send("POST", "/v1/snapshots", { body })).status]).toEqual([body, 422]);
  }
});

test("every read by a snapshot is the same to the byte, whatever comes later, in every process", async () => {
  const snapshot = await make();
  const before = await readAll(snapshot.snapshot_id);
  const echo = {
    snapshot_id: snapshot.snapshot_id,
    events_as_of: snapshot.events_as_of,
    calendar_as_of: snapshot.calendar_as_of,
  };
  for (const { status, etag, caching, vary, text } of before) {
    expect([status, etag?.startsWith('"'), caching]).toEqual([200, true, "private, max-age=31536000, immutable"]);
    expect(vary).toContain("authorization");
    expect(text).toContain(`"snapshot":${JSON.stringify(echo)}`);
  }
  await post({ ...first, version: 2, visit_date: "2026-04-28", metadata: { total_amount: 11, currency: "EUR" } });
  await post(sale({ metadata: { total_amount: 99, currency: "EUR" } }));
  await calendar({ open: [holiday({ date: "2026-04-28", name: "A new one" })], close: [king.holidayId] });
  await api.send("PATCH", `/v1/locations/${ours}`, { body: { time_zone: "Pacific/Auckland" } });
  expect(await readAll(snapshot.snapshot_id)).toEqual(before);
  expect(await readAll(snapshot.snapshot_id, api.twin())).toEqual(before);
  const later = await readAll((await make()).snapshot_id);
  for (const [place, { text }] of later.entries()) {
    expect(text).not.toBe(before[place]!.text);
  }
});

test("the instants of a snapshot are taken one by one: events of then beside the calendar of now", async () => {
  const then = await make();
  await post(sale({ location_id: theirs, event_timestamp: "2026-07-01T12:00:00Z" }));
  await calendar({ open: [holiday({ date: "2026-07-01", name: "Midsummer" })] });
  const mixed = await make({ events_as_of: then.events_as_of });
  const days = async (snapshot: Snapshot) =>
    (
      await send<{ as_of: null; data: { events: number }[] }>(
        "GET",
        `/v1/insights/daily?from=2026-07-01&to=2026-07-01&snapshot=${snapshot.snapshot_id}`,
      )
    ).body;
  expect(await days(mixed)).toMatchObject({ as_of: null, data: [] });
  const holidays = (snapshot: Snapshot) =>
    send<{ as_of: string; data: unknown[] }>(
      "GET",
      `/v1/locations/${ours}/holidays?from=2026-07-01&to=2026-07-01&snapshot=${snapshot.snapshot_id}`,
    );
  expect((await holidays(mixed)).body).toMatchObject({ as_of: mixed.calendar_as_of, data: [{ name: "Midsummer" }] });
  expect((await holidays(then)).body.data).toEqual([]);
  expect((await days(await make())).data).toHaveLength(1);
});

test("pages of a snapshot keep to it; a cursor of another list is none of it", async () => {
  const snapshot = await make();
  for (const path of ["/v1/events?limit=1", "/v1/insights/daily?from=2026-03-01&to=2026-07-31&limit=1"]) {
    const by = `${path}&snapshot=${snapshot.snapshot_id}`;
    const whole = await send<{ data: unknown[] }>("GET", by.replace("limit=1&", "limit=1000&"));
    const seen: unknown[] = [];
    for (let cursor = ""; ;) {
      const { body } = await send<{ data: unknown[]; next_cursor: string | null; snapshot: object }>(
        "GET",
        by + cursor,
      );
      expect(body.snapshot).toMatchObject({ snapshot_id: snapshot.snapshot_id });
      seen.push(...body.data);
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
      await post(sale());
    }
    expect(seen).toEqual(whole.body.data);
    const plain = await send<{ next_cursor: string }>("GET", path);
    const foreign = await send<Problem>("GET", `${by}&cursor=${plain.body.next_cursor}`);
    expect([foreign.status, foreign.body.code]).toEqual([422, "cursor.invalid"]);
    // Without the parameter a cursor of a snapshot still reads by it.
    const { next_cursor } = (await send<{ next_cursor: string }>("GET", by)).body;
    expect((await send("GET", `${path}&cursor=${next_cursor}`)).text).toContain(snapshot.snapshot_id);
  }
});

test("CSV, iCalendar and the query of many are read by a snapshot, too", async () => {
  const { snapshot_id: snapshot } = await make();
  const range = "from=2026-01-01&to=2026-12-31";
  const formats = ["csv", "ics"].map((format) => `/v1/locations/${ours}/holidays?${range}&format=${format}`);
  const texts = async () =>
    Promise.all(
      formats.map(async (path) => (await api.send("GET", `${path}&snapshot=${snapshot}`, { key: analyst })).text()),
    );
  const query = { location_ids: [theirs, ours], from: "2026-01-01", to: "2026-12-31", snapshot };
  const ask = () => send("POST", "/v1/holidays/query", { body: query });
  const [before, many] = [await texts(), await ask()];
  expect(many.status).toBe(200);
  await calendar({ open: [holiday({ date: "2026-09-01", name: "September" })] });
  expect(await texts()).toEqual(before);
  expect((await ask()).text).toBe(many.text);
  expect(many.text).toContain(snapshot);
});

test("the versions of an event are those of then, and none of them has ended later", async () => {
  const event = sale({ location_id: theirs });
  const { snapshot_id: none } = await make();
  await post(event);
  await post({ ...event, version: 2, metadata: { total_amount: 2, currency: "EUR" } });
  const { snapshot_id: snapshot } = await make();
  const versions = (by: string) =>
    send<{ data: { version: number; superseded_at: string | null }[]; code: string }>(
      "GET",
      `/v1/events/${event.event_id}/versions?snapshot=${by}`,
    );
  const before = await versions(snapshot);
  expect(before.body.data.map((each) => [each.version, each.superseded_at === null])).toEqual([
    [2, true],
    [1, false],
  ]);
  await post({ ...event, version: 4 });
  await post({ ...event, version: 3 });
  const after = await versions(snapshot);
  expect(after.text).toBe(before.text);
  expect(after.headers.get("cache-control")).toContain("immutable");
  const unknown = await versions(none);
  expect([unknown.status, unknown.body.code]).toEqual([404, "version.not_found"]);
});

test("304 for a copy that the caller has", async () => {
  const { snapshot_id: snapshot } = await make();
  for (const path of reads(snapshot)) {
    const { headers } = await send("GET", path);
    const again = await api.send("GET", path, {
      key: analyst,
      headers: { "if-none-match": headers.get("etag") ?? "" },
    });
    expect([path, again.status, again.headers.get("cache-control")]).toEqual([
      path,
      304,
      "private, max-age=31536000, immutable",
    ]);
  }
});

test("404 for a snapshot that there is not, 422 for no UUID and for two states at once, each with its pointer", async () => {
  const unknown = "00000000-0000-4000-8000-000000000000";
  for (const path of [...reads(unknown), `/v1/snapshots/${unknown}`]) {
    const { status, body } = await send<Problem>("GET", path);
    expect([path, status, body.code]).toEqual([path, 404, "snapshot.not_found"]);
  }
  expect((await send<Problem>("DELETE", `/v1/snapshots/${unknown}`)).body.code).toBe("snapshot.not_found");
  const { snapshot_id: snapshot } = await make();
  for (const path of reads(snapshot)) {
    const twice = await send<Problem>("GET", `${path}&as_of=2026-03-01`);
    expect([path, twice.status, twice.body.code]).toEqual([path, 422, "snapshot.ambiguous"]);
    expect(twice.body.errors).toMatchObject([{ pointer: "?snapshot", code: "snapshot.ambiguous" }]);
  }
  expect((await send<Problem>("GET", `${reads(snapshot)[1]}&version=1`)).body.code).toBe("snapshot.ambiguous");
  const body = { location_ids: [ours], from: "2026-01-01", to: "2026-01-31", snapshot, as_of: "2026-03-01" };
  const posted = await send<Problem>("POST", "/v1/holidays/query", { body });
  expect([posted.status, posted.body.errors[0]?.pointer]).toEqual([422, "/snapshot"]);
  expect((await send("GET", "/v1/events?snapshot=mine")).status).toBe(422);
});

test("a released snapshot still answers, is released once and stays in the list", async () => {
  const { snapshot_id: id } = await make();
  const before = await readAll(id);
  const released = await send<Snapshot>("DELETE", `/v1/snapshots/${id}`);
  expect([released.status, released.body.released_by]).toEqual([200, released.body.created_by]);
  expect((await send<Snapshot>("DELETE", `/v1/snapshots/${id}`, { key: await api.keyOf("analyst") })).body).toEqual(
    released.body,
  );
  expect(await readAll(id, api.twin())).toEqual(before);
  const { rows } = await api.database.query("select action from audit where object_id = $1 order by audit_id", [id]);
  expect(rows.map((row) => row["action"])).toEqual(["snapshot.created", "snapshot.released"]);
});

test("a snapshot that is made while somebody has stamped and not yet committed waits, and has what was stamped", async () => {
  const open = Promise.withResolvers<void>();
  const stamped = Promise.withResolvers<void>();
  const writer = api.database.transaction(async (tx) => {
    await tx.query("select clock_timestamp() from pg_advisory_xact_lock(2562621)");
    stamped.resolve();
    await open.promise;
  });
  await stamped.promise;
  const making = make();
  const waiting = `select 1 from pg_locks l join pg_database d on d.oid = l.database
    where locktype = 'advisory' and datname = current_database() and not granted`;
  await expect.poll(async () => (await api.database.query(waiting)).rowCount, { timeout: 30_000 }).toBe(1);
  const { now } = (await api.database.query<{ now: Date }>("select clock_timestamp()::text as now")).rows[0]!;
  open.resolve();
  await writer;
  const { events_as_of: at } = await making;
  const { rows } = await api.database.query("select $1::timestamptz > $2::timestamptz as later", [at, now]);
  expect(rows).toEqual([{ later: true }]);
});

test("an Idempotency-Key makes one snapshot; a reader makes and reads none; a limited key sees its own locations", async () => {
  const headers = { "idempotency-key": randomUUID() };
  const [one, two] = [
    await send<Snapshot>("POST", "/v1/snapshots", { body: {}, headers }),
    await send<Snapshot>("POST", "/v1/snapshots", { body: {}, headers }),
  ];
  expect(two.body).toEqual(one.body);
  const reader = await api.keyOf("reader");
  for (const [method, path] of [
    ["POST", "/v1/snapshots"],
    ["GET", "/v1/snapshots"],
    ["DELETE", `/v1/snapshots/${one.body.snapshot_id}`],
  ] as const) {
    expect([method, path, (await send(method, path, { key: reader })).status]).toEqual([method, path, 403]);
  }
  const limited = await api.keyOf("analyst", [theirs]);
  const events = await send<{ data: { location_id: string }[] }>("GET", `/v1/events?snapshot=${one.body.snapshot_id}`, {
    key: limited,
  });
  expect(new Set(events.body.data.map((event) => event.location_id))).toEqual(new Set([theirs]));
});
