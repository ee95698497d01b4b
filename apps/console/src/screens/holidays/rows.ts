// Rows of the list of holidays: what several places have alike is one row.
import type { Holiday, Holidays } from "@almanac/client/contract";

export interface HolidayRow {
  key: string;
  holiday: Holiday;
  places: string[];
}

/** In the order of their days, then of their names. */
export function rowsOf(answers: readonly Pick<Holidays, "location_id" | "data">[]): HolidayRow[] {
  const rows = new Map<string, HolidayRow>();
  for (const { location_id, data } of answers) {
    for (const holiday of data) {
      const { date, end_date, observed_date, name, local_name, type } = holiday;
      const key = JSON.stringify([date, name, local_name, type, observed_date, end_date]);
      const row = rows.get(key);
      if (row === undefined) rows.set(key, { key, holiday, places: [location_id] });
      else if (!row.places.includes(location_id)) row.places.push(location_id);
    }
  }
  return [...rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
