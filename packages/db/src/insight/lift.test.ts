// The lift: the mart against a model in other words, its interval against worlds with a known truth.
import { testDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { eventOf, loadEvents } from "@almanac/db/testing/events";
import { dayNumber } from "@almanac/domain/dates";
import type { EventFacts } from "@almanac/domain/event/event";
import type { Holiday } from "@almanac/domain/holiday";
import { dayRows } from "@almanac/domain/holiday/days";
import type { LocationId } from "@almanac/domain/ids";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LiftDay, modelLift, tQuantile } from "../../testing/lift-model.ts";
import { type Database, openDatabase } from "../database.ts";
import { settledNow } from "./asked.ts";
import { liftGroups, type LiftRow, readHolidayLift } from "./lift.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let number = 0;
beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

const begin = Temporal.PlainDate.from("2025-03-01");
const dayCount = 130;
const dateOf = (place: number) => begin.add({ days: place });
const coverage = { 2024: "full", 2025: "full", 2026: "full" } as const;

interface Place {
  /** Days from the beginning, with how many holidays' names they have. */
  holidays: { place: number; name: string }[];
  /** Sold on each day; the first and last days may have none. */
  sold: number[];
}

const place: fc.Arbitrary<Place> = fc.record({
  holidays: fc.uniqueArray(
    fc.record({
      place: fc.nat(dayCount - 1),
      name: fc.constantFrom("Spring", "King's Day", "Labour Day", "Ascension"),
    }),
    { maxLength: 8, selector: (each) => `${each.place} ${each.name}` },
  ),
  sold: fc.array(fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(6) }), {
    minLength: dayCount,
    maxLength: dayCount,
  }),
});

test("every number is that of the model, whatever was sold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 3 }), fc.nat(40), async (places, margin) => {
      const { ids, days } = await write(places);
      const [from, to] = [dateOf(margin), dateOf(dayCount - 1)];
      const now = await settledNow(database);
      const { rows } = await readHolidayLift(database, {
        from: from.toString(),
        to: to.toString(),
        eventType: "PaymentSuccessful",
        basis: "visit",
        locationIds: ids,
        eventsAsOf: now,
        calendarAsOf: now,
        days: "public",
        holiday: null,
        currency: null,
        groups: liftGroups,
      });
      const asked = (day: LiftDay) => day.day >= dayNumber(from) && day.day <= dayNumber(to);
      for (const row of rows) {
        const isOf = (day: LiftDay) =>
          asked(day) &&
          (row.location_id === null || row.location_id === day.location) &&
          (row.holiday === null || day.holidays.includes(row.holiday));
        expectSame(row, modelLift(days, isOf));
      }
      const holidays = days.filter((day) => day.holidays.length > 0 && asked(day));
      const groups = new Set(
        holidays.flatMap(({ location, holidays }) => [
          "total",
          `location ${location}`,
          ...holidays.flatMap((name) => [`holiday ${name}`, `location_holiday ${location} ${name}`]),
        ]),
      );
      expect(rows.length).toBe(groups.size);
    }),
    { numRuns: 25 },
  );
}, 60_000);

function expectSame(row: LiftRow, model: ReturnType<typeof modelLift>): void {
  expect([row.n, row.left_out, row.dates, row.matched_days]).toEqual([
    model.n,
    model.leftOut,
    model.dates,
    model.matchedDays,
  ]);
  for (const [told, wanted] of [
    [row.observed, model.observed],
    [row.expected, model.expected],
    [row.ratio, model.ratio],
    [row.low, model.low],
    [row.high, model.high],
  ] as const) {
    expect(told === null).toBe(wanted === null);
    // Rounded to two or four digits, and the quantile is one of a table.
    if (told !== null) expect(Math.abs(Number(told) - wanted!)).toBeLessThanOrEqual(0.0051 + Math.abs(wanted!) * 0.001);
  }
}

/** Locations with a calendar each and their sales; the days as the model sees them. */
async function write(places: readonly Place[]): Promise<{ ids: LocationId[]; days: LiftDay[] }> {
  const ids = await writeLocations(
    database,
    places.map(() => ({})),
  );
  const days: LiftDay[] = [];
  const events: EventFacts[] = [];
  for (const [which, { holidays, sold }] of places.entries()) {
    const open = holidays.map(({ place, name }) => holiday({ date: dateOf(place).toString(), name }));
    const region = `X${(number += 1)}`;
    await syncLocations(database, [ids[which]!], await writeCalendar(database, { region, open, coverage }));
    days.push(...modelDays(ids[which]!, open, sold));
    sold.forEach((count, place) => {
      const day = dateOf(place).toString();
      for (let each = 0; each < count; each += 1) {
        const eventTimeUs = Date.parse(`${day}T09:00:00Z`) * 1_000;
        events.push(eventOf((number += 1), 1, { locationId: ids[which]!, visitDate: day, eventTimeUs }));
      }
    });
  }
  if (events.length > 0) await loadEvents(database, [events]);
  return { ids, days };
}

function modelDays(location: string, holidays: readonly Holiday[], sold: readonly number[]): LiftDay[] {
  const rows = dayRows({ from: begin, to: dateOf(dayCount - 1), holidays, schoolKnown: false });
  const first = sold.findIndex((count) => count > 0);
  const last = sold.findLastIndex((count) => count > 0);
  return rows.map((row, place) => ({
    location,
    day: dayNumber(row.date),
    value: sold[place]!,
    complete: first >= 0 && place >= first && place <= last,
    holidays: row.holidayNames,
    ordinary: row.isPublicHoliday === false && row.isBridgeDay === false,
  }));
}

test("the quantiles of the mart are Student's", async () => {
  const { rows } = await database.query<{ df: number; t: string }>(
    "select df, mart.t_975(df) as t from generate_series(1, 60) df order by df",
  );
  for (const { df, t } of rows) expect(Math.abs(Number(t) - tQuantile(df))).toBeLessThan(0.002);
});

/** A year of locations: seasons, weekdays, a chance that all locations of a day share, one of each, and counts of both. */
function simulatedYear(
  random: () => number,
  truth: { lift: number; holidays: readonly number[]; mean: number },
): LiftDay[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const shared = Array.from({ length: 365 }, () => Math.exp(0.12 * normal()));
  return Array.from({ length: 6 }, (_, location) => {
    const size = truth.mean * (0.5 + random());
    return shared.map((chance, day): LiftDay => {
      const isHoliday = truth.holidays.includes(day);
      const season = 1 - 0.5 * Math.cos((2 * Math.PI * day) / 365);
      const weekday = [0.7, 0.65, 1, 0.75, 0.95, 1.6, 1.45][day % 7]!;
      const rate = size * season * weekday * chance * Math.exp(0.08 * normal()) * (isHoliday ? truth.lift : 1);
      const value = Math.max(0, Math.round(rate + Math.sqrt(rate) * normal()));
      const holidays = isHoliday ? ["Holiday"] : [];
      return { location: String(location), day, value, complete: true, holidays, ordinary: !isHoliday };
    });
  }).flat();
}

test.each([
  ["twelve dates", [40, 96, 98, 99, 114, 125, 149, 159, 160, 230, 280, 310]],
  ["five dates", [60, 110, 150, 200, 290]],
  ["three dates", [60, 150, 290]],
  ["one date", [150]],
])("the interval holds a known truth in 90 to 99 of 100 years: %s", (_name, holidays) => {
  const years = 400;
  let held = 0;
  for (let seed = 1; seed <= years; seed += 1) {
    const days = simulatedYear(seeded(seed * 7_919), { lift: 1.8, holidays, mean: 30 });
    const { low, high } = modelLift(days, () => true);
    if (low !== null && low <= 1.8 && (high === null || high >= 1.8)) held += 1;
  }
  expect(held / years).toBeGreaterThanOrEqual(0.9);
  expect(held / years).toBeLessThanOrEqual(0.99);
});

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
