// The hot read: what the newest version of a location says about a range of days, in one statement, so that the version
// and its holidays come from one snapshot. Many callers at a time share one trip: a statement for each of 32 callers costs
// the two sides together twice the CPU of one statement for all of them.
import type { CalendarId, LocationId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";
import type { PinPlace } from "../version/pins.ts";
import { holidayListSql, holidayOf, type HolidayRange, type HolidayRecord, type HolidayTuple } from "./read.ts";

export interface CurrentQuestion {
  locationId: LocationId;
  range: HolidayRange;
}

export interface CurrentRead {
  /** False when nobody ever registered the location. */
  known: boolean;
  /** Null before the first successful sync. */
  pin: PinPlace | null;
  holidays: HolidayRecord[];
}

interface CurrentRow {
  state_no: number | null;
  active: boolean | null;
  version: number | null;
  synced_at: string | null;
  calendar_id: CalendarId | null;
  revision: number | null;
  list: HolidayTuple[] | null;
}

/** SQL of `readCurrentHolidays`, for its plan to be looked at; `currentValues` gives its parameters. */
export const currentHolidaysSql = `select st.state_no, st.active, r.version, r.synced_at, r.calendar_id, r.revision, h.list
    from unnest($1::uuid[], $2::date[], $3::date[], $4::text[], $5::text[], $6::boolean[]) with ordinality
      as t (location_id, from_date, to_date, types, basis, with_names, place)
    left join lateral (
      select state_no, active from location_state s where s.location_id = t.location_id order by state_no desc limit 1
    ) st on true
    left join lateral (
      select calendar_id, revision, versions[cardinality(versions)] as version,
        synced_at[cardinality(synced_at)] as synced_at
      from location_version_run v where v.location_id = t.location_id order by first_version desc limit 1
    ) r on true
    left join lateral (${holidayListSql({
      calendarId: "r.calendar_id",
      revision: "r.revision",
      from: "t.from_date",
      to: "t.to_date",
      types: "string_to_array(t.types, ',')",
      basis: "t.basis",
      withNames: "t.with_names",
    })}) h on true
    order by t.place`;

export function currentValues(questions: readonly CurrentQuestion[]): unknown[] {
  return [
    questions.map(({ locationId }) => locationId),
    questions.map(({ range }) => range.from),
    questions.map(({ range }) => range.to),
    questions.map(({ range }) => (range.types === "all" ? null : range.types.join())),
    questions.map(({ range }) => range.basis),
    questions.map(({ range }) => range.withNames),
  ];
}

/** The i-th answer is the i-th question's. Touches at most ten buffers a question. */
export async function readCurrentHolidays(
  database: Queryable,
  questions: readonly CurrentQuestion[],
): Promise<CurrentRead[]> {
  const { rows } = await database.query<CurrentRow>({
    name: "read_current_holidays",
    text: currentHolidaysSql,
    values: currentValues(questions),
  });
  return rows.map((row, place) => readOf(questions[place]!.locationId, row));
}

function readOf(locationId: LocationId, row: CurrentRow): CurrentRead {
  if (row.state_no === null || row.version === null) {
    return { known: row.state_no !== null, pin: null, holidays: [] };
  }
  return {
    known: true,
    pin: {
      locationId,
      version: row.version,
      syncedAt: instantOf(row.synced_at!),
      calendarId: row.calendar_id!,
      revision: row.revision!,
      active: row.active!,
      stateNo: row.state_no,
    },
    holidays: (row.list ?? []).map(holidayOf),
  };
}
