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

/**
 * SQL of the matching holidays of one calendar revision as one JSON array of tuples, by date, name and id. `first` is the
 * number of the parameter of `from`; `to`, the types, the basis and `withNames` follow. The basis is domain's
 * `isInRange`: nominal days from date to end_date, the observed day in their place or beside them.
 */
export function holidayListSql(calendarId: string, revision: string, first: number): string {
  const [from, to, types, basis, withNames] = [0, 1, 2, 3, 4].map((offset) => `$${first + offset}`);
  const nominal = `(h.date <= ${to}::date and coalesce(h.end_date, h.date) >= ${from}::date)`;
  return `select json_agg(json_build_array(h.holiday_id, h.date, h.observed_date, h.end_date, h.type, h.name, h.local_name,
        case when ${withNames}::boolean then h.names end) order by h.date, h.name collate "C", h.holiday_id) as list
      from holiday h
      where h.calendar_id = ${calendarId} and h.first_date <= ${to}::date and h.last_date >= ${from}::date
        and h.revisions @> ${revision} and (${types}::text[] is null or h.type = any(${types}))
        and (
          (${basis}::text <> 'observed' and ${nominal})
          or (${basis}::text <> 'nominal' and h.observed_date between ${from}::date and ${to}::date)
          or (h.observed_date is null and ${nominal})
        )`;
}

/** The values of the parameters that `holidayListSql` takes, in their order. */
export function rangeValues(range: HolidayRange): unknown[] {
  return [range.from, range.to, range.types === "all" ? null : range.types, range.basis, range.withNames];
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
      cross join lateral (${holidayListSql("p.calendar_id", "p.revision", 3)}) h
      order by p.place`,
    values: [states.map((pin) => pin.calendarId), states.map((pin) => pin.revision), ...rangeValues(range)],
  });
  const lists = new Map([...distinct.keys()].map((key, place) => [key, (rows[place]?.list ?? []).map(holidayOf)]));
  return pins.map((pin) => lists.get(`${pin.calendarId}:${pin.revision}`)!);
}
