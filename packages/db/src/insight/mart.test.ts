import { randomUUID } from "node:crypto";
import { testDatabase } from "@almanac/db/testing";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import { eventOf, loadEvents } from "@almanac/db/testing/events";
import { writeFeed } from "@almanac/db/testing/feeds";
import { articleIdOf, isTicketEvent } from "@almanac/domain/dimension/named";
import type { EventFacts } from "@almanac/domain/event/event";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../database.ts";
import { stampHistory } from "../history.ts";
import { type PinLookup, readPinsAsOf } from "../version/pins.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let park: LocationId;
let calendar: Awaited<ReturnType<typeof writeCalendar>>;
let number = 0;

const rowsOf = async (text: string, values: unknown[] = []) => (await database.query(text, values)).rows;
/** Loads one event a description, and returns their ids. */
async function happen(...facts: readonly Partial<EventFacts>[]) {
  const events = facts.map((other) => eventOf((number += 1), other.version, other));
  await loadEvents(database, [events]);
  return events.map((event) => event.eventId);
}
const paid = (visitDate: string | null, amount: string, other: Partial<EventFacts> = {}): Partial<EventFacts> => ({
  eventType: "PaymentSuccessful",
  locationId: park,
  visitDate,
  metadata: `{"total_amount": ${amount}, "currency": "EUR"}`,
  ...other,
});

beforeAll(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  [park] = (await writeLocations(database, [{ subdivisionCode: "NL-FL", timeZone: "Europe/Amsterdam" }])) as [
    LocationId,
  ];
  calendar = await writeCalendar(database, {
    region: "NL",
    open: [
      holiday({ date: "2016-05-05", name: "Liberation Day" }),
      holiday({ date: "2016-05-05", name: "Ascension Day" }),
      holiday({ date: "2016-05-05", name: "Feast of someone", type: "observance" }),
      holiday({ date: "2016-12-25", name: "Christmas Day", endDate: "2016-12-26" }),
      holiday({ date: "2016-01-02", name: "New Year's Day", observedDate: "2016-01-04" }),
      holiday({ date: "2016-07-09", name: "Summer", type: "school", endDate: "2016-07-11" }),
      holiday({ date: "2017-05-05", name: "Liberation Day" }),
    ],
    coverage: { 2016: "full", 2017: "partial" },
  });
  await syncLocations(database, [park], calendar);
});
afterAll(async () => {
  await database.close();
  await clone.close();
});

test("what is paid on a day of two holidays is counted once, with both names", async () => {
  const [event] = await happen(paid("2016-05-05", "59.99"));
  expect(
    await rowsOf("select * from mart.bridge_location_day_holidays where location_id = $1 and date = '2016-05-05'", [
      park,
    ]),
  ).toHaveLength(3);
  expect(
    await rowsOf(
      "select amount, is_public_holiday, is_weekend, holiday_names from mart.fact_events_holidays where event_id = $1",
      [event],
    ),
  ).toEqual([
    { amount: "59.99", is_public_holiday: true, is_weekend: false, holiday_names: ["Ascension Day", "Liberation Day"] },
  ]);
  expect(
    await rowsOf("select (select count(*) from mart.fact_events_holidays) = (select count(*) from events) as same"),
  ).toEqual([{ same: true }]);
});

test("days of a holiday of several days and the day taken off in its place are holidays", async () => {
  const days = ["2016-12-24", "2016-12-25", "2016-12-26", "2016-12-27", "2016-01-02", "2016-01-03", "2016-01-04"];
  const events = await happen(...days.map((day) => paid(day, "1")));
  const rows = await rowsOf(
    `select f.is_public_holiday from unnest($1::uuid[]) with ordinality as t (event_id, place)
     join mart.fact_events_holidays f using (event_id) order by place`,
    [events],
  );
  expect(rows.map((row) => row["is_public_holiday"])).toEqual([false, true, true, false, true, false, true]);
  expect(
    await rowsOf(
      "select date, observed from mart.bridge_location_day_holidays where holiday_name like 'New Year%' order by 1",
    ),
  ).toEqual([
    { date: "2016-01-02", observed: false },
    { date: "2016-01-04", observed: true },
  ]);
});

test("flags are null where nobody can know", async () => {
  const unknown = { is_public_holiday: null, is_school_holiday: null, is_weekend: null, holiday_names: null };
  const cases: [Partial<EventFacts>, object][] = [
    [paid(null, "1"), unknown],
    [paid("2016-05-05", "1", { locationId: null }), unknown],
    // A park that nobody registered: its weekends are known, its holidays are not.
    [paid("2016-05-07", "1", { locationId: randomUUID() }), { ...unknown, is_weekend: true }],
    // A year that was synced in part: what was found is one, what was not found may be one.
    [
      paid("2017-05-05", "1"),
      { ...unknown, is_public_holiday: true, is_weekend: false, holiday_names: ["Liberation Day"] },
    ],
    [paid("2017-05-04", "1"), { ...unknown, is_weekend: false }],
    // A year that was never synced.
    [paid("2031-05-05", "1"), { ...unknown, is_weekend: false }],
    [paid("2016-05-04", "1"), { ...unknown, is_public_holiday: false, is_weekend: false, holiday_names: [] }],
  ];
  const events = await happen(...cases.map(([facts]) => facts));
  const rows = await rowsOf(
    `select is_public_holiday, is_school_holiday, is_weekend, holiday_names
     from unnest($1::uuid[]) with ordinality as t (event_id, place) join mart.fact_events_holidays using (event_id) order by place`,
    [events],
  );
  expect(rows).toEqual(cases.map(([, expected]) => expected));
});

test("school holidays are told once their source is known to tell them", async () => {
  const events = await happen(paid("2016-07-11", "1"), paid("2016-07-12", "1"));
  const flags = () =>
    rowsOf(
      `select is_public_holiday, is_school_holiday, holiday_names from mart.fact_events_holidays
       where event_id = any($1) order by visit_date`,
      [events],
    );
  const common = { is_public_holiday: false, holiday_names: [] as string[] };
  expect(await flags()).toEqual([
    { ...common, is_school_holiday: null },
    { ...common, is_school_holiday: null },
  ]);
  await database.query("insert into school_holiday_source values ('offline')");
  expect(await flags()).toEqual([
    { is_public_holiday: false, is_school_holiday: true, holiday_names: ["Summer"] },
    { ...common, is_school_holiday: false },
  ]);
  await database.query("delete from school_holiday_source");
});

test("an event's day is that of its location's time zone, UTC without one or with one that nobody knows", async () => {
  const [plain, strange] = await writeLocations(database, [{}, { timeZone: "Mars/Olympus" }]);
  const eventTimeUs = Date.parse("2016-03-01T23:30:00Z") * 1_000;
  const events = await happen(
    ...[park, plain!, strange!, null, randomUUID()].map((locationId) => ({ locationId, eventTimeUs })),
  );
  const rows = await rowsOf(
    "select event_date from unnest($1::uuid[]) with ordinality as t (event_id, place) join mart.fact_events using (event_id) order by place",
    [events],
  );
  expect(rows.map((row) => row["event_date"])).toEqual([
    "2016-03-02",
    "2016-03-01",
    "2016-03-01",
    "2016-03-01",
    "2016-03-01",
  ]);
});

test("odd metadata gives null and never an error", async () => {
  const odd = [
    '"text"',
    '"12.5"',
    '"NaN"',
    "true",
    "null",
    "[1]",
    '{"a": 1}',
    "1e400",
    "-1e400",
    "2.5",
    "12345678901234567890123",
    '""',
  ];
  const fields = [
    "total_amount",
    "currency",
    "article_id",
    "article_price",
    "quantity",
    "article_count",
    "ticket_price",
    "payment_method",
    "reason",
    "barcode_type",
    "scanner_location",
  ];
  const events = await happen(
    ...odd.map((value) => ({ metadata: `{${fields.map((field) => `"${field}": ${value}`).join(", ")}}` })),
    { metadata: '{"total_amount": 0.10, "quantity": 3, "article_id": 98765, "barcode_type": "QR"}' },
  );
  const rows = await rowsOf(
    `select f.* from unnest($1::uuid[]) with ordinality as t (event_id, place) join mart.fact_events f using (event_id) order by place`,
    [events],
  );
  expect(rows.map((row) => row["quantity"])).toEqual([...odd.map(() => null), 3]);
  expect(rows.map((row) => row["amount"])).toEqual([
    ...Array.from({ length: 7 }, () => null),
    `1${"0".repeat(400)}`,
    `-1${"0".repeat(400)}`,
    "2.5",
    "12345678901234567890123",
    null,
    "0.10",
  ]);
  expect(rows.map((row) => row["currency"])).toEqual([
    "text",
    "12.5",
    "NaN",
    ...Array.from({ length: 8 }, () => null),
    "",
    null,
  ]);
  expect(rows.at(-1)).toMatchObject({ amount: "0.10", quantity: 3, article_id: "98765", barcode_type: "QR" });
});

test("the database names the same ticket and article as domain does", async () => {
  const relatedId = randomUUID();
  const values = [
    '"98765"',
    "98765",
    "98765.0",
    "-0",
    "1e3",
    "1.5",
    "12345678901234567890123",
    "1e400",
    "null",
    '""',
    "[1]",
    `"${"🎢".repeat(200)}"`,
    `"${"x".repeat(201)}"`,
  ];
  for (const value of values) {
    const metadata = `{"article_id": ${value}}`;
    expect(await rowsOf("select mart.article_in($1) as id", [metadata])).toEqual([{ id: articleIdOf(metadata) }]);
  }
  for (const { event_type: eventType } of await rowsOf("select event_type from event_schema")) {
    const ticketId = isTicketEvent(eventType) ? relatedId : null;
    expect(await rowsOf("select mart.ticket_in($1, $2) as id", [eventType, relatedId])).toEqual([{ id: ticketId }]);
  }
});

test("what was read as of an instant is read again to the row, whatever is loaded later", async () => {
  // In Auckland the second one is of the next day.
  const eventTimeUs = Date.parse("2016-03-01T13:30:00Z") * 1_000;
  const [first, second] = await happen(paid("2016-05-05", "10"), paid("2016-05-04", "20", { eventTimeUs }));
  const { settled } = (await rowsOf("select mart.settled_now()::text as settled"))[0]!;
  const read = async () => ({
    events: await rowsOf("select * from mart.events_as_of($1) order by event_id", [settled]),
    holidays: await rowsOf("select * from mart.location_holidays_as_of($1) order by date, holiday_id, location_id", [
      settled,
    ]),
    joined: await rowsOf("select * from mart.events_holidays_as_of($1, $1) order by event_id", [settled]),
  });
  const before = await read();
  expect(before.events).toEqual(await rowsOf("select * from mart.fact_events order by event_id"));
  expect(before.joined).toEqual(await rowsOf("select * from mart.fact_events_holidays order by event_id"));
  expect(before.holidays).toEqual(
    await rowsOf(
      "select * from mart.bridge_location_day_holidays where current_version order by date, holiday_id, location_id",
    ),
  );

  // A higher version, a late lower one, a new event, another time zone, another calendar.
  const again = { eventId: first!, version: 5 };
  await loadEvents(database, [[eventOf(1, 5, { ...paid("2016-05-06", "11"), ...again })]]);
  await loadEvents(database, [[eventOf(1, 3, { ...paid("2016-05-07", "12"), ...again, version: 3 })]]);
  await happen(paid("2016-05-05", "99"));
  await writeLocations(database, [{ locationId: park, timeZone: "Pacific/Auckland" }]);
  const moved = await writeCalendar(database, {
    region: "NL",
    open: [holiday({ date: "2016-05-04", name: "A new one" })],
  });
  await syncLocations(database, [park], moved);

  expect(await rowsOf("select event_date from mart.fact_events where event_id = $1", [second])).toEqual([
    { event_date: "2016-03-02" },
  ]);
  expect(await rowsOf("select version, amount from mart.fact_events where event_id = $1", [first])).toEqual([
    { version: 5, amount: "11" },
  ]);
  expect(await rowsOf("select is_public_holiday from mart.fact_events_holidays where event_id = $1", [second])).toEqual(
    [{ is_public_holiday: true }],
  );
  const after = await read();
  expect(after.events).toEqual(before.events);
  expect(after.joined).toEqual(before.joined);
  expect(after.holidays.map((row) => ({ ...row, current_version: true }))).toEqual(before.holidays);
});

test("the settled instant waits for whoever has stamped and not yet committed", async () => {
  const held = Promise.withResolvers<void>();
  const stamped = Promise.withResolvers<string>();
  const writer = database.transaction(async (tx) => {
    stamped.resolve(await stampHistory(tx));
    await held.promise;
  });
  const stamp = await stamped.promise;
  const asking = rowsOf("select mart.settled_now() > $1::timestamptz as later", [stamp]);
  const waiting = `select 1 from pg_locks l join pg_database d on d.oid = l.database
    where locktype = 'advisory' and datname = current_database()`;
  await expect.poll(() => rowsOf(`${waiting} and not granted`)).toHaveLength(1);
  held.resolve();
  await writer;
  expect(await asking).toEqual([{ later: true }]);
  expect(await rowsOf(waiting)).toEqual([]);
});

test("members of the star are those that events and feeds name", async () => {
  await writeFeed(database, "articles", [
    [{ dimension: "articles", articleId: "98765", articleName: "Winter Jacket", price: "29.99", currency: "USD" }],
  ]);
  await happen({ metadata: '{"article_id": 98765}', eventType: "ArticleAddedToCart" });
  expect(
    await rowsOf(
      "select article_name, price from mart.fact_events join mart.dim_articles using (article_id) where article_id = '98765' limit 1",
    ),
  ).toEqual([{ article_name: "Winter Jacket", price: "29.99" }]);
});

test("every state of a member can be read with the span of time in which it was what we knew", async () => {
  const price = (text: string) => ({
    dimension: "articles" as const,
    articleId: "777",
    articleName: "Locker",
    price: text,
    currency: "EUR",
  });
  await happen({ metadata: '{"article_id": "777"}', eventType: "ArticleAddedToCart" });
  await writeFeed(database, "articles", [[price("2"), price("3")]]);
  await writeFeed(database, "articles", [[price("4")]]);
  const rows = await rowsOf(
    `select price, inferred, recorded_at = superseded_at as unseen, superseded_at is null as is_current,
       recorded_at = lag(superseded_at) over (order by state_no) as follows
     from mart.article_states where article_id = '777' order by state_no`,
  );
  const inferred = rows.filter((row) => row["inferred"]);
  expect(rows.slice(inferred.length).map((row) => [row["price"], row["unseen"], row["is_current"]])).toEqual([
    ["2", true, false],
    ["3", false, false],
    ["4", null, true],
  ]);
  expect(rows.slice(1).every((row) => row["follows"])).toBe(true);
});

test("the version in force at an instant is the one that reads as of it take, and none where retention took some away", async () => {
  const [place] = await writeLocations(database, [{}]);
  await database.query("update location_state set recorded = '[2019-01-01Z,)' where location_id = $1", [place]);
  const at = (day: string) => `${day}T03:00:00.000000Z`;
  await database.transaction(async (tx) => {
    await tx.query("select set_config('almanac.pruning', 'on', true)");
    // Versions 3, 4 and 6 were pruned.
    const insert = `insert into location_version_run (location_id, first_version, first_synced_at, calendar_id, revision,
         added, removed, moved, renamed, versions, synced_at, sync_nos, pruned_to)
       values ($1, ($2::int[])[1], ($3::timestamptz[])[1], $4, $5, 0, 0, 0, 0, $2, $3, $2, $6)`;
    for (const [versions, days, prunedTo] of [
      [[1, 2, 5], ["2020-01-10", "2020-01-20", "2020-03-20"], "month"],
      [[7, 8], ["2020-03-22", "2020-03-23"], "day"],
    ] as const) {
      await tx.query(insert, [place, versions, days.map(at), calendar.calendarId, calendar.revision, prunedTo]);
    }
  });
  const probes = [
    "2020-01-09",
    "2020-01-10",
    "2020-01-19",
    "2020-01-20",
    "2020-02-15",
    "2020-03-01",
    "2020-03-19",
    "2020-03-20",
    "2020-03-21",
    "2020-03-22",
    "2020-03-23",
    "2026-01-01",
  ];
  for (const day of probes) {
    const instant = at(day);
    const [{ pin, gapAfter }] = (await readPinsAsOf(database, [place!], instant)) as [PinLookup];
    const rows = await rowsOf(
      `select version from mart.location_versions
       where location_id = $1 and synced_at <= $2 and (superseded_at is null or $2 < superseded_at)`,
      [place, instant],
    );
    expect(rows, day).toEqual(pin === null || gapAfter ? [] : [{ version: pin.version }]);
  }
});

test("the days of the calendar are all there, with the weeks of ISO 8601", async () => {
  expect(await rowsOf("select count(*)::int as days, min(date), max(date) from mart.dim_dates")).toEqual([
    { days: 22280, min: "1990-01-01", max: "2050-12-31" },
  ]);
  expect(await rowsOf("select * from mart.dim_dates where date = '2027-01-01'")).toEqual([
    {
      date: "2027-01-01",
      year: 2027,
      quarter: 1,
      month: 1,
      month_name: "January",
      day: 1,
      day_of_year: 1,
      iso_year: 2026,
      iso_week: 53,
      weekday: 5,
      weekday_name: "Friday",
      is_weekend: false,
      first_of_month: "2027-01-01",
      last_of_month: "2027-01-31",
    },
  ]);
});
