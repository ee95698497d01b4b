import { type Database, openDatabase } from "@almanac/db/database";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listVersions, readCurrentPins, readPinOfVersion, readPinsAsOf, wasPruned } from "./pins.ts";

let server: TestDatabase;
let database: Database;

const unknown = "00000000-0000-4000-8000-000000000000" as LocationId;

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url });
});

afterAll(async () => {
  await database.close();
  await server.close();
});

async function synced(times: number): Promise<{ locationId: LocationId; stamps: string[] }> {
  const [locationId] = (await writeLocations(database, [{}])) as [LocationId];
  const pin = await writeCalendar(database, { region: "NL", coverage: { 2026: "full" } });
  for (let n = 0; n < times; n += 1) await syncLocations(database, [locationId], pin);
  const versions = await listVersions(database, { locationId, before: null, limit: 1_000 });
  return { locationId, stamps: versions.map((version) => version.syncedAt).reverse() };
}

/** What retention does to the versions of a location, with the dates of all moved back so that days lie between them. */
async function keepOnly(locationId: LocationId, kept: readonly number[]): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query("set local almanac.pruning = 'on'");
    await tx.query(
      `update location_version_run r
       set first_synced_at = r.first_synced_at - interval '100 days', pruned_to = 'day',
         versions = k.versions, sync_nos = k.sync_nos, synced_at = k.synced_at
       from (
         select location_id, first_version, array_agg(v order by v) as versions, array_agg(s order by v) as sync_nos,
           array_agg(a - interval '100 days' + v * interval '1 day' order by v) as synced_at
         from location_version_run, unnest(versions, sync_nos, synced_at) as u (v, s, a)
         where location_id = $1 and v = any($2::int[]) group by location_id, first_version
       ) k
       where r.location_id = k.location_id and r.first_version = k.first_version`,
      [locationId, kept],
    );
    await tx.query(
      `update location_state set recorded = tstzrange(lower(recorded) - interval '200 days', upper(recorded)) where location_id = $1`,
      [locationId],
    );
  });
}

test("each stamp pins its own version, the microsecond before pins the one before", async () => {
  const { locationId, stamps } = await synced(70);
  for (const [place, stamp] of stamps.entries()) {
    const before = Temporal.Instant.from(stamp).subtract({ microseconds: 1 }).toString();
    const [at] = await readPinsAsOf(database, [locationId], stamp);
    const [earlier] = await readPinsAsOf(database, [locationId], before);
    expect([at!.pin!.version, earlier!.pin?.version]).toEqual([place + 1, place === 0 ? undefined : place]);
    expect((await readPinOfVersion(database, locationId, place + 1)).pin!.syncedAt).toBe(stamp);
  }
  expect((await readCurrentPins(database, [locationId]))[0]!.pin!.version).toBe(70);
});

test("a version carries the state of its time, whatever the location is now", async () => {
  const { locationId, stamps } = await synced(1);
  await writeLocations(database, [{ locationId, active: false }]);
  const [current] = await readCurrentPins(database, [locationId]);
  const [then] = await readPinsAsOf(database, [locationId], stamps[0]!);
  expect(current!.pin).toMatchObject({ active: false, stateNo: 2 });
  expect(then!.pin).toMatchObject({ active: true, stateNo: 1 });
  expect((await readPinOfVersion(database, locationId, 1)).pin).toMatchObject({ active: true, stateNo: 1 });
});

test("unknown, unsynced and missing are told apart, in the order asked", async () => {
  const [unsynced] = (await writeLocations(database, [{}])) as [LocationId];
  const { locationId } = await synced(1);
  const now = Temporal.Now.instant().toString();
  const told = (lookups: { known: boolean; pin: unknown }[]) => lookups.map(({ known, pin }) => [known, pin !== null]);
  const expected = [
    [false, false],
    [true, true],
    [true, false],
  ];
  expect(told(await readCurrentPins(database, [unknown, locationId, unsynced]))).toEqual(expected);
  expect(told(await readPinsAsOf(database, [unknown, locationId, unsynced], now))).toEqual(expected);
  expect(told(await readPinsAsOf(database, [locationId], "2001-01-01T00:00:00Z"))).toEqual([[true, false]]);
  expect(told([await readPinOfVersion(database, unknown, 1), await readPinOfVersion(database, locationId, 2)])).toEqual(
    [
      [false, false],
      [true, false],
    ],
  );
});

test("what was pruned is told as pruned, what never was is not", async () => {
  const { locationId } = await synced(5);
  await keepOnly(locationId, [2, 5]);
  const stampOf = async (version: number) => (await readPinOfVersion(database, locationId, version)).pin?.syncedAt;
  const [second, fifth] = [await stampOf(2), await stampOf(5)];
  expect(await stampOf(3)).toBeUndefined();
  expect(await wasPruned(database, locationId, { version: 3 })).toBe(true);
  expect(await wasPruned(database, locationId, { version: 6 })).toBe(false);
  expect(await wasPruned(database, unknown, { version: 1 })).toBe(false);
  const between = Temporal.Instant.from(second!).add({ hours: 24 }).toString();
  const sameDay = `${fifth!.slice(0, 10)}T00:00:00Z`;
  expect((await readPinsAsOf(database, [locationId], second!))[0]).toMatchObject({
    gapAfter: false,
    pin: { version: 2 },
  });
  expect((await readPinsAsOf(database, [locationId], between))[0]).toMatchObject({
    gapAfter: false,
    pin: { version: 2 },
  });
  expect((await readPinsAsOf(database, [locationId], sameDay))[0]).toMatchObject({ gapAfter: true });
  expect((await readPinsAsOf(database, [locationId], fifth!))[0]).toMatchObject({
    gapAfter: false,
    pin: { version: 5 },
  });
  const earlier = Temporal.Instant.from(second!).subtract({ microseconds: 1 }).toString();
  expect((await readPinsAsOf(database, [locationId], earlier))[0]!.pin).toBeNull();
  expect(await wasPruned(database, locationId, { asOf: earlier })).toBe(true);
});
