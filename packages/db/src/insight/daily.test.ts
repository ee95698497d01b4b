import { testDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { eventOf, loadEvents } from "@almanac/db/testing/events";
import type { EventFacts } from "@almanac/domain/event/event";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";
import { instantOf } from "../instants.ts";
import { type DailyQuestion, dailyBases, dailySql, readDaily } from "./daily.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let parks: LocationId[];
let number = 0;

const ask = (other: Partial<DailyQuestion>) =>
  readDaily(database, {
    locationIds: null,
    from: "2026-01-01",
    to: "2026-12-31",
    eventType: null,
    basis: "visit",
    eventsAsOf: null,
    calendarAsOf: null,
    after: null,
    limit: 1_000,
    ...other,
  });

/** An event on an instant, for a visit at a park. */
function happened(
  at: string,
  park: number | null,
  visitDate: string | null,
  metadata: string,
  other: Partial<EventFacts> = {},
) {
  const locationId = park === null ? null : parks[park]!;
  const eventTimeUs = Date.parse(at) * 1_000;
  return eventOf((number += 1), 1, { eventTimeUs, locationId, visitDate, metadata, ...other });
}

const user = (n: number) => ({ userId: `00000000-0000-4000-8000-00000000000${n}` });

beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  parks = (await writeLocations(database, [{ timeZone: "Europe/Amsterdam" }, { timeZone: "America/New_York" }])).sort();
  await database.query(
    "update location_state set time_zone = case location_id when $1 then 'Europe/Amsterdam' else 'America/New_York' end",
    [parks[0]],
  );
  const open = [
    holiday({ date: "2026-04-27", name: "King's Day" }),
    holiday({ date: "2026-05-05", name: "Liberation Day" }),
    holiday({ date: "2026-05-05", name: "Another one" }),
  ];
  await syncLocations(
    database,
    parks,
    await writeCalendar(database, { region: "NL", open, coverage: { 2026: "full" } }),
  );
  await loadEvents(database, [
    [
      happened("2026-04-01T10:00:00Z", 0, "2026-05-05", '{"total_amount": 10.10, "currency": "EUR"}', user(1)),
      happened("2026-04-01T23:00:00Z", 0, "2026-05-05", '{"total_amount": 0.20, "currency": "EUR"}', user(1)),
      happened("2026-04-02T03:00:00Z", 1, "2026-05-05", '{"total_amount": 5, "currency": "USD"}', user(2)),
      happened("2026-04-02T05:00:00Z", 1, "2026-05-06", '{"total_amount": 7, "currency": "USD"}', user(2)),
      happened("2026-04-02T05:00:00Z", 1, "2026-05-06", '{"total_amount": 8, "currency": "EUR"}', user(3)),
      happened("2026-04-02T05:00:00Z", 0, null, '{"article_id": 5, "article_price": 3, "currency": "EUR"}', {
        ...user(3),
        eventType: "ArticleAddedToCart",
      }),
      happened("2026-04-02T05:00:00Z", null, "2026-05-09", '{"total_amount": 1, "currency": "EUR"}', user(4)),
    ],
  ]);
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

const none = { isSchoolHoliday: null };
const holidays = { ...none, isPublicHoliday: true, isWeekend: false, holidayNames: ["Another one", "Liberation Day"] };
const workday = { ...none, isPublicHoliday: false, isWeekend: false, holidayNames: [] };
const nowhere = { ...none, isPublicHoliday: null, isWeekend: null, holidayNames: null };
const row = (
  date: string,
  park: number | null,
  events: number,
  users: number,
  amount: string | null,
  currency: string | null = "EUR",
) => ({
  date,
  locationId: park === null ? null : parks[park]!,
  eventType: amount === null ? "ArticleAddedToCart" : "PaymentSuccessful",
  currency,
  events,
  users,
  amount,
});

test("by visit: what was bought for a day, with that day's holidays, amounts apart by currency", async () => {
  expect(await ask({})).toEqual([
    { ...row("2026-05-05", 0, 2, 1, "10.30"), ...holidays },
    { ...row("2026-05-05", 1, 1, 1, "5", "USD"), ...holidays },
    { ...row("2026-05-06", 1, 1, 1, "8"), ...workday },
    { ...row("2026-05-06", 1, 1, 1, "7", "USD"), ...workday },
    { ...row("2026-05-09", null, 1, 1, "1"), ...nowhere },
  ]);
});

test("by event: the local day on which it happened, first and last day inclusive", async () => {
  const april = { basis: "event", from: "2026-04-01", to: "2026-04-02" } as const;
  expect(await ask(april)).toEqual([
    { ...row("2026-04-01", 0, 1, 1, "10.10"), ...workday },
    { ...row("2026-04-01", 1, 1, 1, "5", "USD"), ...workday },
    { ...row("2026-04-02", null, 1, 1, "1"), ...nowhere },
    { ...row("2026-04-02", 0, 1, 1, null, null), ...workday },
    { ...row("2026-04-02", 0, 1, 1, "0.20"), ...workday },
    { ...row("2026-04-02", 1, 1, 1, "8"), ...workday },
    { ...row("2026-04-02", 1, 1, 1, "7", "USD"), ...workday },
  ]);
  expect(await ask({ ...april, to: "2026-04-01" })).toHaveLength(2);
  expect(await ask({ ...april, from: "2026-04-02", to: "2026-04-02" })).toHaveLength(5);
  expect(await ask({ ...april, from: "2026-04-03" })).toEqual([]);
});

test("locations and the type of events narrow it; naming locations leaves out what names none", async () => {
  expect(await ask({ locationIds: [parks[1]!] })).toHaveLength(3);
  expect(await ask({ locationIds: parks })).toHaveLength(4);
  expect(await ask({ locationIds: [] })).toEqual([]);
  expect(await ask({ eventType: "ArticleAddedToCart", basis: "event" })).toHaveLength(1);
  expect(await ask({ eventType: "Unheard" })).toEqual([]);
});

test.each(dailyBases)("pages by %s are the whole list, each row once", async (basis) => {
  const whole = await ask({ basis });
  const paged: typeof whole = [];
  for (let after: DailyQuestion["after"] = null; ; after = paged.at(-1)!) {
    const page = await ask({ basis, after, limit: 2 });
    paged.push(...page);
    if (page.length < 2) break;
  }
  expect(paged).toEqual(whole);
});

test("the flags of a visit are those of mart.fact_events_holidays", async () => {
  const { rows } = await database.query(
    `select visit_date as date, location_id, bool_and(is_public_holiday) as is_public, max(holiday_names) as names
     from mart.fact_events_holidays where visit_date is not null group by 1, 2 order by 1, coalesce(location_id::text, '')`,
  );
  const days = new Map((await ask({})).map((each) => [`${each.date} ${each.locationId}`, each]));
  expect(rows.map((each) => [each["is_public"], each["names"]])).toEqual(
    [...days.values()].map((each) => [each.isPublicHoliday, each.holidayNames]),
  );
});

test("read as of an instant it is the same after later loads, corrections and syncs", async () => {
  const { rows } = await database.query<{ now: string }>("select mart.settled_now() as now");
  const now = instantOf(rows[0]!.now);
  const questions = dailyBases.map((basis) => ({ basis, eventsAsOf: now, calendarAsOf: now }));
  const before = await Promise.all(questions.map(ask));
  expect(before).toEqual(await Promise.all(dailyBases.map((basis) => ask({ basis }))));
  await loadEvents(database, [[{ ...eventOf(1, 2), locationId: parks[0]!, visitDate: "2026-05-05" }]]);
  await loadEvents(database, [
    [happened("2026-04-01T10:00:00Z", 0, "2026-05-05", '{"total_amount": 1, "currency": "EUR"}')],
  ]);
  const more = await writeCalendar(database, {
    region: "NL",
    open: [holiday({ date: "2026-05-06", name: "A new one" })],
  });
  await syncLocations(database, parks, more);
  expect(await Promise.all(questions.map(ask))).toEqual(before);
  // The axes are pinned one by one, too.
  const calendarPinned = await ask({ calendarAsOf: now });
  expect(calendarPinned.find((each) => each.date === "2026-05-06")).toMatchObject({ isPublicHoliday: false });
  expect(calendarPinned[0]).not.toEqual(before[1]![0]);
  expect((await ask({ eventsAsOf: now })).find((each) => each.date === "2026-05-06")).toMatchObject({
    isPublicHoliday: true,
  });
});

test("a range of days reaches an index of the events", async () => {
  await database.transaction(async (tx) => {
    await tx.query("set local enable_seqscan = off");
    for (const [basis, index] of [
      ["event", "events_time"],
      ["visit", "events_visit"],
    ] as const) {
      const { rows } = await tx.query<Record<string, string>>(
        `explain ${dailySql({ basis, eventsAsOf: null, calendarAsOf: null })}`,
        ["2026-04-01", "2026-04-02", null, null, null, null, null, null, 10],
      );
      expect(rows.map((each) => each["QUERY PLAN"]).join("\n")).toContain(index);
    }
  });
});
