import { type Database, openDatabase } from "@almanac/db/database";
import { openLane } from "@almanac/db/event-lanes";
import { claimLoad, finishLoad } from "@almanac/db/load-claims";
import { findLoad, requestCancel } from "@almanac/db/loads";
import { listRejects } from "@almanac/db/rejects";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { chunkOf, eventIdOf, eventOf, linesOf, loadEvents, openLanes, rejectOf } from "@almanac/db/testing/events";
import type { EventFacts } from "@almanac/domain/event/event";
import { type EventVersions, takeEvents } from "@almanac/domain/load/model";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

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

const none = { inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0 };

/** Every version that is stored: event, version, content and whether it is current. */
async function stored() {
  const { rows } = await database.query<{ event_id: string; version: number; metadata: unknown; current: boolean }>(
    `select event_id, version, metadata, true as current from events
     union all select event_id, version, metadata, false from event_history order by event_id, version`,
  );
  return rows.map((row) => [row.event_id, row.version, row.metadata, row.current]);
}

function expected(versions: EventVersions) {
  return [...versions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, known]) => {
      const newest = Math.max(...known.keys());
      return [...known.values()]
        .sort((a, b) => a.version - b.version)
        .map((event) => [id, event.version, JSON.parse(event.metadata) as unknown, event.version === newest]);
    });
}

test("every column arrives as it was sent, in whatever script", async () => {
  const full = eventOf(1, 2_147_483_647, {
    eventType: "Сканировано 🎟",
    eventTimeUs: Date.UTC(1969, 11, 31, 23, 59, 59) * 1_000 + 123_456,
    userId: "0123cdef-89ab-4def-8123-456789abcdef",
    relatedId: "ffffffff-ffff-4fff-bfff-ffffffffffff",
    locationId: "00000000-0000-4000-8000-000000000000",
    visitDate: "1999-12-31",
    schemaVersion: 7,
    metadata: `{"n": 12345678901234567890.123456789, "s": "é\\u0041 𝄞", "e": 1e400}`,
    extra: `{"x": [1, null]}`,
  });
  const far = eventOf(2, 1, { eventTimeUs: Date.UTC(2200, 11, 31) * 1_000 + 999_999, visitDate: "9999-12-31" });
  await loadEvents(database, [[full, far, eventOf(3, 1, { metadata: `{"long": "${"ü".repeat(400_000)}"}` })]]);
  const { rows } = await database.query(
    `select event_id, event_type, event_timestamp, user_id, related_id, version, metadata::text, location_id, visit_date,
       schema_version, extra::text, line::int from events order by event_id`,
  );
  expect(rows[0]).toEqual({
    event_id: full.eventId,
    event_type: full.eventType,
    event_timestamp: "1969-12-31 23:59:59.123456+00",
    user_id: full.userId,
    related_id: full.relatedId,
    version: 2_147_483_647,
    metadata: `{"e": 1${"0".repeat(400)}, "n": 12345678901234567890.123456789, "s": "éA 𝄞"}`,
    location_id: full.locationId,
    visit_date: "1999-12-31",
    schema_version: 7,
    extra: full.extra,
    line: 1,
  });
  expect(rows[1]).toMatchObject({ event_timestamp: "2200-12-31 00:00:00.999999+00", visit_date: "9999-12-31" });
  expect(JSON.parse(rows[2]!.metadata as string)).toEqual({ long: "ü".repeat(400_000) });
});

test("in one chunk and across chunks, a line counts as if the lines before it had been taken one by one", async () => {
  const other = { metadata: `{"other": true}` };
  const { counts } = await loadEvents(database, [
    [eventOf(1, 1), eventOf(1, 3), eventOf(1, 2), eventOf(1, 3), eventOf(1, 2, other), eventOf(2, 2), eventOf(2, 1)],
    [eventOf(1, 1), eventOf(1, 3, other), eventOf(2, 5), eventOf(2, 4), eventOf(3, 2), eventOf(3, 3), eventOf(2, 6)],
    [eventOf(2, 3), eventOf(2, 3, other), eventOf(2, 3), eventOf(1, 9)],
  ]);
  expect(counts).toEqual([
    { ...none, inserted: 2, updated: 1, stale: 2, duplicate: 1, conflict: 1 },
    { ...none, duplicate: 1, conflict: 1, updated: 3, stale: 1, inserted: 1 },
    { ...none, stale: 1, conflict: 1, duplicate: 1, updated: 1 },
  ]);
});

const lines = fc.array(
  fc
    .record({ n: fc.nat(5), version: fc.integer({ min: 1, max: 4 }), isOther: fc.nat(9).map((dice) => dice === 0) })
    .map(({ n, version, isOther }) => eventOf(n, version, isOther ? { metadata: `{"other": ${version}}` } : {})),
  { minLength: 1, maxLength: 14 },
);

test("any lines in any chunks come to what the sequential model says: counters, versions, contents", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { minLength: 1, maxLength: 4 }), async (chunks) => {
      await database.query("truncate events, event_history");
      const versions: EventVersions = new Map();
      const wanted = chunks.map((events) => takeEvents(versions, events));
      const { counts } = await loadEvents(database, chunks);
      expect(counts).toEqual(wanted);
      expect(await stored()).toEqual(expected(versions));
    }),
    { numRuns: 60 },
  );
});

test("after chunks of new events alone a lane asks no more which ones are known, and loses nothing when one is", async () => {
  const fresh = (chunk: number) => [0, 1, 2].map((n) => eventOf(10 * chunk + n, 2));
  const known = [eventOf(10, 1), eventOf(11, 2), eventOf(11, 2, { metadata: `{"other": true}` }), eventOf(12, 3)];
  const chunks = [1, 2, 3, 4, 5, 6, 7, 8].map(fresh);
  // A third one is known; several lines of an event that is new; nothing new at all.
  chunks[2]!.push(...known);
  chunks[5]!.push(eventOf(60, 3), eventOf(60, 1), eventOf(61, 2));
  chunks[7] = [eventOf(20, 2), eventOf(21, 9)];
  const versions: EventVersions = new Map();
  const wanted = chunks.map((events) => takeEvents(versions, events));
  const { counts } = await loadEvents(database, chunks);
  expect(counts).toEqual(wanted);
  expect(await stored()).toEqual(expected(versions));
  // What was taken for new and refused has left its mark: the table has given out more room than it has rows.
  const { rows } = await database.query<{ tried: boolean }>(
    "select max((ctid::text::point)[1]::int) > count(*) as tried from events where (ctid::text::point)[0] = 0",
  );
  expect(rows).toEqual([{ tried: true }]);
});

test("a conflict is kept as a reject with its line, and the load is partial", async () => {
  const conflicting: EventFacts = eventOf(1, 1, { extra: `{"seller": "x"}` });
  const { loadId } = await loadEvents(database, [[eventOf(1), conflicting]]);
  expect(await listRejects(database, loadId, { limit: 10 })).toEqual([
    {
      line: 2,
      code: "event.conflict",
      pointer: "",
      detail: "Version 1 of this event is known with other content; the first one stays.",
      raw: `${eventIdOf(1)} 1 ${conflicting.metadata}`,
      rawBytes: null,
      byteOffset: 100,
      byteLength: 99,
      replayedBy: null,
      mendedBy: null,
    },
  ]);
  expect(await findLoad(database, loadId)).toMatchObject({
    status: "partial",
    progress: 1,
    rows: { ...none, inserted: 1, conflict: 1, total: 2 },
  });
});

test("a repeated load under other bytes writes no row and locks none", async () => {
  const events = Array.from({ length: 500 }, (_, n) => eventOf(n));
  await loadEvents(database, [events]);
  const marks = () => database.query("select xmin, xmax, ctid from events order by event_id").then(({ rows }) => rows);
  const before = await marks();
  const { counts } = await loadEvents(database, [events.map((event) => ({ ...event, schemaVersion: 2 }))]);
  expect(counts).toEqual([{ ...none, duplicate: 500 }]);
  expect(await marks()).toEqual(before);
});

test("an older fence can not commit, and leaves nothing", async () => {
  const { loadId, lanes, close } = await openLanes(database, 1);
  await lanes[0]!.merge(chunkOf(linesOf([eventOf(1)])));
  const newer = (await claimLoad(database, loadId, { lanes: 9, schemas: { other: 1 } }))!;
  expect(newer).toMatchObject({ fence: 2, schemas: {}, lanes: [{ lane: 0, position: 1, bytePosition: 100 }] });
  await expect(lanes[0]!.merge(chunkOf(linesOf([eventOf(2)], 2), [rejectOf(3)]))).rejects.toMatchObject({
    category: "conflict",
    code: "load.taken_over",
  });
  await expect(finishLoad(database, loadId, 1, { total: 1 })).rejects.toMatchObject({ code: "load.taken_over" });
  await close();
  expect((await stored()).length).toBe(1);
  expect(await listRejects(database, loadId, { limit: 10 })).toEqual([]);
  expect(await findLoad(database, loadId)).toMatchObject({ rows: { total: 1 }, status: "running" });
});

test("whoever comes late to a line that is a reject by now hears that the load was taken over", async () => {
  const { loadId, lanes, close } = await openLanes(database, 1);
  const newer = (await claimLoad(database, loadId, { lanes: 9, schemas: { other: 1 } }))!;
  const successor = await openLane(database, { loadId, lane: 0, fence: newer.fence, position: 0 });
  const chunk = () => chunkOf(linesOf([eventOf(1)]), [rejectOf(2)]);
  expect(await successor.merge(chunk())).toEqual({ ...none, inserted: 1, rejected: 1 });
  await expect(lanes[0]!.merge(chunk())).rejects.toMatchObject({ category: "conflict", code: "load.taken_over" });
  await successor.close();
  await close();
  expect(await findLoad(database, loadId)).toMatchObject({ rows: { ...none, inserted: 1, rejected: 1, total: 2 } });
});

test("two who hold the same fence can not both move a lane", async () => {
  const { loadId, fence, lanes, close } = await openLanes(database, 1);
  const twin = await openLane(database, { loadId, lane: 0, fence, position: 0 });
  await lanes[0]!.merge(chunkOf(linesOf([eventOf(1)])));
  await expect(twin.merge(chunkOf(linesOf([eventOf(1)])))).rejects.toMatchObject({ code: "load.taken_over" });
  await Promise.all([close(), twin.close()]);
});

test("a load that is asked to stop takes no further chunk", async () => {
  const { loadId, lanes, close } = await openLanes(database, 1);
  await lanes[0]!.merge(chunkOf(linesOf([eventOf(1)])));
  await database.transaction((tx) => requestCancel(tx, loadId));
  await expect(lanes[0]!.merge(chunkOf(linesOf([eventOf(2)], 2)))).rejects.toMatchObject({ code: "load.cancelled" });
  await close();
  expect((await stored()).length).toBe(1);
});

test.each(["copy-half", "copy-end", "merge", "history", "before-commit"] as const)(
  "a failure at %s leaves nothing of the chunk; the lane takes it again",
  async (failing) => {
    let isFailing = true;
    const { loadId, lanes, close } = await openLanes(database, 1, {
      reached: (point) => {
        if (isFailing && point === failing) throw new Error("broken here");
      },
    });
    const chunk = chunkOf(linesOf([eventOf(1), eventOf(1, 2)]), [rejectOf(3)]);
    await expect(lanes[0]!.merge(chunk)).rejects.toThrow("broken here");
    const { rows } = await database.query(
      "select from batch where load_id = $1 union all select from reject where load_id = $1",
      [loadId],
    );
    expect([await stored(), rows]).toEqual([[], []]);
    isFailing = false;
    expect(await lanes[0]!.merge(chunk)).toEqual({ ...none, inserted: 1, updated: 1, rejected: 1 });
    await close();
  },
);

test("a lane whose connection is lost says that the database is unavailable", async () => {
  const { lanes, close } = await openLanes(database, 1, {
    reached: async (point) => {
      if (point !== "history") return;
      await database.query(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'",
      );
    },
  });
  await expect(lanes[0]!.merge(chunkOf(linesOf([eventOf(1)])))).rejects.toMatchObject({ code: "database.unavailable" });
  await close();
  expect(await stored()).toEqual([]);
});

test("a load that was counted wrongly has failed", async () => {
  const { loadId, fence, lanes, close } = await openLanes(database, 2);
  await lanes[0]!.merge(chunkOf(linesOf([eventOf(1)])));
  await lanes[1]!.merge(chunkOf(linesOf([eventOf(2)], 2)));
  await close();
  expect(await finishLoad(database, loadId, fence, { total: 3 })).toBe("failed");
  expect(await findLoad(database, loadId)).toMatchObject({
    errorCode: "load.miscounted",
    errorDetail: "3 lines were read and 2 were counted.",
    rows: { total: 2 },
  });
});
