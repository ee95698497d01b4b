import { type Database, openDatabase } from "@almanac/db/database";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { holidayTypes } from "@almanac/domain/holiday";
import { holidayBases, selectHolidays } from "@almanac/domain/holiday/select";
import type { LocationId } from "@almanac/domain/ids";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReader, type Reader } from "../reader.ts";
import { pinsAsOfSql, readPinsAsOf } from "../version/pins.ts";
import { currentHolidaysSql, type CurrentRead, currentValues, readCurrentHolidays } from "./current.ts";
import { type HolidayRange, readHolidays } from "./read.ts";

let server: TestDatabase;
let database: Database;
let reader: Reader;

const all = { types: "all", basis: "both", withNames: false } as const;

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url });
  reader = openReader({ url: server.url });
});

afterAll(async () => {
  await reader.close();
  await database.close();
  await server.close();
});

const boxingDay = { date: "2026-12-26", observedDate: "2026-12-28", name: "Boxing Day" };
const rows = [
  holiday(boxingDay),
  holiday({ date: "2026-12-25", name: "Christmas Day" }),
  holiday({ date: "2026-12-26", name: "A bank's day", type: "bank" }),
  holiday({ date: "2026-07-20", endDate: "2026-08-31", name: "Summer", type: "school", names: { nl: "Zomer" } }),
  holiday({ date: "2027-01-01", observedDate: "2026-12-31", name: "New Year's Day" }),
];

async function location(): Promise<LocationId> {
  const [locationId] = await writeLocations(database, [{}]);
  return locationId!;
}

async function readCurrent(locationId: LocationId, range: HolidayRange): Promise<CurrentRead> {
  const [read] = await readCurrentHolidays(reader, [{ locationId, range }]);
  return read!;
}

async function calendar(region: string) {
  return writeCalendar(database, { region, open: rows, coverage: { 2026: "full" } });
}

test("nobody knows a location that was never registered", async () => {
  const read = await readCurrent("00000000-0000-4000-8000-000000000000" as LocationId, {
    from: "2026-01-01",
    to: "2026-12-31",
    ...all,
  });
  expect(read).toEqual({ known: false, pin: null, holidays: [] });
});

test("a location without a sync is known and has no pin", async () => {
  const read = await readCurrent(await location(), { from: "2026-01-01", to: "2026-12-31", ...all });
  expect(read).toEqual({ known: true, pin: null, holidays: [] });
});

test("the newest version is pinned with its holidays by date and name, as text", async () => {
  const locationId = await location();
  const pin = await calendar("AA");
  await syncLocations(database, [locationId], pin);
  await syncLocations(database, [locationId], pin);
  const read = await readCurrent(locationId, { from: "2026-12-01", to: "2026-12-31", ...all });
  expect(read.pin).toMatchObject({ version: 2, active: true, stateNo: 1, ...pin });
  expect(read.pin!.syncedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  expect(read.holidays.map(({ name, date, observedDate }) => [name, date, observedDate])).toEqual([
    ["Christmas Day", "2026-12-25", null],
    ["A bank's day", "2026-12-26", null],
    ["Boxing Day", "2026-12-26", "2026-12-28"],
    ["New Year's Day", "2027-01-01", "2026-12-31"],
  ]);
});

test("a location without a holiday in the range has an empty list", async () => {
  const locationId = await location();
  await syncLocations(database, [locationId], await calendar("AB"));
  const read = await readCurrent(locationId, { from: "2026-02-01", to: "2026-02-03", ...all });
  expect(read).toMatchObject({ known: true, pin: { version: 1 }, holidays: [] });
});

test("names come only when asked for", async () => {
  const locationId = await location();
  await syncLocations(database, [locationId], await calendar("AC"));
  const range = { from: "2026-08-01", to: "2026-08-01", types: "all", basis: "both" } as const;
  const plain = await readCurrent(locationId, { ...range, withNames: false });
  const named = await readCurrent(locationId, { ...range, withNames: true });
  expect(plain.holidays.map((each) => each.names)).toEqual([{}]);
  expect(named.holidays.map((each) => each.names)).toEqual([{ nl: "Zomer" }]);
});

test("every range, type and basis gives what domain selects", async () => {
  const pin = await calendar("AD");
  const locationId = await location();
  await syncLocations(database, [locationId], pin);
  const first = Temporal.PlainDate.from("2026-07-10");
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 190 }),
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(...holidayBases),
      fc.option(fc.subarray([...holidayTypes], { minLength: 1 }), { nil: "all" as const }),
      async (start, length, basis, types) => {
        const from = first.add({ days: start });
        const to = from.add({ days: length });
        const range: HolidayRange = { from: from.toString(), to: to.toString(), types, basis, withNames: false };
        const expected = selectHolidays(rows, { from, to, types, basis }).map((each) => each.holidayId);
        const read = await readCurrent(locationId, range);
        expect(read.holidays.map((each) => each.holidayId)).toEqual(expected);
        const [list] = await readHolidays(reader, [pin], range);
        expect(list!.map((each) => each.holidayId)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test("pins are answered in the order asked, one calendar revision twice included", async () => {
  const one = await calendar("AE");
  const other = await writeCalendar(database, {
    region: "AF",
    open: [holiday({ date: "2026-05-05", name: "Liberation" })],
  });
  const range = { from: "2026-05-01", to: "2026-12-25", ...all };
  const lists = await readHolidays(reader, [one, other, one], range);
  expect(lists.map((list) => list.map((each) => each.name))).toEqual([
    ["Summer", "Christmas Day"],
    ["Liberation"],
    ["Summer", "Christmas Day"],
  ]);
  expect(await readHolidays(reader, [], range)).toEqual([]);
});

test("a current read touches at most ten buffers and an as-of read at most twenty, with 500 versions", async () => {
  const locations = await writeLocations(
    database,
    Array.from({ length: 10 }, () => ({})),
  );
  const regions = Array.from({ length: 30 }, (_, place) => `X${String.fromCharCode(65 + place)}`);
  for (const region of regions) {
    await writeCalendar(database, { region, open: yearsOf(2021, 2028), coverage: { 2026: "full" } });
  }
  const pin = await writeCalendar(database, { region: "ZZ", open: yearsOf(2021, 2028), coverage: { 2026: "full" } });
  await syncOften(locations, pin, 500);
  await database.query("vacuum analyze");
  const range = { from: "2026-01-01", to: "2026-12-31", types: ["public"], basis: "both", withNames: false } as const;
  const current = await buffersOf(currentHolidaysSql, currentValues([{ locationId: locations[7]!, range }]));
  const asOf = Temporal.Now.instant().toString();
  const pinned = await buffersOf(pinsAsOfSql, [[locations[7]], asOf]);
  expect(await readPinsAsOf(reader, [locations[7]!], asOf)).toMatchObject([{ pin: { version: 500 } }]);
  expect(current).toBeLessThanOrEqual(10);
  // The holidays of a pin cost at most as much as the whole current read.
  expect(pinned + current).toBeLessThanOrEqual(20);
});

test("questions asked together are answered each for itself", async () => {
  const pin = await calendar("AG");
  const [one, other, unsynced] = (await writeLocations(database, [{}, {}, {}])) as [LocationId, LocationId, LocationId];
  await syncLocations(database, [one, other], pin);
  const december = { from: "2026-12-01", to: "2026-12-31", ...all };
  const bank: HolidayRange = { ...december, types: ["bank", "school"], basis: "nominal" };
  const reads = await readCurrentHolidays(reader, [
    { locationId: one, range: december },
    { locationId: unsynced, range: december },
    { locationId: other, range: bank },
    { locationId: one, range: december },
  ]);
  expect(reads.map((read) => [read.pin?.locationId, read.holidays.length])).toEqual([
    [one, 4],
    [undefined, 0],
    [other, 1],
    [one, 4],
  ]);
});

function yearsOf(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, year) =>
    Array.from({ length: 11 }, (_, month) =>
      holiday({ date: `${from + year}-${String(month + 1).padStart(2, "0")}-09`, name: `Day ${month}` }),
    ),
  ).flat();
}

async function syncOften(locations: LocationId[], pin: Awaited<ReturnType<typeof calendar>>, times: number) {
  for (let n = 0; n < times; n += 1) await syncLocations(database, locations, pin);
}

async function buffersOf(sql: string, values: unknown[]): Promise<number> {
  const { rows } = await database.query<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }>(
    `explain (analyze, buffers, format json) ${sql}`,
    values,
  );
  const plan = rows[0]!["QUERY PLAN"][0].Plan;
  return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
}
