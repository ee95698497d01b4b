// Features: what was known at the time, and nothing of what came later. Drawn stories are told to a database with chosen
// instants, and replayed in memory up to each row's known_at.
import { readFileSync } from "node:fs";
import { testDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { eventOf, loadEvents } from "@almanac/db/testing/events";
import type { EventFacts } from "@almanac/domain/event/event";
import { dayRows } from "@almanac/domain/holiday/days";
import type { LocationId } from "@almanac/domain/ids";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dateBatches, dateLocations, dateVersion } from "../../testing/told-past.ts";
import { type Database, openDatabase } from "../database.ts";
import { settledNow } from "./asked.ts";
import { dailyBases, type DailyBasis } from "./daily.ts";
import { type FeatureRow, readFeatures } from "./features.ts";

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

const zones = ["Europe/Amsterdam", "America/New_York"] as const;
const coverage = { 2024: "full", 2025: "full", 2026: "full" } as const;
const hour = 3_600_000;
const begin = Date.parse("2025-01-01T00:00:00Z");
const dayOf = (place: number) => new Date(begin + place * 24 * hour).toISOString().slice(0, 10);
const instantAt = (hours: number) => new Date(begin + hours * hour + 1_234_567).toISOString();

interface Sale {
  event: number;
  place: number;
  soldAt: number;
  lead: number | null;
  isPayment: boolean;
}
/** Each step is a batch or a sync, so many hours after the one before. */
type Step = { after: number } & ({ sales: Sale[] } | { holidays: number[] });
interface Story {
  steps: Step[];
  leadDays: number;
  basis: DailyBasis;
}

const sale: fc.Arbitrary<Sale> = fc.record({
  event: fc.nat(30),
  place: fc.nat(1),
  soldAt: fc.nat(50 * 24),
  lead: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 9, arbitrary: fc.nat(20) }),
  isPayment: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn > 0),
});
const after = fc.integer({ min: 1, max: 120 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      after,
      sales: fc.uniqueArray(sale, { minLength: 1, maxLength: 25, selector: (s) => s.event }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ after, holidays: fc.uniqueArray(fc.nat(70), { maxLength: 6 }) }) },
);
const story: fc.Arbitrary<Story> = fc.record({
  steps: fc.array(step, { minLength: 2, maxLength: 16 }),
  leadDays: fc.constantFrom(0, 1, 3, 7, 14, 30),
  basis: fc.constantFrom(...dailyBases),
});

interface Told {
  ids: LocationId[];
  batches: { at: string; events: EventFacts[] }[];
  syncs: { at: string; holidays: ReturnType<typeof holiday>[] }[];
}

/** Tells a story to a database; `until` steps of it, and later, when it is called, the rest, as of today. */
async function tell(
  db: Database,
  { steps }: Story,
  until = steps.length,
): Promise<Told & { rest: () => Promise<void> }> {
  const base = (number += 1_000);
  const ids = await writeLocations(
    db,
    zones.map((timeZone) => ({ timeZone })),
  );
  await dateLocations(db, ids, "2024-12-01T00:00:00Z");
  const told: Told = { ids, batches: [], syncs: [] };
  const region = `X${base}`;
  let open: ReturnType<typeof holiday>[] = [];
  let hours = 0;

  const take = async (step: Step, version: number, isDated: boolean) => {
    hours += step.after;
    const at = instantAt(hours);
    if ("sales" in step) {
      const events = step.sales.map((each) => eventFrom(each, base, version, ids));
      const { loadId } = await loadEvents(db, [events]);
      if (isDated) await dateBatches(db, loadId, [at]);
      told.batches.push({ at, events });
    } else {
      const close = open.map(({ holidayId }) => holidayId);
      open = step.holidays.map((place) => holiday({ date: dayOf(place), name: `Holiday ${version} ${place}` }));
      const first = told.syncs.length === 0 ? { coverage } : {};
      await syncLocations(db, ids, await writeCalendar(db, { region, open, close, ...first }));
      if (isDated) await dateVersion(db, ids, at);
      told.syncs.push({ at, holidays: open });
    }
  };
  for (const [place, each] of steps.slice(0, until).entries()) await take(each, place + 1, true);
  const rest = async () => {
    for (const [place, each] of steps.slice(until).entries()) await take(each, until + place + 1, false);
  };
  return { ...told, rest };
}

function eventFrom(each: Sale, base: number, version: number, ids: readonly LocationId[]): EventFacts {
  const soldAt = begin + each.soldAt * hour;
  return eventOf(base + each.event, version, {
    eventType: each.isPayment ? "PaymentSuccessful" : "CheckoutStarted",
    eventTimeUs: soldAt * 1_000,
    locationId: ids[each.place]!,
    visitDate: each.lead === null ? null : new Date(soldAt + each.lead * 24 * hour).toISOString().slice(0, 10),
  });
}

async function read(db: Database, ids: readonly LocationId[], { leadDays, basis }: Omit<Story, "steps">) {
  const now = await settledNow(db);
  const { rows } = await readFeatures(db, {
    from: dayOf(0),
    to: dayOf(75),
    eventType: "PaymentSuccessful",
    basis,
    locationIds: ids,
    eventsAsOf: now,
    calendarAsOf: now,
    leadDays,
    after: null,
    limit: null,
  });
  return rows;
}

/** The row as somebody would have made it at `known_at`, from what there was. */
function replayed(told: Told, story: Omit<Story, "steps">, row: FeatureRow): Partial<FeatureRow> {
  const place = told.ids.indexOf(row.location_id as LocationId);
  const knownMs = Date.parse(`${row.date}T00:00:00Z`) - (story.leadDays - 1) * 24 * hour;
  const isKnown = ({ at }: { at: string }) => Date.parse(at) < knownMs;
  const isOurs = (event: EventFacts) => event.eventType === "PaymentSuccessful" && event.locationId === row.location_id;
  const localDay = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zones[place]!).toPlainDate().toString();
  const soldOn = (event: EventFacts) => localDay(event.eventTimeUs / 1_000);

  const state = (batches: Told["batches"]) => {
    const current = new Map(batches.flatMap(({ events }) => events.map((event) => [event.eventId, event] as const)));
    const days = batches.flatMap(({ events }) => events.filter(isOurs).map(soldOn)).toSorted();
    return { events: [...current.values()].filter(isOurs), first: days[0], last: days.at(-1) };
  };
  const then = state(told.batches.filter(isKnown));
  const count = (events: readonly EventFacts[], day: string) =>
    events.filter((event) => (story.basis === "visit" ? event.visitDate : soldOn(event)) === day).length;
  const before = (days: number) => {
    const day = Temporal.PlainDate.from(row.date).subtract({ days }).toString();
    const isIn = then.first !== undefined && day >= then.first && day <= then.last! && day < localDay(knownMs);
    return isIn ? count(then.events, day) : null;
  };
  const mean = (days: readonly number[]) => {
    const known = days.map(before).filter((sold) => sold !== null);
    return known.length === 0 ? null : known.reduce((sum, sold) => sum + sold, 0) / known.length;
  };
  const upTo = Math.max(story.leadDays, 1);
  const week = Math.ceil(upTo / 7);
  const range = (length: number, of: (place: number) => number) => Array.from({ length }, (_, place) => of(place));

  const now = state(told.batches);
  const isOver = now.first !== undefined && row.date >= now.first && row.date <= now.last!;
  return {
    target: isOver ? count(now.events, row.date) : null,
    known_at: `${new Date(knownMs - 1).toISOString().slice(0, -1)}999Z`,
    sold_ahead: story.basis === "visit" && then.first !== undefined ? count(then.events, row.date) : null,
    sold_1_day_before: before(1),
    sold_7_days_before: before(7),
    sold_14_days_before: before(14),
    sold_28_days_before: before(28),
    mean_7_days: rounded(mean(range(7, (place) => upTo + place))),
    mean_28_days: rounded(mean(range(28, (place) => upTo + place))),
    mean_same_weekday: rounded(mean(range(4, (place) => 7 * (week + place)))),
    ...calendarThen(told.syncs.findLast(isKnown)?.holidays, row.date),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(Number(`${value}e4`)) / 10_000;
}

function calendarThen(holidays: Told["syncs"][number]["holidays"] | undefined, date: string): Partial<FeatureRow> {
  const from = Temporal.PlainDate.from(date);
  const coveredYears = new Set(Object.keys(coverage).map(Number));
  const [day] = dayRows({ from, to: from, holidays: holidays ?? [], schoolKnown: false, coveredYears });
  return {
    weekday: day!.weekday,
    month: from.month,
    is_weekend: day!.isWeekend,
    is_public_holiday: holidays === undefined ? null : day!.isPublicHoliday,
    is_bridge_day: holidays === undefined ? null : day!.isBridgeDay,
    is_school_holiday: null,
    holiday_names: holidays === undefined ? null : day!.holidayNames,
    days_to_next_holiday: holidays === undefined ? null : day!.daysToNextHoliday,
    days_since_previous_holiday: holidays === undefined ? null : day!.daysSincePreviousHoliday,
  };
}

test("a row's features are those that a replay of the history up to known_at gives", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (drawn) => {
      const told = await tell(database, drawn);
      for (const row of await read(database, told.ids, drawn)) expect(row).toMatchObject(replayed(told, drawn, row));
    }),
    { numRuns: 40 },
  );
}, 120_000);

const targets = ["target", "target_amount", "target_currency"] as const;

/** Features of the rows that were known when the story stopped, before and after the rest of it is told. */
async function beforeAndAfter(db: Database, drawn: Story): Promise<[FeatureRow[], FeatureRow[]]> {
  const until = Math.ceil(drawn.steps.length / 2);
  const told = await tell(db, drawn, until);
  const featuresOf = async () =>
    (await read(db, told.ids, drawn)).map((row) => ({
      ...row,
      ...Object.fromEntries(targets.map((name) => [name, null])),
    }));
  const before = await featuresOf();
  await told.rest();
  await db.transaction((tx) =>
    tx.query(
      `with ended as (
         update location_state set recorded = tstzrange(lower(recorded), now())
         where location_id = $1 and upper_inf(recorded) returning *
       )
       insert into location_state
       select location_id, state_no + 1, country_code, subdivision_code, 'Pacific/Auckland', active, tstzrange(now(), null)
       from ended`,
      [told.ids[0]],
    ),
  );
  return [before, await featuresOf()];
}

test("whatever is loaded, corrected, synced or moved to another time zone later changes no feature", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (drawn) => {
      const [before, later] = await beforeAndAfter(database, drawn);
      expect(JSON.stringify(later)).toBe(JSON.stringify(before));
    }),
    { numRuns: 25 },
  );
}, 120_000);

test("a correction that takes a sale away later leaves it where it was known", async () => {
  const steps: Step[] = [
    { after: 1, holidays: [10] },
    { after: 24, sales: [{ event: 1, place: 0, soldAt: 2, lead: 5, isPayment: true }] },
    { after: 1, sales: [{ event: 1, place: 0, soldAt: 2, lead: 6, isPayment: false }] },
  ];
  const [before, later] = await beforeAndAfter(database, { steps, leadDays: 0, basis: "visit" });
  expect(before.some((row) => row.sold_ahead === 1)).toBe(true);
  expect(later).toEqual(before);
});

// A leak that nobody would see: each of these reads what is known today somewhere.
test.each([
  ["the events of today", "q.date - b.days, q.known_day, 0", "q.date - b.days, 'infinity'::date, 0"],
  ["the calendar of today", "least(q.known_at, calendar_as_of), null", "calendar_as_of, null"],
  [
    "the days that are known today",
    "max(h.last_heard) over w as",
    "max(h.last_heard) over (partition by h.location_id) as",
  ],
])("a reader of %s is found out", async (_name, kept, leaking) => {
  const migration = readFileSync(new URL("../../migrations/0010-insights.sql", import.meta.url), "utf8");
  const start = migration.indexOf("create function mart.forecast_features");
  const definition = migration.slice(start, migration.indexOf("\nend;", start) + 5);
  expect(definition).toContain(kept);
  const other = await testDatabase();
  const leaky = await openDatabase({ url: other.url });
  try {
    await leaky.query(definition.replace("create function", "create or replace function").replace(kept, leaking));
    const steps: Step[] = [
      { after: 1, holidays: [10, 30] },
      { after: 24, sales: [{ event: 1, place: 0, soldAt: 20, lead: 5, isPayment: true }] },
      { after: 24 * 20, sales: [{ event: 2, place: 0, soldAt: 20 * 24, lead: 5, isPayment: true }] },
      { after: 24, sales: [{ event: 3, place: 0, soldAt: 20, lead: 5, isPayment: true }] },
      { after: 24, sales: [{ event: 4, place: 0, soldAt: 45 * 24, lead: 5, isPayment: true }] },
      { after: 24, holidays: [11, 31] },
    ];
    const [before, later] = await beforeAndAfter(leaky, { steps, leadDays: 1, basis: "visit" });
    expect(later).not.toEqual(before);
  } finally {
    await leaky.close();
    await other.close();
  }
});
