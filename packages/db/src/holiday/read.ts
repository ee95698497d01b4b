// Holidays of pins within a range of dates, for any number of locations at a time.
import type { HolidayType } from "@almanac/domain/holiday";
import type { HolidayBasis } from "@almanac/domain/holiday/select";
import type { CalendarId, HolidayId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";

/** A holiday as the database tells it; dates are `YYYY-MM-DD`. */
export interface HolidayRecord {
  holidayId: HolidayId;
  date: string;
  observedDate: string | null;
  endDate: string | null;
  type: HolidayType;
  name: string;
  localName: string;
  /** By language tag; empty unless asked for. */
  names: Record<string, string>;
}

/** Which holidays of a calendar are asked for. */
export interface HolidayRange {
  /** First and last day, both inclusive, `YYYY-MM-DD`. */
  from: string;
  to: string;
  types: readonly HolidayType[] | "all";
  basis: HolidayBasis;
  /** Whether `names` are needed; they are most of a row's bytes. */
  withNames: boolean;
}

/** What one holiday is on the wire: an array, because keys would be half of the text. */
export type HolidayTuple = [
  holidayId: HolidayId,
  date: string,
  observedDate: string | null,
  endDate: string | null,
  type: HolidayType,
  name: string,
  localName: string,
  names: Record<string, string> | null,
];

/** The SQL expressions of what one list depends on. */
export interface HolidayListParts {
  calendarId: string;
  revision: string;
  /** Dates. */
  from: string;
  to: string;
  /** A text[]; null for all types. */
  types: string;
  basis: string;
  /** A boolean. */
  withNames: string;
}

/**
 * SQL of the matching holidays of one calendar revision as one JSON array of tuples, by date, name and id. The basis is
 * domain's `isInRange`: nominal days from date to end_date, the observed day in their place or beside them. The revision
 * is compared without `@>`, which would lead the planner to the index of revisions and through all years of a calendar:
 * the index of dates touches four pages, that one nine.
 */
export function holidayListSql({ calendarId, revision, from, to, types, basis, withNames }: HolidayListParts): string {
  const nominal = `(h.date <= ${to} and coalesce(h.end_date, h.date) >= ${from})`;
  return `select json_agg(json_build_array(h.holiday_id, h.date, h.observed_date, h.end_date, h.type, h.name, h.local_name,
        case when ${withNames} then h.names end) order by h.date, h.name collate "C", h.holiday_id) as list
      from holiday h
      where h.calendar_id = ${calendarId} and h.first_date <= ${to} and h.last_date >= ${from}
        and lower(h.revisions) <= ${revision} and (upper_inf(h.revisions) or ${revision} < upper(h.revisions))
        and (${types} is null or h.type = any(${types}))
        and (
          (${basis} <> 'observed' and ${nominal})
          or (${basis} <> 'nominal' and h.observed_date between ${from} and ${to})
          or (h.observed_date is null and ${nominal})
        )`;
}

export function holidayOf(tuple: HolidayTuple): HolidayRecord {
  return {
    holidayId: tuple[0],
    date: tuple[1],
    observedDate: tuple[2],
    endDate: tuple[3],
    type: tuple[4],
    name: tuple[5],
    localName: tuple[6],
    names: tuple[7] ?? {},
  };
}

const pinnedListSql = holidayListSql({
  calendarId: "p.calendar_id",
  revision: "p.revision",
  from: "$3::date",
  to: "$4::date",
  types: "$5::text[]",
  basis: "$6::text",
  withNames: "$7::boolean",
});

/**
 * The holidays of each pin that fall into the range, by date, name (code points) and id. The i-th list is the i-th
 * pin's. Pins of the same calendar revision cost one look-up.
 */
export async function readHolidays(
  database: Queryable,
  pins: readonly { calendarId: CalendarId; revision: number }[],
  range: HolidayRange,
): Promise<HolidayRecord[][]> {
  const distinct = new Map(pins.map((pin) => [`${pin.calendarId}:${pin.revision}`, pin]));
  const states = [...distinct.values()];
  const { rows } = await database.query<{ list: HolidayTuple[] | null }>({
    name: "read_holidays",
    text: `select h.list
      from unnest($1::int[], $2::int[]) with ordinality as p (calendar_id, revision, place)
      cross join lateral (${pinnedListSql}) h
      order by p.place`,
    values: [
      states.map((pin) => pin.calendarId),
      states.map((pin) => pin.revision),
      range.from,
      range.to,
      range.types === "all" ? null : range.types,
      range.basis,
      range.withNames,
    ],
  });
  const lists = new Map([...distinct.keys()].map((key, place) => [key, (rows[place]?.list ?? []).map(holidayOf)]));
  return pins.map((pin) => lists.get(`${pin.calendarId}:${pin.revision}`)!);
}
