// What is written down by hand names only what exists, and leaves nothing out: notes, places, and the flows of all work.
import { readNewest } from "@almanac/db/catalogue/measures";
import { readRelations, type Relation } from "@almanac/db/catalogue/relations";
import { type Database, openDatabase } from "@almanac/db/database";
import { testDatabase } from "@almanac/db/testing";
import { columnNotes, metadataNotes, relationNotes } from "@almanac/domain/catalogue/notes";
import { otherWork, places } from "@almanac/domain/catalogue/work";
import { jobNames } from "@almanac/queue/catalogue";
import { jobFlows } from "@almanac/queue/flows";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assembleCatalogue } from "./assemble.ts";
import { readEverything } from "./facts.ts";
import { qualitySubjects, tablesOfPlaces } from "./measured.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let relations: Relation[];
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  relations = await readRelations(database);
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

const flows = { ...jobFlows, ...otherWork };

test("every job of the queue says what it reads and writes", () => {
  expect(Object.keys(jobFlows).toSorted()).toEqual(jobNames.toSorted());
});

test("work names only datasets that exist, and every table and place of the lake is written by some", () => {
  const known = new Set([...relations.map(({ name }) => name), ...Object.keys(places)]);
  const named = Object.values(flows).flatMap(({ reads, writes }) => [...reads, ...writes]);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
  const written = new Set(Object.values(flows).flatMap(({ writes }) => writes));
  const filled = [
    ...relations.filter(({ kind }) => kind === "table").map(({ name }) => name),
    ...Object.keys(places).filter((name) => places[name]?.kind === "lake_zone"),
  ];
  expect(filled.filter((name) => !written.has(name))).toEqual([]);
});

test("every table has a note, and notes name only relations and columns that exist", () => {
  const tables = relations.filter(({ kind }) => kind === "table").map(({ name }) => name);
  expect(tables.filter((name) => relationNotes[name] === undefined)).toEqual([]);
  const columnsOf = new Map(relations.map(({ name, columns }) => [name, new Set(columns.map((each) => each.name))]));
  for (const [name, { columns = {} }] of Object.entries(relationNotes)) {
    expect([name, Object.keys(columns).filter((column) => columnsOf.get(name)?.has(column) !== true)]).toEqual([
      name,
      [],
    ]);
  }
  const everywhere = new Set([...columnsOf.values()].flatMap((columns) => [...columns]));
  expect(Object.keys(columnNotes).filter((column) => !everywhere.has(column))).toEqual([]);
});

test("whatever may hold personal data has a class: open content, names, addresses, and who did something", () => {
  const undecided = relations
    .filter(({ kind }) => kind === "table")
    .flatMap(({ name, columns }) =>
      columns
        .filter(({ name: column, type }) => isSuspicious(column, type))
        .filter((column) => decided(name, column.name) === undefined)
        .map((column) => `${name}.${column.name}`),
    );
  expect(undecided).toEqual([]);
});

/** JSON and bytes can hold anything; the rest goes by its name. */
function isSuspicious(column: string, type: string): boolean {
  return (
    type === "jsonb" ||
    type === "bytea" ||
    /(^|_)(name|names|email|mail|phone|address|ip|raw|reason|user|owner|actor)($|_)|_by$/.test(column)
  );
}

function decided(relation: string, column: string) {
  return relationNotes[relation]?.columns?.[column]?.personalData ?? columnNotes[column]?.personalData;
}

test("references of notes, quality and places lead to what exists", async () => {
  const columns = new Set(relations.flatMap(({ name, columns }) => columns.map((each) => `${name}.${each.name}`)));
  const references = [
    ...Object.values(columnNotes),
    ...Object.values(relationNotes).flatMap((note) => Object.values(note.columns ?? {})),
    ...Object.values(metadataNotes),
  ].flatMap((note) => note.references ?? []);
  expect(references.filter((reference) => !columns.has(reference))).toEqual([]);
  const names = new Set(relations.map(({ name }) => name));
  expect(Object.keys(qualitySubjects).filter((name) => !names.has(name))).toEqual([]);
  expect(Object.keys(tablesOfPlaces).toSorted()).toEqual(Object.keys(places).toSorted());
  const newest = await readNewest(database);
  expect(Object.values(tablesOfPlaces).filter((name) => !newest.has(name))).toEqual([]);
});

test("personal data is known where it is: in tables, and through the views that show it", async () => {
  const datasets = new Map(assembleCatalogue(await readEverything(database)).map((each) => [each.name, each]));
  const classOf = (dataset: string, column: string) =>
    datasets.get(dataset)?.columns.find(({ name }) => name === column)?.personalData;
  for (const column of ["name", "email"]) {
    expect(
      ["users", "user_history", "mart.dim_users", "mart.user_states"].map((each) => classOf(each, column)),
    ).toEqual(Array.from({ length: 4 }, () => "direct"));
  }
  expect(["raw", "raw_bytes"].map((column) => classOf("reject", column))).toEqual(["direct", "direct"]);
  expect(["metadata", "extra"].map((column) => classOf("events", column))).toEqual(["possible", "possible"]);
  expect(classOf("mart.fact_events_holidays", "user_id")).toBe("pseudonym");
  expect(classOf("mart.fact_events_holidays", "reason")).toBe("possible");
  expect(datasets.get("mart.dim_users")?.columns.find(({ name }) => name === "email")?.isMasked).toBe(true);
  expect(datasets.get("users")?.columns.find(({ name }) => name === "email")?.isMasked).toBe(false);
  expect(datasets.get("holidays")?.personalData).toBe("none");
});
