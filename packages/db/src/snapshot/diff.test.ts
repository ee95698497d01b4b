// What two pins differ in: by hand where every number can be told, and against the daily insights at all four combinations
// of events and calendars where a story is drawn.
import { testDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { eventOf, loadEvents } from "@almanac/db/testing/events";
import type { EventFacts } from "@almanac/domain/event/event";
import type { HolidayId, LocationId } from "@almanac/domain/ids";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";
import { stampHistory } from "../history.ts";
import { type DailyBasis, dailyBases, readDaily } from "../insight/daily.ts";
import { type Change, type Diff, type DiffFigure, type DiffQuestion, readSnapshotDiff } from "./diff.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let parks: LocationId[];
const king = holiday({ date: "2026-04-27", name: "King's Day" });

type Pins = DiffQuestion["from"];

beforeEach(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  // The third one is synced for the first time by the next calendar.
  const places = await writeLocations(database, [{ timeZone: "Europe/Amsterdam" }, {}, {}]);
  parks = places.slice(0, 2);
  await newCalendar({ open: [king], coverage: { 2026: "full" } });
  parks = places;
});
afterEach(async () => {
  await database.close();
  await clone.close();
});

async function newCalendar(change: Partial<Parameters<typeof writeCalendar>[1]>): Promise<void> {
  await syncLocations(database, parks, await writeCalendar(database, { region: "NL", ...change }));
}

/** Both pins as of now. */
async function pinNow(): Promise<Pins> {
  const now = await database.transaction((tx) => stampHistory(tx));
  return { eventsAsOf: now, calendarAsOf: now };
}

const ask = (from: Pins, to: Pins, other: Partial<DiffQuestion> = {}): Promise<Diff> =>
  database.transaction((tx) =>
    readSnapshotDiff(tx, {
      from,
      to,
      firstDay: "2026-04-01",
      lastDay: "2026-05-31",
      locationIds: null,
      eventType: null,
      basis: "visit",
      after: null,
      limit: 1_000,
      ...other,
    }),
  );

const sale = (n: number, version: number, visitDate: string, amount: string, other: Partial<EventFacts> = {}) =>
  eventOf(n, version, {
    locationId: parks[0]!,
    visitDate,
    userId: `00000000-0000-4000-8000-00000000000${n % 10}`,
    eventTimeUs: Date.parse("2026-04-20T23:00:00Z") * 1_000,
    metadata: `{"total_amount": ${amount}, "currency": "EUR"}`,
    ...other,
  });
const load = (...events: EventFacts[]) => loadEvents(database, [events]);

const none = { added: 0, corrected: 0, reprocessed: 0, rezoned: 0, calendar: 0 };
const told = ({ date, isPublicHoliday, events, amount }: DiffFigure) => {
  const [{ difference: _events, byEvents: _all, ...count }, { difference: _sum, byEvents: _own, ...sum }] = [
    events,
    amount,
  ];
  return [date, isPublicHoliday, count, sum] as const;
};

test("each changed figure is told with what it was, what it is, and by which cause, to the cent", async () => {
  await load(
    sale(1, 1, "2026-04-27", "10.10"),
    sale(2, 1, "2026-04-27", "0.20"),
    sale(3, 1, "2026-04-28", "5"),
    sale(4, 1, "2026-04-29", "1"),
  );
  const a = await pinNow();
  // One more, one that is now about another day, one whose amount is corrected, a stale one that changes nothing.
  await load(sale(5, 1, "2026-04-27", "7.05"), sale(2, 2, "2026-04-28", "0.20"), sale(3, 2, "2026-04-28", "6"));
  await load(sale(3, 1, "2026-05-05", "100", { version: 1 }), sale(6, 1, "2026-09-01", "9"));
  await newCalendar({ open: [holiday({ date: "2026-04-28", name: "A new one" })], close: [king.holidayId] });
  const b = await pinNow();

  const { figures, overview } = await ask(a, b);
  expect(figures.map(told)).toEqual([
    [
      "2026-04-27",
      false,
      { before: 0, after: 2, eventsAlone: 0, calendarAlone: 2, parts: { ...none, calendar: 2 } },
      {
        before: null,
        after: "17.15",
        eventsAlone: null,
        calendarAlone: "10.30",
        parts: { added: "0", corrected: "0", reprocessed: "0", rezoned: "0", calendar: "17.15" },
      },
    ],
    [
      "2026-04-27",
      true,
      {
        before: 2,
        after: 0,
        eventsAlone: 2,
        calendarAlone: 0,
        parts: { ...none, added: 1, corrected: -1, calendar: -2 },
      },
      {
        before: "10.30",
        after: null,
        eventsAlone: "17.15",
        calendarAlone: null,
        parts: { added: "7.05", corrected: "-0.20", reprocessed: "0.00", rezoned: "0.00", calendar: "-17.15" },
      },
    ],
    [
      "2026-04-28",
      false,
      {
        before: 1,
        after: 0,
        eventsAlone: 2,
        calendarAlone: 0,
        parts: { ...none, corrected: 1, calendar: -2 },
      },
      {
        before: "5",
        after: null,
        eventsAlone: "6.20",
        calendarAlone: null,
        parts: { added: "0", corrected: "1.20", reprocessed: "0.00", rezoned: "0.00", calendar: "-6.20" },
      },
    ],
    [
      "2026-04-28",
      true,
      { before: 0, after: 2, eventsAlone: 0, calendarAlone: 1, parts: { ...none, calendar: 2 } },
      {
        before: null,
        after: "6.20",
        eventsAlone: null,
        calendarAlone: "5",
        parts: { added: "0", corrected: "0", reprocessed: "0", rezoned: "0", calendar: "6.20" },
      },
    ],
  ]);
  expect(figures.map((each) => [each.events.difference, each.events.byEvents, each.amount.difference])).toEqual([
    [2, 0, "17.15"],
    [-2, 0, "-10.30"],
    [-1, 1, "-5"],
    [2, 0, "6.20"],
  ]);
  expect(overview!.causes).toEqual({ added: 1, corrected: 2, reprocessed: 0, rezoned: 0 });
  const total = (isHoliday: boolean) => overview!.totals.find((each) => each.isPublicHoliday === isHoliday)!;
  expect(total(true).events).toMatchObject({ before: 2, after: 2, parts: { added: 1, corrected: -1, calendar: 0 } });
  expect(total(false).amount).toMatchObject({ before: "5", after: "17.15", parts: { calendar: "10.95" } });
  // The same the other way round, and nothing where nothing lies between.
  const back = (await ask(b, a)).figures;
  expect(back.map((each) => [each.events.before, each.events.after])).toEqual(
    figures.map((each) => [each.events.after, each.events.before]),
  );
  expect(await ask(a, a)).toEqual({
    figures: [],
    overview: { totals: [], causes: { added: 0, corrected: 0, reprocessed: 0, rezoned: 0 } },
  });
});

test("an event that left the days asked about is corrected, not gone; figures that two causes cancel are told", async () => {
  await load(sale(1, 1, "2026-04-27", "10"), sale(2, 1, "2026-04-28", "5"));
  const a = await pinNow();
  await load(sale(1, 2, "2026-07-01", "10"), sale(2, 2, "2026-05-06", "5"), sale(12, 1, "2026-04-28", "5"));
  const b = await pinNow();
  const { figures, overview } = await ask(a, b, { lastDay: "2026-04-30" });
  expect(figures.map((each) => [each.date, each.events.parts, each.users.parts])).toEqual([
    ["2026-04-27", { ...none, corrected: -1 }, { ...none, corrected: -1 }],
    // The same user stands on both sides: first beside himself, then alone.
    ["2026-04-28", { ...none, added: 1, corrected: -1 }, none],
  ]);
  expect(figures[1]!.amount).toMatchObject({ before: "5", after: "5" });
  expect(overview!.causes).toEqual({ added: 1, corrected: 2, reprocessed: 0, rezoned: 0 });
});

test("another time zone of the location moves events to other days: a cause of its own", async () => {
  await load(sale(1, 1, "2026-04-27", "10"));
  const a = await pinNow();
  await writeLocations(database, [{ locationId: parks[0]!, timeZone: "America/New_York" }]);
  const b = await pinNow();
  const { figures, overview } = await ask(a, b, { basis: "event" });
  expect(figures.map((each) => [each.date, each.events.parts])).toEqual([
    ["2026-04-20", { ...none, rezoned: 1 }],
    ["2026-04-21", { ...none, rezoned: -1 }],
  ]);
  expect(overview!.causes).toEqual({ added: 0, corrected: 0, reprocessed: 0, rezoned: 1 });
  expect((await ask(a, b)).figures).toEqual([]);
});

test("what nobody could know becomes known: a location's first sync, and a year that was not synced in full", async () => {
  const at = (n: number, park: number, day: string) => sale(n, 1, day, "1", { locationId: parks[park]! });
  await load(at(1, 2, "2026-04-28"), at(2, 0, "2026-04-28"), at(3, 0, "2027-05-03"));
  const a = await pinNow();
  await newCalendar({ coverage: { 2027: "full" } });
  const b = await pinNow();
  const { figures } = await ask(a, b, { lastDay: "2027-12-31" });
  const told = figures.map((each) => [each.date, each.locationId, each.isPublicHoliday, each.events.parts.calendar]);
  expect(told).toEqual([
    ["2026-04-28", parks[2], null, -1],
    ["2026-04-28", parks[2], false, 1],
    ["2027-05-03", parks[0], null, -1],
    ["2027-05-03", parks[0], false, 1],
  ]);
});

test("without days it is about all that there are events of", async () => {
  const a = await pinNow();
  await load(sale(1, 1, "2026-04-27", "10"), sale(2, 1, "2031-01-01", "5"));
  const b = await pinNow();
  for (const basis of dailyBases) {
    const whole = await ask(a, b, { basis, firstDay: "2026-01-01", lastDay: "2031-12-31" });
    expect(await ask(a, b, { basis, firstDay: null, lastDay: null })).toEqual(whole);
    expect(whole.overview!.causes.added).toBe(2);
  }
  expect((await ask(a, b, { firstDay: "2026-05-01", lastDay: null })).figures).toHaveLength(1);
  expect((await ask(a, b, { firstDay: null, lastDay: "2026-05-01" })).figures).toHaveLength(1);
});

test("two pins of an empty database differ in nothing", async () => {
  const [a, b] = [await pinNow(), await pinNow()];
  expect((await ask(a, b, { firstDay: null, lastDay: null })).figures).toEqual([]);
});

/** In hundredths: exact. */
const cents = (amount: string | null): bigint => {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount ?? "0")!;
  return BigInt(`${sign}${whole}${fraction.padEnd(2, "0").slice(0, 2)}`);
};
const adds = (change: Change<number>) =>
  Object.values(change.parts).reduce((sum, part) => sum + part, 0) === change.after - change.before;

/** What the daily insights say with these pins, by figure. */
async function insights(basis: DailyBasis, events: Pins, calendar: Pins) {
  const rows = await readDaily(database, {
    locationIds: null,
    from: "2026-04-25",
    to: "2026-05-02",
    eventType: null,
    basis,
    eventsAsOf: events.eventsAsOf,
    calendarAsOf: calendar.calendarAsOf,
    after: null,
    limit: 1_000,
  });
  return new Map(rows.map((row) => [keyOf(row), [row.events, row.users, cents(row.amount)] as const]));
}
const keyOf = (row: Omit<DiffFigure, "events" | "users" | "amount">) =>
  [row.date, row.locationId, row.eventType, row.currency, row.isPublicHoliday, row.isSchoolHoliday].join();

test("the four combinations are what the daily insights say, the parts add up, and no change is left out (drawn stories)", async () => {
  const days = ["2026-04-26", "2026-04-27", "2026-04-28", "2026-05-01", "2026-06-01", null];
  const drawn = fc.record({
    n: fc.nat(11),
    park: fc.constantFrom(0, 1, 2, null),
    visitDate: fc.constantFrom(...days),
    eventType: fc.constantFrom("PaymentSuccessful", "PaymentRefunded"),
    metadata: fc.constantFrom(
      '{"total_amount": 0.10, "currency": "EUR"}',
      '{"total_amount": 3}',
      '{"currency": "EUR"}',
    ),
    hour: fc.nat(96),
    user: fc.nat(3),
    version: fc.integer({ min: 1, max: 4 }),
  });
  type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(drawn, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant("calendar" as const) },
    { weight: 1, arbitrary: fc.constantFrom("Pacific/Auckland", "America/New_York", "Europe/Amsterdam") },
  );
  let named: HolidayId[] = [];
  const made = ({ n, version, park, hour, user, ...rest }: Drawn) =>
    eventOf(n, version, {
      ...rest,
      locationId: park === null ? null : parks[park]!,
      userId: `00000000-0000-4000-8000-00000000000${user}`,
      eventTimeUs: (Date.parse("2026-04-25T00:00:00Z") + hour * 3_600_000) * 1_000,
    });
  async function take(one: Drawn[] | string): Promise<void> {
    if (typeof one !== "string") return void (await load(...one.map(made)));
    if (one !== "calendar") return void (await writeLocations(database, [{ locationId: parks[1]!, timeZone: one }]));
    const next = holiday({ date: days[named.length % 4]!, name: `Day ${named.length}` });
    await newCalendar({ open: [next], close: named.slice(-1) });
    named = [...named, next.holidayId];
  }
  let figuresSeen = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), fc.boolean(), async (steps, isBack) => {
      const first = await pinNow();
      for (const one of steps) await take(one);
      const second = await pinNow();
      const [a, b] = isBack ? [second, first] : [first, second];
      for (const basis of dailyBases) {
        const question = { basis, firstDay: "2026-04-25", lastDay: "2026-05-02" };
        const { figures } = await ask(a, b, question);
        const [aa, ba, ab, bb] = await Promise.all([
          insights(basis, a, a),
          insights(basis, b, a),
          insights(basis, a, b),
          insights(basis, b, b),
        ]);
        const nothing = [0, 0, 0n] as const;
        for (const figure of figures) {
          const { events, users, amount } = figure;
          const corner = (name: "before" | "eventsAlone" | "calendarAlone" | "after") => [
            events[name],
            users[name],
            cents(amount[name]),
          ];
          const key = keyOf(figure);
          expect(corner("before")).toEqual(aa.get(key) ?? nothing);
          expect(corner("eventsAlone")).toEqual(ba.get(key) ?? nothing);
          expect(corner("calendarAlone")).toEqual(ab.get(key) ?? nothing);
          expect(corner("after")).toEqual(bb.get(key) ?? nothing);
          expect([adds(events), adds(users)]).toEqual([true, true]);
          const parts = Object.values(amount.parts).reduce((sum, part) => sum + cents(part), 0n);
          expect(parts).toBe(cents(amount.after) - cents(amount.before));
          expect(cents(amount.difference)).toBe(parts);
          expect(cents(amount.byEvents)).toBe(parts - cents(amount.parts.calendar));
          expect([events.difference, events.byEvents]).toEqual([
            events.after - events.before,
            events.eventsAlone - events.before,
          ]);
          expect(events.parts.calendar).toBe(events.after - events.eventsAlone);
        }
        const differing = [...new Set([...aa.keys(), ...bb.keys()])].filter(
          (key) => (aa.get(key) ?? nothing).join() !== (bb.get(key) ?? nothing).join(),
        );
        expect(figures.map(keyOf)).toEqual(expect.arrayContaining(differing));
        figuresSeen += figures.length;
        const paged: DiffFigure[] = [];
        for (let page: DiffFigure[]; ;) {
          page = (await ask(a, b, { ...question, after: paged.at(-1) ?? null, limit: 2 })).figures;
          paged.push(...page);
          if (page.length < 2) break;
        }
        expect(paged).toEqual(figures);
      }
    }),
    { numRuns: 15 },
  );
  expect(figuresSeen).toBeGreaterThan(30);
}, 120_000);
