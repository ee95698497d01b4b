import { type Database, openDatabase, type Queryable } from "@almanac/db/database";
import { type EventFilter, type EventView, findEvent, listEvents, listEventVersions } from "@almanac/db/events";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { eventIdOf, eventOf, loadEvents } from "@almanac/db/testing/events";
import type { EventFacts } from "@almanac/domain/event/event";
import fc from "fast-check";
import type { QueryConfig, QueryResult } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url });
});

afterAll(async () => {
  await database.close();
  await server.close();
});

beforeEach(async () => {
  await database.query("truncate events, event_history");
});

const told = (events: readonly EventView[]) => events.map(({ eventId, version }) => [eventId, version]);
const names = (...events: [n: number, version: number][]) => events.map(([n, version]) => [eventIdOf(n), version]);

/** The system time of the newest batch. */
async function newest(): Promise<string> {
  const { rows } = await database.query<{ at: string }>("select max(committed_at) as at from batch");
  return rows[0]!.at;
}

test("newest first, each filter alone and all of them together", async () => {
  const [user, cart, park] = ["a", "b", "c"].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
  const other = "00000000-0000-4000-8000-0000000000ff";
  await loadEvents(database, [
    [
      eventOf(1, 1, { userId: other }),
      eventOf(2, 1, { relatedId: cart! }),
      eventOf(3, 1, { locationId: park! }),
      eventOf(4, 1, { eventType: "BarcodeScanned", relatedId: cart!, locationId: park! }),
    ],
  ]);
  const find = async (filter: Partial<EventFilter>) => told(await listEvents(database, { limit: 10, ...filter }));
  const at = (await findEvent(database, eventIdOf(2), null))!.eventTimestamp;
  expect(at).toBe("2026-06-01T00:00:02.000000Z");
  expect(await find({})).toEqual(names([4, 1], [3, 1], [2, 1], [1, 1]));
  expect(await find({ limit: 1 })).toEqual(names([4, 1]));
  expect(await find({ userId: other })).toEqual(names([1, 1]));
  expect(await find({ relatedId: cart! })).toEqual(names([4, 1], [2, 1]));
  expect(await find({ locationId: park! })).toEqual(names([4, 1], [3, 1]));
  expect(await find({ locationIds: [park!, other] })).toEqual(names([4, 1], [3, 1]));
  expect(await find({ locationIds: [] })).toEqual([]);
  expect(await find({ eventType: "BarcodeScanned" })).toEqual(names([4, 1]));
  expect(await find({ from: at })).toEqual(names([4, 1], [3, 1], [2, 1]));
  expect(await find({ to: at })).toEqual(names([1, 1]));
  const all = {
    userId: user!,
    relatedId: cart!,
    locationId: park!,
    locationIds: [park!],
    eventType: "BarcodeScanned",
    from: at,
  };
  expect(await find(all)).toEqual(names([4, 1]));
  expect(await find({ ...all, asOf: await newest() })).toEqual(names([4, 1]));
});

test("pages behind a cursor show every event once, those of the same instant too", async () => {
  const events = Array.from({ length: 30 }, (_, n) => eventOf(n, 1, { eventTimeUs: Math.floor(n / 7) * 1_000_000 }));
  await loadEvents(database, [events, events.slice(5, 20).map((event) => ({ ...event, version: 2 }))]);
  const asOf = await newest();
  for (const pinned of [null, asOf]) {
    const seen: EventView[] = [];
    for (let after: EventFilter["after"] = null; ; after = seen.at(-1)!) {
      const page = await listEvents(database, { limit: 4, after, asOf: pinned });
      seen.push(...page);
      if (page.length < 4) break;
    }
    expect(seen.length).toBe(30);
    expect(seen).toEqual(await listEvents(database, { limit: 100, asOf: pinned }));
  }
});

const steps = fc.array(
  fc.array(
    fc
      .record({ n: fc.nat(4), version: fc.integer({ min: 1, max: 5 }), minutes: fc.nat(3) })
      .map(({ n, version, minutes }): EventFacts =>
        eventOf(n, version, { eventTimeUs: minutes * 60_000_000, metadata: `{"version": ${version}}` }),
      ),
    { minLength: 1, maxLength: 8 },
  ),
  { minLength: 1, maxLength: 5 },
);

test("an as-of answer is what was shown then, whatever has come since", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (chunks) => {
      await database.query("truncate events, event_history");
      const shown: { at: string; list: EventView[] }[] = [];
      for (const chunk of chunks) {
        await loadEvents(database, [chunk]);
        shown.push({ at: await newest(), list: await listEvents(database, { limit: 100 }) });
      }
      for (const { at, list } of shown) {
        expect(await listEvents(database, { limit: 100, asOf: at })).toEqual(list);
        for (const event of list) {
          expect(await findEvent(database, event.eventId, { asOf: at })).toEqual(event);
        }
      }
    }),
    { numRuns: 25 },
  );
});

test("before it was recorded an event is not there", async () => {
  await loadEvents(database, [[eventOf(1)]]);
  const event = (await findEvent(database, eventIdOf(1), null))!;
  const before = Temporal.Instant.from(event.recordedAt).subtract({ microseconds: 1 }).toString();
  expect(await findEvent(database, eventIdOf(1), { asOf: before })).toBeNull();
  expect(await listEvents(database, { limit: 10, asOf: before })).toEqual([]);
});

test("the versions of an event tell where each came from and how long it was current", async () => {
  const { loadId: first } = await loadEvents(database, [[eventOf(1, 1), eventOf(2, 1)]]);
  const { loadId: second } = await loadEvents(database, [[eventOf(2, 2), eventOf(1, 4)], [eventOf(1, 2)]]);
  const versions = await listEventVersions(database, eventIdOf(1), { limit: 9 });
  expect(await listEventVersions(database, eventIdOf(1), { below: { version: 4, revision: 1 }, limit: 1 })).toEqual([
    versions[1],
  ]);
  const [fourth, stale, oldest] = versions as [EventView, EventView, EventView];
  expect(versions.map(({ version, loadId, line }) => [version, loadId, line])).toEqual([
    [4, second, 2],
    [2, second, 3],
    [1, first, 1],
  ]);
  expect([fourth.supersededAt, stale.supersededAt, oldest.supersededAt]).toEqual([
    null,
    stale.recordedAt,
    fourth.recordedAt,
  ]);
  expect(oldest.recordedAt < fourth.recordedAt && fourth.recordedAt < stale.recordedAt).toBe(true);
  expect(await findEvent(database, eventIdOf(1), { version: 2 })).toEqual(stale);
  expect(await findEvent(database, eventIdOf(1), { version: 4 })).toEqual(fourth);
  expect(await findEvent(database, eventIdOf(1), { version: 3 })).toBeNull();
  expect(await findEvent(database, eventIdOf(9), null)).toBeNull();
  expect(await listEventVersions(database, eventIdOf(9), { limit: 9 })).toEqual([]);
});

describe("with many rows a page is read from an index in its order", () => {
  beforeAll(async () => {
    await database.query("truncate events, event_history");
    await database.query(
      `insert into events (event_id, event_type, event_timestamp, user_id, related_id, version, metadata, schema_version,
         batch_id, line)
       select md5(n::text)::uuid, 'PaymentSuccessful', '2026-01-01Z'::timestamptz + n * interval '1 minute',
         md5((n % 1000)::text)::uuid, md5((n % 5000)::text || 'r')::uuid, 2, '{}', 1, (select max(batch_id) from batch), n
       from generate_series(1, 60000) as n`,
    );
    await database.query(
      `insert into event_history select event_id, event_type, event_timestamp, user_id, related_id, 1, metadata, null, null,
         1, null, batch_id, line, batch_id from events`,
    );
    await database.query("analyze events, event_history, batch");
  });

  /** The plan of the last statement that a read runs, as text. */
  async function planOf(read: (queryable: Queryable) => Promise<unknown>): Promise<string> {
    let plan = "";
    const explaining: Queryable = {
      query: async <Row extends object>(text: string | QueryConfig, values?: unknown[]) => {
        const statement = typeof text === "string" ? text : text.text;
        const bound = typeof text === "string" ? values : text.values;
        const { rows } = await database.query<{ "QUERY PLAN": string }>(`explain (costs off) ${statement}`, bound);
        plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
        return (await database.query(text, values)) as unknown as QueryResult<Row & Record<string, unknown>>;
      },
    };
    await read(explaining);
    return plan;
  }

  const asOf = "2100-01-01T00:00:00Z";
  const user = "c4ca4238-a0b9-2382-0dcc-509a6f75849b";
  test.each<[string, Partial<EventFilter>, RegExp[]]>([
    ["all", {}, [/Index Scan Backward using events_time/]],
    ["a user's", { userId: user }, [/Index Scan Backward using events_user/]],
    ["a cart's", { relatedId: user }, [/events_related/]],
    [
      "a day",
      { from: "2026-01-02Z", to: "2026-01-03Z" },
      [/events_time[^]*Index Cond: \(\(event_timestamp >= .*event_timestamp < /],
    ],
    [
      "a day as of lately",
      { from: "2026-01-02Z", to: "2026-01-03Z", asOf },
      [/events_time/, /using event_history_superseded/],
    ],
  ])("%s", async (_name, filter, shapes) => {
    const plan = await planOf((queryable) => listEvents(queryable, { limit: 100, ...filter }));
    for (const shape of shapes) expect(plan).toMatch(shape);
    expect(plan).not.toMatch(/Seq Scan on event/);
  });
});
