// A process that stands still in the middle of a COPY, as one does that is stopped there.
import { type Database, openDatabase } from "@almanac/db/database";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { chunkOf, eventOf, linesOf, loadEvents, openLanes } from "@almanac/db/testing/events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { endStillCopies } from "./still-copies.ts";

let clone: TestDatabase;
let database: Database;
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url, onConnectionError: () => undefined });
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

// More than a backend keeps to itself: others wait for what it has written.
const events = Array.from({ length: 3_000 }, (_, n) => eventOf(n));

test("a COPY that stands still is ended: others load the same events, and nothing of it is left", async ({
  onTestFinished,
}) => {
  const standing = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  const { lanes, close } = await openLanes(database, 1, {
    reached: (point) => {
      if (point !== "copy-half") return undefined;
      standing.resolve();
      return goesOn.promise;
    },
  });
  onTestFinished(close);
  const stopped = lanes[0]!.merge(chunkOf(linesOf(events))).catch((error: unknown) => error);
  await standing.promise;
  const others = loadEvents(database, [events]);
  // As long as it may take by default, it is left alone.
  expect(await endStillCopies(database)).toBe(0);
  // Long enough that the others' own COPY is not taken for one that stands still.
  await expect.poll(() => endStillCopies(database, 1_000)).toBe(1);
  expect((await others).counts).toMatchObject([{ inserted: events.length }]);
  goesOn.resolve();
  expect(await stopped).toMatchObject({ category: "unavailable", code: "database.unavailable" });
  const { rows } = await database.query<{ there: number }>("select count(*)::int as there from events");
  expect(rows).toEqual([{ there: events.length }]);
});
