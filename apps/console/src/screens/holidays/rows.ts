// Rows of the list of holidays: what several places have alike is one row.
import type { Holiday, Holidays } from "@almanac/client/contract";

export interface HolidayRow {
  key: string;
  holiday: Holiday;
  /** What it is called there, where that is another name. */
  localNames: string[];
  places: string[];
}

/** In the order of their days, then of their names. */
export function rowsOf(answers: readonly Pick<Holidays, "location_id" | "data">[]): HolidayRow[] {
  const rows = new Map<string, HolidayRow>();
  for (const { location_id, data } of answers) {
    for (const holiday of data) {
      const { date, end_date, observed_date, name, local_name, type } = holiday;
      const key = JSON.stringify([date, name, type, observed_date, end_date]);
      const row = rows.get(key);
      const localNames = [...new Set([...(row?.localNames ?? []), ...(local_name === name ? [] : [local_name])])];
      const places = [...new Set([...(row?.places ?? []), location_id])];
      rows.set(key, { key, holiday: row?.holiday ?? holiday, localNames, places });
    }
  }
  return [...rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
