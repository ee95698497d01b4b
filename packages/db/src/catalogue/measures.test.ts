// Counts are exact where that is cheap and say so where not; every table either knows how new it is or is timeless.
import { testDatabase } from "@almanac/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventOf, loadEvents } from "../../testing/events.ts";
import { type Database, openDatabase } from "../database.ts";
import { readEventTypeCounts, readNewest, readQuality, readRowCounts } from "./measures.ts";
import { newestInstants, timelessTables } from "./newest.ts";
import { readRelations } from "./relations.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  await loadEvents(database, [[eventOf(1), eventOf(2), eventOf(1), eventOf(3, 1, { eventType: "BarcodeScanned" })]]);
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

test("every table knows how new it is, or is said to be timeless", async () => {
  const tables = (await readRelations(database)).filter(({ kind }) => kind === "table").map(({ name }) => name);
  expect([...Object.keys(newestInstants), ...timelessTables].toSorted()).toEqual(tables.toSorted());
});

test("the newest instant of events is their newest batch's, of what is empty none", async () => {
  const newest = await readNewest(database);
  const { rows } = await database.query<{ at: string }>(
    `select to_char(committed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from batch`,
  );
  expect(newest.get("events")).toBe(rows[0]!.at);
  expect(newest.get("users")).toBe(rows[0]!.at);
  expect(newest.get("sync")).toBeNull();
  expect([...newest.keys()]).toEqual(Object.keys(newestInstants));
});

test("small relations are counted, views too", async () => {
  const counts = await readRowCounts(database, ["events", "mart.fact_events_holidays", "mart.dim_dates", "nowhere"]);
  expect(counts.get("events")).toEqual({ rows: 3, isEstimate: false });
  expect(counts.get("mart.fact_events_holidays")).toEqual({ rows: 3, isEstimate: false });
  expect(counts.get("mart.dim_dates")).toEqual({ rows: 22_280, isEstimate: false });
  expect(counts.has("nowhere")).toBe(false);
});

test("what is dear to count is estimated, and a view that takes too long is given up without harm to the rest", async () => {
  const dear = await readRowCounts(database, ["mart.dim_dates"], { cheapCost: 0, triedCost: 0, triedMs: 1 });
  expect(dear.get("mart.dim_dates")).toMatchObject({ isEstimate: true });
  await database.query("create view endless as select n from generate_series(1, 1000000000) as n");
  try {
    const tried = { cheapCost: 1_000, triedCost: Number.MAX_VALUE, triedMs: 50 };
    const counts = await readRowCounts(database, ["endless", "events"], tried);
    expect(counts.get("endless")).toMatchObject({ isEstimate: true });
    expect(counts.get("events")).toEqual({ rows: 3, isEstimate: false });
  } finally {
    await database.query("drop view endless");
  }
});

test("events of a type are counted, and estimated from the planner's statistics where there are too many", async () => {
  const exact = await readEventTypeCounts(database, { rows: 3, isEstimate: false });
  expect(exact).toEqual(
    new Map([
      ["BarcodeScanned", { rows: 1, isEstimate: false }],
      ["PaymentSuccessful", { rows: 2, isEstimate: false }],
    ]),
  );
  await database.query("analyze events");
  const estimated = await readEventTypeCounts(database, { rows: 3_000_000, isEstimate: true });
  // A value that came once is no frequent one.
  expect(estimated.get("PaymentSuccessful")).toEqual({ rows: 2_000_000, isEstimate: true });
});

test("quality counts the lines of finished loads, and what was refused of them", async () => {
  const quality = await readQuality(database);
  expect(quality.get("events")).toMatchObject({ checked: 4, refused: 0, lastCheckedAt: expect.any(String) });
  expect(quality.get("users")).toEqual({ checked: 0, refused: 0, lastCheckedAt: null });
  expect(quality.get("calendars")).toEqual({ checked: 0, refused: 0, lastCheckedAt: null });
  await database.query("update load_lane set rejected = 1, duplicate = 0");
  expect((await readQuality(database)).get("events")).toMatchObject({ checked: 4, refused: 1 });
});
