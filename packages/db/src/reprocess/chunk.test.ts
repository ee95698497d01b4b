// A run's chunks beside everybody else: what it looks at, what it writes, and when it may not write any more.
import { randomUUIDv7 } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Database, openDatabase } from "@almanac/db/database";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { chunkOf, eventIdOf, eventOf, linesOf, loadEvents, openLanes } from "@almanac/db/testing/events";
import type { EventId, RunId } from "@almanac/domain/ids";
import { emptyTally } from "@almanac/domain/reprocess/tally";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { commitChunk } from "./chunk.ts";
import { claimRange, claimRun, type RangeClaim } from "./claims.ts";
import { insertPlan, settleRun } from "./plan.ts";
import { readEvents } from "./read.ts";
import { findRun, insertRun, type RunView } from "./runs.ts";

const last = "ffffffff-ffff-ffff-ffff-ffffffffffff" as EventId;
let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, poolSize: 20 });
});
afterAll(async () => {
  await database.close();
  await server.close();
});
beforeEach(async () => {
  await database.query("truncate events, event_history; delete from batch where run_id is not null");
  await database.query("truncate reprocess_range, reprocess_failure; delete from reprocess_run");
});

/** A run over everything, planned and claimed. */
async function planned(): Promise<RunView> {
  const runId = randomUUIDv7() as RunId;
  await database.transaction((tx) =>
    insertRun(tx, {
      runId,
      eventType: "PaymentSuccessful",
      selection: "all",
      mode: "publish",
      trigger: "api",
      toVersion: 2,
      reason: null,
      requestedBy: "test",
    }),
  );
  const claimed = (await claimRun(database, runId))!;
  await settleRun(database, claimed, null);
  await database.transaction((tx) => insertPlan(tx, claimed, { total: 3, uptoIds: [last] }));
  return (await findRun(database, runId))!;
}

const all = { afterId: null, uptoId: last };

/** Writes other metadata for the events that were read. */
function write(run: RunView, range: RangeClaim, events: Awaited<ReturnType<typeof readEvents>>) {
  return commitChunk(database, {
    run,
    ...range,
    isLast: true,
    changed: events.map((event) => ({ ...event, metadata: '{"is": "new"}' })),
    unchanged: 0,
    failed: [],
    articleIds: [],
    tally: emptyTally(),
  });
}

test("what is committed after the settled instant is left alone, although it can be seen", async () => {
  await loadEvents(database, [[eventOf(1), eventOf(2)]]);
  const run = await planned();
  await loadEvents(database, [[eventOf(2, 2), eventOf(3)]]);
  const events = await readEvents(database, run, all, 10);
  expect(events.map(({ eventId, version }) => [eventId, version])).toEqual([[eventIdOf(1), 1]]);
});

test("a row that is newer when it is written than when it was read stays as it is, and is not counted", async () => {
  await loadEvents(database, [[eventOf(1), eventOf(2)]]);
  const run = await planned();
  const range = (await claimRange(database, run.runId, 0))!;
  const events = await readEvents(database, run, all, 10);
  await loadEvents(database, [[eventOf(1, 2)]]);
  expect(await write(run, range, events)).toEqual({ changed: 1, unchanged: 0, failed: 0 });
  const { rows } = await database.query("select version, revision from events order by event_id");
  expect(rows).toEqual([
    { version: 2, revision: 1 },
    { version: 1, revision: 2 },
  ]);
});

test("whoever holds an older fence of a range writes nothing any more", async () => {
  await loadEvents(database, [[eventOf(1)]]);
  const run = await planned();
  const first = (await claimRange(database, run.runId, 0))!;
  const events = await readEvents(database, run, all, 10);
  const second = (await claimRange(database, run.runId, 0))!;
  await expect(write(run, first, events)).rejects.toMatchObject({ code: "reprocess.taken_over" });
  const { rows } = await database.query("select revision from events union all select revision from event_history");
  expect(rows).toEqual([{ revision: 1 }]);
  expect(await write(run, second, events)).toMatchObject({ changed: 1 });
  expect(await claimRange(database, run.runId, 0)).toBeNull();
});

test("a chunk and a lane that meet on the same events wait for each other in one order", async () => {
  await loadEvents(database, [[eventOf(1), eventOf(2), eventOf(3)]]);
  const run = await planned();
  const range = (await claimRange(database, run.runId, 0))!;
  const events = await readEvents(database, run, all, 10);
  const { lanes, close } = await openLanes(database, 1);
  const blocker = await database.pool.connect();
  await blocker.query("begin");
  await blocker.query("select from events where event_id = $1 for update", [eventIdOf(2)]);
  // Given in another order than everybody's.
  const meeting = Promise.allSettled([
    write(run, range, events.toReversed()),
    lanes[0]!.merge(chunkOf(linesOf([eventOf(3, 2), eventOf(2, 2), eventOf(1, 2)]))),
  ]);
  for (let waiting = 0; waiting < 2; await delay(5)) {
    const { rows } = await database.query<{ waiting: number }>(
      "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    waiting = rows[0]!.waiting;
  }
  await blocker.query("commit");
  blocker.release();
  const met = await meeting;
  await close();
  expect(met.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  const { rows } = await database.query<{ version: number }>("select version from events");
  expect(rows.map(({ version }) => version)).toEqual([2, 2, 2]);
});
