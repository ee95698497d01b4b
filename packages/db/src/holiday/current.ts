// The hot read: what a location's newest version says about a range of days, in one statement, so that the version and
// its holidays come from one snapshot and from one trip to the database.
import type { CalendarId, LocationId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";
import type { PinPlace } from "../version/pins.ts";
import {
  holidayListSql,
  holidayOf,
  type HolidayRange,
  type HolidayRecord,
  type HolidayTuple,
  rangeValues,
} from "./read.ts";

export interface CurrentRead {
  /** False when nobody ever registered the location. */
  known: boolean;
  /** Null before the first successful sync. */
  pin: PinPlace | null;
  holidays: HolidayRecord[];
}

interface CurrentRow {
  state_no: number;
  active: boolean;
  version: number | null;
  synced_at: string | null;
  calendar_id: CalendarId | null;
  revision: number | null;
  list: HolidayTuple[] | null;
}

/** SQL of the statement, for its plan to be looked at. Parameters: the location, then those of `rangeValues`. */
export const currentHolidaysSql = `select st.state_no, st.active, r.version, r.synced_at, r.calendar_id, r.revision, h.list
    from location_state st
    left join lateral (
      select calendar_id, revision, versions[cardinality(versions)] as version,
        synced_at[cardinality(synced_at)] as synced_at
      from location_version_run where location_id = $1 order by first_version desc limit 1
    ) r on true
    left join lateral (${holidayListSql("r.calendar_id", "r.revision", 2)}) h on true
    where st.location_id = $1 and upper_inf(st.recorded)`;

/** The newest version's holidays in the range, with the pin that they come from. Touches nine to ten buffers. */
export async function readCurrentHolidays(
  database: Queryable,
  locationId: LocationId,
  range: HolidayRange,
): Promise<CurrentRead> {
  const { rows } = await database.query<CurrentRow>({
    name: "read_current_holidays",
    text: currentHolidaysSql,
    values: [locationId, ...rangeValues(range)],
  });
  const row = rows[0];
  if (row === undefined || row.version === null) {
    return { known: row !== undefined, pin: null, holidays: [] };
  }
  return {
    known: true,
    pin: {
      locationId,
      version: row.version,
      syncedAt: instantOf(row.synced_at!),
      calendarId: row.calendar_id!,
      revision: row.revision!,
      active: row.active,
      stateNo: row.state_no,
    },
    holidays: (row.list ?? []).map(holidayOf),
  };
}
