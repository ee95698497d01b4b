import { type Database, openDatabase } from "@almanac/db/database";
import { mergePost } from "@almanac/db/event-posts";
import { findEvent } from "@almanac/db/events";
import { findLoad } from "@almanac/db/loads";
import { listRejects, type RejectRow } from "@almanac/db/rejects";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { eventIdOf, eventOf, linesOf, loadEvents, rejectOf, writeLoad } from "@almanac/db/testing/events";
import type { EventFacts } from "@almanac/domain/event/event";
import { type EventVersions, takeEvent } from "@almanac/domain/load/model";
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

async function post(events: readonly EventFacts[], rejects: readonly RejectRow[] = []) {
  const { loadId } = await writeLoad(database, { channel: "post" });
  const told = await database.transaction((tx) => mergePost(tx, { loadId, events: linesOf(events), rejects }));
  return { loadId, outcomes: told.map(({ outcome }) => outcome) };
}

test("each line is told what it came to, and the load is finished with the same counts", async () => {
  await loadEvents(database, [[eventOf(1, 2)]]);
  const { loadId, outcomes } = await post(
    [eventOf(1, 1), eventOf(1, 3), eventOf(1, 3), eventOf(1, 1, { extra: `{"a": 1}` }), eventOf(2, 1), eventOf(2, 2)],
    [rejectOf(7)],
  );
  expect(outcomes).toEqual(["stale", "updated", "duplicate", "conflict", "inserted", "updated", "rejected"]);
  expect(await findLoad(database, loadId)).toMatchObject({
    status: "partial",
    progress: 1,
    rows: { inserted: 1, updated: 2, duplicate: 1, stale: 1, conflict: 1, rejected: 1, total: 7 },
  });
  expect((await listRejects(database, loadId, { limit: 9 })).map(({ line, code }) => [line, code])).toEqual([
    [4, "event.conflict"],
    [7, "event.invalid"],
  ]);
  expect(await findEvent(database, eventIdOf(1), null)).toMatchObject({ version: 3, loadId, line: 2 });
});

test("numbers and scripts arrive as they were sent", async () => {
  const metadata = `{"n": 12345678901234567890.123456789, "s": "é \\" 𝄞"}`;
  await post([
    eventOf(1, 1, { metadata, extra: `{"x": 1e400}`, visitDate: "2026-05-01", eventTimeUs: 1_700_000_000_123_456 }),
  ]);
  expect(await findEvent(database, eventIdOf(1), null)).toMatchObject({
    metadata,
    extra: `{"x": 1${"0".repeat(400)}}`,
    visitDate: "2026-05-01",
    eventTimestamp: "2023-11-14T22:13:20.123456Z",
  });
});

const lines = fc.array(
  fc
    .record({
      n: fc.nat(3),
      version: fc.integer({ min: 1, max: 4 }),
      isOther: fc.nat(5).map((dice) => dice === 0),
      isFilled: fc.boolean(),
    })
    .map(({ n, version, isOther, isFilled }) => {
      const event = eventOf(n, version, isOther ? { metadata: `{"other": ${version}}` } : {});
      return isFilled ? { ...event, metadata: '{"filled": "in"}', received: event.metadata } : event;
    }),
  { minLength: 1, maxLength: 12 },
);

test("any posts one after the other are told what the sequential model says, line by line", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { minLength: 1, maxLength: 4 }), async (posts) => {
      await database.query("truncate events, event_history");
      const versions: EventVersions = new Map();
      for (const events of posts) {
        const wanted = events.map((event) => takeEvent(versions, event));
        expect((await post(events)).outcomes).toEqual(wanted);
      }
    }),
    { numRuns: 40 },
  );
});

test("the same post 16 times at once is one effect", async () => {
  const events = Array.from({ length: 20 }, (_, n) => eventOf(n));
  const posts = await Promise.all(Array.from({ length: 16 }, () => post(events)));
  const all = posts.flatMap(({ outcomes }) => outcomes);
  expect(all.filter((outcome) => outcome === "inserted").length).toBe(20);
  expect(all.filter((outcome) => outcome === "duplicate").length).toBe(15 * 20);
});
