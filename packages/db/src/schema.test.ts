import { fileURLToPath } from "node:url";
import { testDatabase } from "@almanac/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeSchema } from "../testing/schema-text.ts";
import { type Database, openDatabase } from "./database.ts";
import { isMigrated, migrate, migrationNames } from "./migrate.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

test("schema.sql is what the migrations make (vitest -u writes it anew)", async () => {
  await expect(await describeSchema(database)).toMatchFileSnapshot(
    fileURLToPath(new URL("../schema.sql", import.meta.url)),
  );
});

test("every table, view and column has a comment, and every function of the mart", async () => {
  const { rows } = await database.query<{ name: string }>(
    `select c.oid::regclass || coalesce('.' || a.attname, '') as name
     from pg_class c
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace in ('public'::regnamespace, 'mart'::regnamespace) and c.relkind in ('r', 'v')
       and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)
     union all
     select p.oid::regprocedure::text from pg_proc p
     where p.pronamespace = 'mart'::regnamespace and obj_description(p.oid, 'pg_proc') is null`,
  );
  expect(rows).toEqual([]);
});

test("what MikroORM believes of its tables is so: the same columns, as nullable as the database has them", async () => {
  for (const meta of database.orm.getMetadata().getAll().values()) {
    const { rows } = await database.query<{ name: string; is_nullable: boolean }>(
      `select column_name as name, is_nullable = 'YES' as is_nullable from information_schema.columns
       where table_schema = 'public' and table_name = $1 order by column_name`,
      [meta.tableName],
    );
    const believed = Object.values(meta.properties)
      .map((property) => ({ name: property.fieldNames[0]!, is_nullable: property.nullable ?? false }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(believed).toEqual(rows);
  }
});

test("several processes may migrate at once; one of them does", async () => {
  const empty = await testDatabase({ migrated: false });
  try {
    const results = await Promise.all([migrate(empty.url), migrate(empty.url), migrate(empty.url)]);
    const applied = results.filter((result) => result.applied.length > 0);
    expect(applied.map((result) => result.applied)).toEqual([[...migrationNames]]);
    const fresh = await openDatabase({ url: empty.url });
    expect(await isMigrated((statement) => fresh.query(statement))).toBe(true);
    await fresh.close();
  } finally {
    await empty.close();
  }
});

describe("impossible states are refused by the database itself", () => {
  const id = "9415913d-fffa-41f9-9323-6d62e6100a31";
  const holiday = "00000000-0000-7000-8000-000000000001";
  beforeAll(async () => {
    await database.query("insert into calendar (source, region) values ('offline', 'NL')");
    await database.query(
      `insert into calendar_revision (calendar_id, revision, added, removed, moved, renamed)
       select calendar_id, 1, 0, 0, 0, 0 from calendar`,
    );
    await database.query("insert into location (location_id) values ($1)", [id]);
  });
  const addHoliday = (revisions: string) =>
    database.query(
      `insert into holiday (calendar_id, holiday_id, year, date, type, name, local_name, revisions)
       select calendar_id, $1, 2026, '2026-04-27', 'public', 'King''s Day', 'Koningsdag', $2 from calendar`,
      [holiday, revisions],
    );
  const addRun = (first: number, versions: number[], at: string[]) =>
    database.query(
      `insert into location_version_run (location_id, first_version, first_synced_at, calendar_id, revision, added,
         removed, moved, renamed, versions, synced_at, sync_nos)
       select $1, $2, ($3::timestamptz[])[1], calendar_id, 1, 0, 0, 0, 0, $4, $3, $4 from calendar`,
      [id, first, at, versions],
    );

  test("two states of one holiday in one revision", async () => {
    await addHoliday("[1,3)");
    await expect(addHoliday("[2,)")).rejects.toMatchObject({ code: "23P01" });
    await addHoliday("[3,)");
  });

  test("a date outside its year", async () => {
    await expect(
      database.query("update holiday set date = '2027-04-27' where holiday_id = $1", [holiday]),
    ).rejects.toMatchObject({ code: "23514" });
  });

  test("two present states of one location", async () => {
    const add = (no: number, recorded: string) =>
      database.query(
        `insert into location_state (location_id, state_no, country_code, subdivision_code, active, recorded)
         values ($1, $2, 'NL', 'NL-FL', true, $3)`,
        [id, no, recorded],
      );
    await add(1, "[2026-01-01,)");
    await expect(add(2, "[2026-02-01,)")).rejects.toMatchObject({ code: "23P01" });
  });

  test("a gap, a repetition or a step back in a location's versions", async () => {
    await addRun(1, [1, 2], ["2026-01-01Z", "2026-01-02Z"]);
    await expect(addRun(4, [4], ["2026-01-03Z"])).rejects.toMatchObject({ code: "23000" });
    await expect(addRun(2, [2], ["2026-01-03Z"])).rejects.toMatchObject({ code: "23000" });
    await expect(addRun(3, [3], ["2025-01-01Z"])).rejects.toMatchObject({ code: "23000" });
    await expect(
      database.query("update location_version_run set synced_at = array['2026-01-01Z', '2026-01-05Z']::timestamptz[]"),
    ).rejects.toMatchObject({ code: "23000" });
    await addRun(3, [3], ["2026-01-03Z"]);
  });

  test("a change of the audit", async () => {
    await database.query("insert into audit (actor, action, object_type, object_id) values ('test', 'a.b', 'a', '1')");
    await expect(database.query("update audit set actor = 'other'")).rejects.toMatchObject({ code: "42501" });
    await expect(database.query("delete from audit")).rejects.toMatchObject({ code: "42501" });
    await expect(database.query("truncate audit")).rejects.toMatchObject({ code: "42501" });
  });

  test("a change of a version of a schema, or a gap in them", async () => {
    const add = (version: number) =>
      database.query(
        `insert into event_schema (event_type, schema_version, json_schema, registered_by) values ('Sold', $1, '{}', 'test')`,
        [version],
      );
    await expect(add(2)).rejects.toMatchObject({ code: "23000" });
    await add(1);
    await expect(add(3)).rejects.toMatchObject({ code: "23000" });
    await expect(add(1)).rejects.toMatchObject({ code: "23505" });
    await expect(database.query("update event_schema set registered_by = 'other'")).rejects.toMatchObject({
      code: "23000",
    });
    await expect(database.query("delete from event_schema")).rejects.toMatchObject({ code: "23000" });
    await expect(database.query("truncate event_schema")).rejects.toMatchObject({ code: "23000" });
    const { rows } = await database.query("select created_by, compatibility from event_type where event_type = 'Sold'");
    expect(rows).toEqual([{ created_by: "test", compatibility: "backward" }]);
  });

  test("a sync that is finished with locations open", async () => {
    await expect(
      database.query(
        `insert into sync (trigger, requested_by, source, location_ids, years, status, finished_at)
         values ('api', 'test', 'offline', array[$1]::uuid[], array[2026], 'succeeded', now())`,
        [id],
      ),
    ).rejects.toMatchObject({ code: "23514" });
  });
});
