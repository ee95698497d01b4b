// The catalogue's facts are the database's own: every relation and column, every key, every view's sources.
import { testDatabase } from "@almanac/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";
import { readRelations, readViewSources, type Relation, type ViewSource } from "./relations.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let relations: Relation[];
let sources: ViewSource[];
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  relations = await readRelations(database);
  sources = await readViewSources(database);
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

function column(relation: string, name: string) {
  return relations.find((each) => each.name === relation)?.columns.find((each) => each.name === name);
}

test("every table, view and column of public and mart is there, with its type and whether it may be null", async () => {
  const { rows } = await database.query<{ place: string; nullable: boolean }>(
    `select table_schema || '.' || table_name || '.' || column_name as place, is_nullable = 'YES' as nullable
     from information_schema.columns where table_schema in ('public', 'mart') order by 1`,
  );
  const told = relations.flatMap(({ schema, name, columns }) =>
    columns.map((each) => ({
      place: `${schema}.${name.replace(/^mart\./, "")}.${each.name}`,
      nullable: each.isNullable,
    })),
  );
  expect(told.toSorted((a, b) => (a.place < b.place ? -1 : 1))).toEqual(
    rows.toSorted((a, b) => (a.place < b.place ? -1 : 1)),
  );
  expect(told.length).toBeGreaterThan(300);
  const kinds = await database.query<{ name: string; kind: string }>(
    `select case table_schema when 'public' then '' else table_schema || '.' end || table_name as name,
       case table_type when 'VIEW' then 'view' else 'table' end as kind
     from information_schema.tables where table_schema in ('public', 'mart')`,
  );
  expect(new Map(relations.map(({ name, kind }) => [name, kind]))).toEqual(
    new Map(kinds.rows.map(({ name, kind }) => [name, kind])),
  );
});

test("keys say what is unique, what identifies a row, and where a column leads", () => {
  expect(column("load", "load_id")).toMatchObject({ isKey: true, isUnique: true, isNullable: false, type: "uuid" });
  expect(column("load", "load_no")).toMatchObject({ isKey: false, isUnique: true });
  // One of a pair: alone it is not unique.
  expect(column("reject", "line")).toMatchObject({ isKey: true, isUnique: false });
  expect(column("reject", "load_id")).toMatchObject({ references: "load.load_id" });
  expect(column("location_version_run", "revision")).toMatchObject({ references: "calendar_revision.revision" });
  expect(column("events", "user_id")).toMatchObject({ isKey: false, isUnique: false, references: null });
});

test("a view knows what it reads, to the column", () => {
  expect(sources.filter(({ view }) => view === "mart.dim_users")).toEqual([
    { view: "mart.dim_users", source: "batch", columns: ["batch_id", "committed_at"] },
    {
      view: "mart.dim_users",
      source: "users",
      columns: ["batch_id", "country", "email", "inferred", "name", "user_id"],
    },
  ]);
  expect(sources.filter(({ view }) => view === "mart.fact_events_holidays").map(({ source }) => source)).toEqual([
    "mart.calendar_coverage",
    "mart.calendar_holiday_days",
    "mart.current_versions",
    "mart.fact_events",
  ]);
  const views = relations.filter(({ kind }) => kind === "view").map(({ name }) => name);
  expect([...new Set(sources.map(({ view }) => view))]).toEqual(views);
});

test("a view that is made, and one that is dropped, is seen at once", async () => {
  await database.query(`create view mart."Odd name" as select user_id from events`);
  try {
    expect((await readRelations(database)).find(({ name }) => name === "mart.Odd name")).toMatchObject({
      kind: "view",
      description: null,
    });
    expect((await readViewSources(database)).filter(({ view }) => view === "mart.Odd name")).toEqual([
      { view: "mart.Odd name", source: "events", columns: ["user_id"] },
    ]);
  } finally {
    await database.query(`drop view mart."Odd name"`);
  }
  expect((await readRelations(database)).map(({ name }) => name)).toEqual(relations.map(({ name }) => name));
});
