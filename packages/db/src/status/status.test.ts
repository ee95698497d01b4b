// The overview stays quick when there is much: indexes of what is not well, and no look at what is.
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "../../testing/database.ts";
import { type Database, openDatabase } from "../database.ts";
import { freshnessSql, readFreshness } from "./locations.ts";
import { loadStatusSql } from "./work.ts";

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const made = await testDatabase();
  drop = made.close;
  database = await openDatabase({ url: made.url, poolSize: 2, applicationName: "status test" });
  await database.query(
    `insert into load (dataset, channel, content_sha256, media_type, bytes, stored_bytes, raw_uri, requested_by, status,
       finished_at, received_at)
     select 'events', 'post', sha256(n::text::bytea), 'application/json', 1, 1, 'file:x', 'test', 'succeeded',
       clock_timestamp(), clock_timestamp()
     from generate_series(1, 20000) as n`,
  );
  await database.query("vacuum analyze load");
});
afterAll(async () => {
  await database.close();
  await drop();
});

test.each(["day", "failed", "unfinished", "rejected"] as const)("no post is looked at for %s", async (part) => {
  const { rows } = await database.query<{ "QUERY PLAN": string }>(`explain (costs off) ${loadStatusSql[part]}`);
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).not.toMatch(/Seq Scan on load\b/);
  expect(plan).toMatch(/load_(finished|unfinished|unwell)/);
});

test("ten thousand locations are looked at by their newest run and failure alone, and few are named", async () => {
  await database.query(
    `with place as (
       insert into location (location_id) select gen_random_uuid() from generate_series(1, 10000) returning location_id
     )
     insert into location_state (location_id, state_no, country_code, subdivision_code, active, recorded)
     select location_id, 1, 'NL', 'NL-FL', true, tstzrange(clock_timestamp(), null) from place`,
  );
  await database.query(
    `with calendar as (
       insert into calendar (source, region, current_revision) values ('offline', 'NL', 1) returning calendar_id
     ), revision as (
       insert into calendar_revision (calendar_id, revision, added, removed, moved, renamed)
       select calendar_id, 1, 1, 0, 0, 0 from calendar returning calendar_id
     ), asked as (
       insert into sync (trigger, requested_by, source, location_ids, years)
       select 'api', 'test', 'offline', array_agg(location_id), '{2026}' from location returning sync_no
     ), failed as (
       insert into sync_failure (sync_no, location_id, outcome, code, detail)
       select sync_no, location_id, 'failed', 'holiday.source_timeout', 'No answer.' from asked, location
       where location_no % 2 = 0
     )
     insert into location_version_run (location_id, first_version, first_synced_at, calendar_id, revision, added, removed,
       moved, renamed, versions, synced_at, sync_nos)
     select location_id, n, at, calendar_id, 1, 0, 0, 0, 0, array[n], array[at], array[sync_no]
     from location, revision, asked, generate_series(1, 3) as n,
       lateral (select timestamptz '2026-11-20' + n * interval '1 hour' as at) t
     order by location_id, n`,
  );
  await database.query("vacuum analyze location, location_state, location_version_run, sync_failure");
  const { rows } = await database.query<{ "QUERY PLAN": string }>(`explain (costs off) ${freshnessSql}`, [
    null,
    "2026-11-22T00:00:00Z",
    5,
  ]);
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toMatch(/location_version_run_pkey/);
  expect(plan).toMatch(/sync_failure_newest/);
  const found = await readFreshness(database, { only: null, staleBefore: "2026-11-22T00:00:00Z", named: 5 });
  const { failing, stale } = found.states;
  expect([found.active, failing.count, stale.count, failing.named.length]).toEqual([10_000, 5_000, 5_000, 5]);
});
