// What happened on each day at each location, beside what kind of day it was: the question this product exists to answer.
// A page is counted first and then told its holidays, so that a day's holidays are looked up once and nothing doubles.
import type { LocationId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";

/** `event`: the local day on which it happened; `visit`: the day that was bought. */
export const dailyBases = ["event", "visit"] as const;
export type DailyBasis = (typeof dailyBases)[number];

export interface DailyQuestion {
  /** Null: all of them, and what names none. */
  locationIds: readonly LocationId[] | null;
  /** First and last day, both inclusive, `YYYY-MM-DD`. */
  from: string;
  to: string;
  /** Null: all of them. */
  eventType: string | null;
  basis: DailyBasis;
  /** Instants (RFC 3339) to read as of; null for the present. Settle the history first (`settleHistory`). */
  eventsAsOf: string | null;
  calendarAsOf: string | null;
  /** The last row of the page before. */
  after: DailyPlace | null;
  limit: number;
}

/** Where a row stands: by date, location, type and currency, nothing before something. */
export interface DailyPlace {
  date: string;
  locationId: LocationId | null;
  eventType: string;
  currency: string | null;
}

export interface DailyRow extends DailyPlace {
  events: number;
  /** Different users among them. */
  users: number;
  /** Sum of total_amount in `currency`, a decimal as text; null where no event of the row has one. */
  amount: string | null;
  /** Flags are null where nobody can know: no location, or a year that was not synced in full. */
  isPublicHoliday: boolean | null;
  isSchoolHoliday: boolean | null;
  isWeekend: boolean | null;
  holidayNames: string[] | null;
}

interface Row {
  date: string;
  location_id: LocationId | null;
  event_type: string;
  currency: string | null;
  events: number;
  users: number;
  amount: string | null;
  is_public_holiday: boolean | null;
  is_school_holiday: boolean | null;
  is_weekend: boolean | null;
  holiday_names: string[] | null;
}

// A local day lies within a day of the same day in UTC, wherever the location is.
const ranges: Record<DailyBasis, string> = {
  event: `f.event_timestamp >= ($1::date - 1)::timestamp at time zone 'utc'
    and f.event_timestamp < ($2::date + 2)::timestamp at time zone 'utc' and f.event_date between $1 and $2`,
  visit: "f.visit_date between $1 and $2",
};

const place = `date, coalesce(location_id::text, ''), event_type collate "C", coalesce(currency, '') collate "C"`;

/** SQL of `readDaily`, for its plan to be looked at. */
export function dailySql(question: Pick<DailyQuestion, "basis" | "eventsAsOf" | "calendarAsOf">): string {
  const facts = question.eventsAsOf === null ? "mart.fact_events" : "mart.events_as_of($10::timestamptz)";
  const at = question.eventsAsOf === null ? "$10::timestamptz" : "$11::timestamptz";
  const pin =
    question.calendarAsOf === null
      ? "select * from mart.current_versions v where v.location_id = l.location_id"
      : `select * from mart.location_versions v where v.location_id = l.location_id
          and v.synced_at <= ${at} and (v.superseded_at is null or ${at} < v.superseded_at)`;
  return `with counted as (
      select f.${question.basis}_date as date, f.location_id, f.event_type,
        case when f.amount is not null then f.currency end as currency, count(*)::int as events,
        count(distinct f.user_id)::int as users, sum(f.amount) as amount
      from ${facts} f
      where ${ranges[question.basis]} and ($3::uuid[] is null or f.location_id = any($3))
        and ($4::text is null or f.event_type = $4)
      group by 1, 2, 3, 4
    ), page as materialized (
      select * from counted
      where $5::date is null or (${place}) > ($5, coalesce($6::uuid::text, ''), $7::text collate "C", coalesce($8::text, ''))
      order by ${place} limit $9
    ), pins as materialized (
      select p.location_id, p.calendar_id, p.revision
      from (select distinct location_id from page where location_id is not null) l
      cross join lateral (${pin}) p
    ), days as (
      select d.date, d.location_id, y.coverage, y.knows_school_holidays as school_known, h.is_public, h.is_school, h.names,
        h.public_names
      from (select distinct date, location_id from page) d
      join pins p on p.location_id = d.location_id
      left join mart.calendar_coverage y on y.calendar_id = p.calendar_id and y.year = extract(year from d.date)
        and y.revisions @> p.revision
      cross join lateral (
        select bool_or(h.type = 'public') as is_public, bool_or(h.type = 'school') as is_school,
          array_agg(distinct h.name collate "C" order by h.name collate "C") as names,
          array_agg(distinct h.name collate "C" order by h.name collate "C") filter (where h.type = 'public') as public_names
        from holiday h
        where h.calendar_id = p.calendar_id and h.first_date <= d.date and h.last_date >= d.date
          and lower(h.revisions) <= p.revision and (upper_inf(h.revisions) or p.revision < upper(h.revisions))
          and h.type in ('public', 'school')
          and (d.date between h.date and coalesce(h.end_date, h.date) or d.date = h.observed_date)
      ) h
    )
    select page.*, case when d.is_public then true when d.coverage = 'full' then false end as is_public_holiday,
      case when d.school_known is not true then null when d.is_school then true when d.coverage = 'full' then false
        end as is_school_holiday,
      case when page.location_id is not null then extract(isodow from page.date) >= 6 end as is_weekend,
      case when d.is_public or d.coverage = 'full' then
        coalesce(case when d.school_known then d.names else d.public_names end, '{}') end as holiday_names
    from page left join days d on d.date = page.date and d.location_id = page.location_id
    order by ${place.replaceAll(/\b(date|location_id|event_type|currency)\b/g, "page.$1")}`;
}

/** A row for each day, location, event type and currency that something happened in, in the order of `DailyPlace`. */
export async function readDaily(database: Queryable, question: DailyQuestion): Promise<DailyRow[]> {
  const { after, eventsAsOf, calendarAsOf } = question;
  // Days before the last page's end need not be counted again.
  const from = after !== null && after.date > question.from ? after.date : question.from;
  const values: unknown[] = [
    from,
    question.to,
    question.locationIds,
    question.eventType,
    after?.date ?? null,
    after?.locationId ?? null,
    after?.eventType ?? null,
    after?.currency ?? null,
    question.limit,
    // A parameter that the text does not name would be refused.
    ...[eventsAsOf, calendarAsOf].filter((asOf) => asOf !== null),
  ];
  const { rows } = await database.query<Row>(dailySql(question), values);
  return rows.map((row) => ({
    date: row.date,
    locationId: row.location_id,
    eventType: row.event_type,
    currency: row.currency,
    events: row.events,
    users: row.users,
    amount: row.amount,
    isPublicHoliday: row.is_public_holiday,
    isSchoolHoliday: row.is_school_holiday,
    isWeekend: row.is_weekend,
    holidayNames: row.holiday_names,
  }));
}
