// Holidays of pins within a range of dates: the hot read. One statement for any number of locations.
import type { HolidayType, YearCoverage } from "@almanac/domain/holiday";
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
  names: Record<string, string>;
}

interface Row {
  place: string;
  holiday_id: HolidayId;
  date: string;
  observed_date: string | null;
  end_date: string | null;
  type: HolidayType;
  name: string;
  local_name: string;
  names: Record<string, string>;
}

/**
 * The holidays of each pin that touch `from`..`to` (inclusive, `YYYY-MM-DD`) with their nominal, observed or last day, by
 * date then name. The i-th list is the i-th pin's.
 */
export async function readHolidays(
  database: Queryable,
  pins: readonly { calendarId: CalendarId; revision: number }[],
  range: { from: string; to: string; types: readonly HolidayType[] | "all" },
): Promise<HolidayRecord[][]> {
  const { rows } = await database.query<Row>({
    name: "read_holidays",
    text: `select p.place, h.holiday_id, h.date, h.observed_date, h.end_date, h.type, h.name, h.local_name, h.names
      from unnest($1::int[], $2::int[]) with ordinality as p (calendar_id, revision, place)
      join holiday h on h.calendar_id = p.calendar_id and h.first_date <= $4::date and h.last_date >= $3::date
        and h.revisions @> p.revision
      where $5::text[] is null or h.type = any($5)
      order by p.place, h.date, h.name collate "C", h.holiday_id`,
    values: [
      pins.map((pin) => pin.calendarId),
      pins.map((pin) => pin.revision),
      range.from,
      range.to,
      range.types === "all" ? null : range.types,
    ],
  });
  const lists: HolidayRecord[][] = pins.map(() => []);
  for (const row of rows) {
    lists[Number(row.place) - 1]!.push({
      holidayId: row.holiday_id,
      date: row.date,
      observedDate: row.observed_date,
      endDate: row.end_date,
      type: row.type,
      name: row.name,
      localName: row.local_name,
      names: row.names,
    });
  }
  return lists;
}

/** How well each year is known, for each pin. */
export async function readCoverages(
  database: Queryable,
  pins: readonly { calendarId: CalendarId; revision: number }[],
): Promise<Map<number, YearCoverage>[]> {
  const { rows } = await database.query<{ place: string; year: number; coverage: YearCoverage }>({
    name: "read_coverages",
    text: `select p.place, c.year, c.coverage
      from unnest($1::int[], $2::int[]) with ordinality as p (calendar_id, revision, place)
      join calendar_coverage c on c.calendar_id = p.calendar_id and c.revisions @> p.revision
      order by p.place, c.year`,
    values: [pins.map((pin) => pin.calendarId), pins.map((pin) => pin.revision)],
  });
  const coverages = pins.map(() => new Map<number, YearCoverage>());
  for (const row of rows) {
    coverages[Number(row.place) - 1]!.set(row.year, row.coverage);
  }
  return coverages;
}
