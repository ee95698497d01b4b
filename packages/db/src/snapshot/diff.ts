// What did the days' figures become between two pins, and by which cause? The same figures as the daily insights, told apart
// by the day's flags, because a calendar changes no sale, only what kind of day it belongs to.
import type { LocationId } from "@almanac/domain/ids";
import type { Queryable, Tx } from "../database.ts";
import type { DailyBasis } from "../insight/daily.ts";
import { readCalendarPairs } from "./calendar-pairs.ts";
import { changed, diffSql } from "./diff-sql.ts";

export interface DiffQuestion {
  /** Instants (RFC 3339), each pair settled. */
  from: { eventsAsOf: string; calendarAsOf: string };
  to: { eventsAsOf: string; calendarAsOf: string };
  /** First and last day, both inclusive, `YYYY-MM-DD`; null: of all events. */
  firstDay: string | null;
  lastDay: string | null;
  /** Null: all of them, and what names none. */
  locationIds: readonly LocationId[] | null;
  eventType: string | null;
  basis: DailyBasis;
  /** The last figure of the page before; null for the first page, which also tells totals and causes. */
  after: DiffPlace | null;
  limit: number;
}

/** Where a figure stands; nothing before something, false before true. */
export interface DiffPlace {
  date: string;
  locationId: LocationId | null;
  eventType: string;
  currency: string | null;
  isPublicHoliday: boolean | null;
  isSchoolHoliday: boolean | null;
}

/** Whole numbers for counts, decimals as text for amounts. */
export interface Change<Value> {
  before: Value;
  after: Value;
  /** `after - before`: the sum of all parts. */
  difference: NonNullable<Value>;
  /** The sum of the parts but the calendar's. */
  byEvents: NonNullable<Value>;
  /** The events of the second pin in the calendar of the first one, and the other way round. */
  eventsAlone: Value;
  calendarAlone: Value;
  parts: {
    added: NonNullable<Value>;
    corrected: NonNullable<Value>;
    reprocessed: NonNullable<Value>;
    /** By another time zone of the location: the same events on other days. */
    rezoned: NonNullable<Value>;
    calendar: NonNullable<Value>;
  };
}

export interface DiffFigure extends DiffPlace {
  events: Change<number>;
  /** Different users. */
  users: Change<number>;
  /** Null where no event has an amount. */
  amount: Change<string | null>;
}

/** The figures of a type of events and a kind of day over all days and locations. Users cannot be summed. */
export interface DiffTotal {
  eventType: string;
  currency: string | null;
  isPublicHoliday: boolean | null;
  events: Change<number>;
  amount: Change<string | null>;
}

/** Different events that are, or were, on a day of the question. */
export interface DiffCauses {
  added: number;
  corrected: number;
  reprocessed: number;
  rezoned: number;
}

export interface Diff {
  figures: DiffFigure[];
  /** Null behind the first page. */
  overview: { totals: DiffTotal[]; causes: DiffCauses } | null;
}

const measures = ["before", "after", "events_alone", "calendar_alone"] as const;
const parts = ["added", "corrected", "reprocessed", "rezoned", "calendar", "by_events", "difference"] as const;

const order = `date, coalesce(location_id::text, ''), event_type collate "C", coalesce(currency, '') collate "C",
  coalesce(is_public::int, -1), coalesce(is_school::int, -1)`;
const behind = `$9::date is null or (${order}) > ($9, coalesce($10::uuid::text, ''), $11::text collate "C",
  coalesce($12::text, '') collate "C", coalesce($13::boolean::int, -1), coalesce($14::boolean::int, -1))`;

const columnsOf = (figure: string) => [...measures, ...parts].map((each) => `${figure}_${each}`);
// Numbers go out as text: none of them may pass through a double.
const page = `select date, location_id, event_type, currency, is_public, is_school,
    ${[...columnsOf("events"), ...columnsOf("users")].join(", ")},
    ${columnsOf("amount")
      .map((column) => `${column}::text`)
      .join(", ")}
  from figures where (${changed}) and (${behind}) order by ${order} limit $15`;
const totals = `select event_type, currency, is_public,
    ${columnsOf("events")
      .map((column) => `sum(${column})::int as ${column}`)
      .join(", ")},
    ${columnsOf("amount")
      .map((column) => `sum(${column})::text as ${column}`)
      .join(", ")}
  from figures where ${changed} group by 1, 2, 3
  order by event_type collate "C", coalesce(currency, '') collate "C", coalesce(is_public::int, -1)`;
const causes = `select count(distinct event_id) filter (where state = 1)::int as added,
    count(distinct event_id) filter (where state = 2)::int as corrected,
    count(distinct event_id) filter (where state = 3)::int as reprocessed,
    count(distinct event_id) filter (where state = 0)::int as rezoned
  from moved`;

const listOf = (query: string) => `coalesce((select json_agg(to_json(t)) from (${query}) t), '[]')`;

interface FigureRow {
  date: string;
  location_id: LocationId | null;
  event_type: string;
  currency: string | null;
  is_public: boolean | null;
  is_school: boolean | null;
  /** Each measure and part of each figure, under its name. */
  [cell: string]: unknown;
}

/** A page of changed figures by day, location, type, currency and flags. */
export async function readSnapshotDiff(database: Tx, question: DiffQuestion): Promise<Diff> {
  const { from, to, after } = question;
  const isFirst = after === null;
  const days = await daysOf(database, question);
  const pairs = await readCalendarPairs(database, {
    locationIds: question.locationIds,
    before: from.calendarAsOf,
    after: to.calendarAsOf,
  });
  // A few hundred thousand groups by user: without the room they are sorted on disk.
  await database.query("select set_config('work_mem', '64MB', true), set_config('enable_mergejoin', 'off', true)");
  const { rows } = await database.query<{ figures: FigureRow[]; totals: FigureRow[]; causes: DiffCauses | null }>(
    `${diffSql(question.basis)}
     select ${listOf(page)} as figures, ${isFirst ? listOf(totals) : "'[]'::json"} as totals,
       ${isFirst ? `(select to_json(t) from (${causes}) t)` : "null::json"} as causes`,
    [
      from.eventsAsOf,
      to.eventsAsOf,
      JSON.stringify(
        pairs.flatMap(({ locationIds }, pair) => locationIds.map((location_id) => ({ location_id, pair }))),
      ),
      JSON.stringify(
        pairs.map(({ before, after: then, differs }, pair) => ({
          pair,
          calendar_a: before?.calendarId,
          revision_a: before?.revision,
          calendar_b: then?.calendarId,
          revision_b: then?.revision,
          differs,
        })),
      ),
      // Days before the last page's end need not be counted again.
      isFirst ? days.first : after.date,
      days.last,
      question.locationIds,
      question.eventType,
      after?.date ?? null,
      after?.locationId ?? null,
      after?.eventType ?? null,
      after?.currency ?? null,
      after?.isPublicHoliday ?? null,
      after?.isSchoolHoliday ?? null,
      question.limit,
    ],
  );
  const told = rows[0]!;
  return {
    figures: told.figures.map((row) => ({
      date: row.date,
      locationId: row.location_id,
      eventType: row.event_type,
      currency: row.currency,
      isPublicHoliday: row.is_public,
      isSchoolHoliday: row.is_school,
      events: changeOf(row, "events"),
      users: changeOf(row, "users"),
      amount: changeOf(row, "amount"),
    })),
    overview: told.causes && {
      totals: told.totals.map((row) => ({
        eventType: row.event_type,
        currency: row.currency,
        isPublicHoliday: row.is_public,
        events: changeOf(row, "events"),
        amount: changeOf(row, "amount"),
      })),
      causes: told.causes,
    },
  };
}

/** Which of all days there are events of: what came after both pins widens this and changes no figure. */
async function daysOf(database: Queryable, { basis, firstDay, lastDay }: DiffQuestion) {
  if (firstDay !== null && lastDay !== null) {
    return { first: firstDay, last: lastDay };
  }
  const day = basis === "visit" ? "visit_date" : "event_timestamp";
  const margin = basis === "visit" ? 0 : 1;
  const { rows } = await database.query<{ first: string | null; last: string | null }>(
    `select min(first)::date - ${margin} as first, max(last)::date + ${margin} as last
     from (
       select min(${day}) as first, max(${day}) as last from events
       union all
       select min(${day}), max(${day}) from event_history
     ) d`,
  );
  return { first: firstDay ?? rows[0]!.first, last: lastDay ?? rows[0]!.last };
}

function changeOf<Value>(row: FigureRow, figure: string): Change<Value> {
  const cell = (name: string) => row[`${figure}_${name}`] as NonNullable<Value>;
  return {
    before: cell("before"),
    after: cell("after"),
    difference: cell("difference"),
    byEvents: cell("by_events"),
    eventsAlone: cell("events_alone"),
    calendarAlone: cell("calendar_alone"),
    parts: {
      added: cell("added"),
      corrected: cell("corrected"),
      reprocessed: cell("reprocessed"),
      rezoned: cell("rezoned"),
      calendar: cell("calendar"),
    },
  };
}
