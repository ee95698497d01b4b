// What a snapshot pins is read again to the row by somebody with the rights of a BI tool, whatever comes later.
import { randomBytes } from "node:crypto";
import { testDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { eventOf, loadEvents } from "@almanac/db/testing/events";
import { writeFeed } from "@almanac/db/testing/feeds";
import type { EventFacts } from "@almanac/domain/event/event";
import type { LocationId, SnapshotId } from "@almanac/domain/ids";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";
import { stampHistory } from "../history.ts";
import { findSnapshot, insertSnapshot, listSnapshots, readPinnedInstants, releaseSnapshot } from "./snapshots.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let analyst: Client;
let park: LocationId;
const login = `person_${randomBytes(6).toString("hex")}`;

const take = (name: string | null = null) =>
  database.transaction(async (tx) => {
    const now = await stampHistory(tx);
    return insertSnapshot(tx, now, { name, eventsAsOf: now, calendarAsOf: now, createdBy: "admin-key" });
  });
const release = (snapshotId: SnapshotId) =>
  database.transaction(async (tx) =>
    releaseSnapshot(tx, await stampHistory(tx), { snapshotId, releasedBy: "key:other" }),
  );
const paid = (n: number, version: number, visitDate: string, amount: string): EventFacts =>
  eventOf(n, version, {
    locationId: park,
    visitDate,
    eventTimeUs: Date.parse("2026-03-01T23:30:00Z") * 1_000,
    metadata: `{"total_amount": ${amount}, "currency": "EUR", "article_id": "7"}`,
  });
const article = (price: string) => ({
  dimension: "articles" as const,
  articleId: "7",
  articleName: "Day ticket",
  price,
  currency: "EUR",
});

/** Every relation of the mart that a snapshot pins. */
const pinned = ["events", "events_holidays", "location_holidays", "users", "tickets", "articles", "locations"] as const;

/** Each of them as JSON lines in one order; that a version was the newest then is no part of what it said. */
async function readAll(snapshotId: string): Promise<Record<string, string[]>> {
  const read: Record<string, string[]> = {};
  for (const name of pinned) {
    const { rows } = await analyst.query<{ line: string }>(
      `select (to_jsonb(r) - 'current_version')::text as line from mart.snapshot_${name}($1) r order by 1`,
      [snapshotId],
    );
    read[name] = rows.map((row) => row.line);
  }
  return read;
}

beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  await database.query(`create role ${login} login password 'secret' in role almanac_bi`);
  analyst = new Client({
    connectionString: Object.assign(new URL(clone.url), { username: login, password: "secret" }).href,
  });
  await analyst.connect();
  [park] = (await writeLocations(database, [{ timeZone: "Europe/Amsterdam" }])) as [LocationId];
  const open = [holiday({ date: "2026-04-27", name: "King's Day" })];
  await syncLocations(
    database,
    [park],
    await writeCalendar(database, { region: "NL", open, coverage: { 2026: "full" } }),
  );
  await writeFeed(database, "articles", [[article("20")]]);
  await loadEvents(database, [[paid(1, 1, "2026-04-27", "10"), paid(2, 1, "2026-04-28", "20")]]);
});
afterAll(async () => {
  await analyst.end();
  await database.query(`drop role ${login}`).catch(() => undefined);
  await database.close();
  await clone.close();
});

test("everything that a snapshot pins is read again to the row after loads, corrections, feeds, a move and a new calendar", async () => {
  const first = await take("March");
  const before = await readAll(first.snapshotId);
  expect(Object.entries(before).map(([name, rows]) => [name, rows.length])).toEqual([
    ["events", 2],
    ["events_holidays", 2],
    ["location_holidays", 1],
    ["users", 1],
    ["tickets", 0],
    ["articles", 1],
    ["locations", 1],
  ]);
  expect(before["events_holidays"]!.filter((line) => line.includes('"is_public_holiday": true'))).toHaveLength(1);

  await loadEvents(database, [[paid(1, 2, "2026-04-28", "11")]]);
  await loadEvents(database, [[paid(3, 1, "2026-04-27", "30")]]);
  await writeFeed(database, "articles", [[article("25")]]);
  await writeLocations(database, [{ locationId: park, timeZone: "Pacific/Auckland" }]);
  const moved = await writeCalendar(database, {
    region: "NL",
    open: [holiday({ date: "2026-04-28", name: "Another one" })],
  });
  await syncLocations(database, [park], moved);

  expect(await readAll(first.snapshotId)).toEqual(before);
  const after = await readAll((await take()).snapshotId);
  for (const name of ["events", "events_holidays", "location_holidays", "articles", "locations"]) {
    expect([name, after[name]]).not.toEqual([name, before[name]]);
  }
});

test("what is read by a snapshot that was made in the middle of loads is read again after them", async () => {
  const digest = async (snapshotId: string) =>
    (
      await database.query(
        `select count(*) as events, sum(hashtextextended(to_jsonb(e)::text, 0)::numeric) as hash
         from mart.snapshot_events($1) e`,
        [snapshotId],
      )
    ).rows[0];
  const loaders = [0, 1, 2].map((loader) =>
    loadEvents(
      database,
      Array.from({ length: 12 }, (_, chunk) =>
        Array.from({ length: 20 }, (_event, n) => paid(1_000 + n, chunk * 3 + loader + 1, "2026-04-28", `${chunk}.5`)),
      ),
    ),
  );
  const told: { snapshotId: string; read: unknown }[] = [];
  let isLoading = true;
  const loading = Promise.all(loaders).finally(() => (isLoading = false));
  do {
    const { snapshotId } = await take();
    told.push({ snapshotId, read: await digest(snapshotId) });
  } while (isLoading);
  await loading;
  for (const { snapshotId, read } of told) {
    expect(await digest(snapshotId)).toEqual(read);
  }
  expect(new Set(told.map(({ read }) => JSON.stringify(read))).size).toBeGreaterThan(2);
});

test("an id that is no snapshot's is an error, not an answer without rows", async () => {
  for (const name of pinned) {
    await expect(
      analyst.query(`select * from mart.snapshot_${name}('00000000-0000-4000-8000-000000000000')`),
      name,
    ).rejects.toMatchObject({ code: "P0002" });
  }
});

test("the functions are taken apart by the planner: a filter on them reaches the index of the events", async () => {
  const { snapshotId } = await take();
  await database.transaction(async (tx) => {
    await tx.query("set local enable_seqscan = off");
    for (const [name, filter, index] of [
      ["events", "event_timestamp between '2026-03-01' and '2026-03-02'", "events_time"],
      ["events_holidays", `event_id = '${paid(1, 1, "2026-04-27", "1").eventId}'`, "events_pkey"],
    ]) {
      const { rows } = await tx.query<Record<string, string>>(
        `explain select * from mart.snapshot_${name}('${snapshotId}') where ${filter}`,
      );
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect(plan).toContain(index);
      expect(plan).not.toContain("Function Scan on snapshot_events");
    }
  });
});

test("a snapshot is listed, found and released once; what is released pins nothing and stays", async () => {
  const [older, newer] = [await take("one"), await take("two")];
  const page = await listSnapshots(database, { limit: 2, before: null });
  expect(page).toEqual([newer, older]);
  expect((await listSnapshots(database, { limit: 1, before: newer.snapshotId }))[0]).toEqual(older);
  const pins = (await readPinnedInstants(database)).length;
  const released = await release(older.snapshotId);
  const { releasedAt: _open, ...same } = older;
  expect(released).toMatchObject({ releasedNow: true, snapshot: { ...same, releasedBy: "key:other" } });
  expect(released!.snapshot.releasedAt).not.toBeNull();
  expect(await release(older.snapshotId)).toEqual({ ...released, releasedNow: false });
  expect(await readPinnedInstants(database)).toHaveLength(pins - 1);
  expect(await findSnapshot(database, older.snapshotId)).toEqual(released!.snapshot);
  expect(await release("00000000-0000-4000-8000-000000000000" as SnapshotId)).toBeNull();
});

test("the database itself refuses what would break a pin", async () => {
  const { snapshotId } = await take();
  const refused: [string, string][] = [
    [`update snapshot set events_as_of = events_as_of - interval '1 day' where snapshot_id = '${snapshotId}'`, "23000"],
    [`update snapshot set name = 'other' where snapshot_id = '${snapshotId}'`, "23000"],
    [`delete from snapshot where snapshot_id = '${snapshotId}'`, "23000"],
    ["truncate snapshot", "23000"],
    [
      "insert into snapshot (events_as_of, calendar_as_of, created_by, created_at) values (now() + interval '1 day', now(), 'a', now())",
      "23514",
    ],
  ];
  for (const [statement, code] of refused) {
    await expect(database.query(statement), statement).rejects.toMatchObject({ code });
  }
  await release(snapshotId);
  await expect(
    database.query(`update snapshot set released_at = null, released_by = null where snapshot_id = '${snapshotId}'`),
  ).rejects.toMatchObject({ code: "23000" });
});
