// What never changes about a calendar at a revision: readers ask once and keep the answer.
import type { YearCoverage } from "@almanac/domain/holiday";
import type { CalendarId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";

export interface CalendarFacts {
  source: string;
  region: string;
  /** How well each year is known at that revision. */
  coverage: ReadonlyMap<number, YearCoverage>;
}

/** In the order of `pins`. A pin of a calendar that does not exist is a fault of the caller. */
export async function readCalendarFacts(
  database: Queryable,
  pins: readonly { calendarId: CalendarId; revision: number }[],
): Promise<CalendarFacts[]> {
  const { rows } = await database.query<{ source: string; region: string; years: [number, YearCoverage][] | null }>({
    name: "read_calendar_facts",
    text: `select c.source, c.region, (
        select json_agg(json_build_array(y.year, y.coverage) order by y.year) from calendar_coverage y
        where y.calendar_id = p.calendar_id and y.revisions @> p.revision
      ) as years
      from unnest($1::int[], $2::int[]) with ordinality as p (calendar_id, revision, place)
      join calendar c using (calendar_id)
      order by p.place`,
    values: [pins.map((pin) => pin.calendarId), pins.map((pin) => pin.revision)],
  });
  return rows.map((row) => ({ source: row.source, region: row.region, coverage: new Map(row.years) }));
}
