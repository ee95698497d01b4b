// The facts that decide what a sync does for a location, for many (sync, location) pairs in one statement.
import type { CalendarId, LocationId } from "@almanac/domain/ids";
import type { Tx } from "../database.ts";
import { instantOf } from "../instants.ts";

/** One location of one sync. */
export interface Target {
  locationId: LocationId;
  syncNo: number;
  /** RFC 3339, as the sync has it. */
  requestedAt: string;
}

/** The newest run of versions of a location. */
export interface NewestRun {
  firstVersion: number;
  length: number;
  version: number;
  syncedAt: string;
  calendarId: CalendarId;
  revision: number;
}

export interface TargetFacts {
  active: boolean;
  countryCode: string;
  subdivisionCode: string;
  /** Null while nobody has resolved the subdivision for this source. */
  calendar: { calendarId: CalendarId; revision: number } | null;
  newest: NewestRun | null;
  /** The version that this sync already made here. */
  doneVersion: number | null;
  /** The failure that this sync already came to here. */
  failed: "failed" | "quarantined" | null;
}

interface FactsRow {
  active: boolean | null;
  country_code: string;
  subdivision_code: string;
  calendar_id: CalendarId | null;
  current_revision: number | null;
  first_version: number | null;
  length: number | null;
  version: number | null;
  synced_at: string | null;
  run_calendar_id: CalendarId | null;
  run_revision: number | null;
  done_version: number | null;
  failed: "failed" | "quarantined" | null;
}

/** In the order of `targets`; null for a location that does not exist. Call it under the history lock. */
export async function readTargetFacts(
  tx: Tx,
  source: string,
  targets: readonly Target[],
): Promise<(TargetFacts | null)[]> {
  // Each `limit 1` keeps the planner from reading a whole table for a handful of targets, however small the table is.
  const { rows } = await tx.query<FactsRow>({
    name: "read_target_facts",
    text: `select st.active, st.country_code, st.subdivision_code, c.calendar_id, c.current_revision,
        newest.first_version, newest.length, newest.version, newest.synced_at, newest.calendar_id as run_calendar_id, newest.revision as run_revision,
        done.version as done_version, f.outcome as failed
      from unnest($2::uuid[], $3::int[], $4::timestamptz[]) with ordinality as t (location_id, sync_no, requested_at, place)
      left join lateral (
        select active, country_code, subdivision_code from location_state st
        where st.location_id = t.location_id and upper_inf(st.recorded) limit 1
      ) st on true
      left join region_resolution rr on rr.source = $1 and rr.subdivision_code = st.subdivision_code
      left join calendar c on c.calendar_id = rr.calendar_id
      left join lateral (
        select first_version, calendar_id, revision, cardinality(versions) as length,
          versions[cardinality(versions)] as version, synced_at[cardinality(synced_at)] as synced_at
        from location_version_run r where r.location_id = t.location_id order by r.first_version desc limit 1
      ) newest on true
      left join lateral (
        select r.versions[array_position(r.sync_nos, t.sync_no)] as version from location_version_run r
        where newest.synced_at >= t.requested_at and r.location_id = t.location_id and t.sync_no = any(r.sync_nos)
        limit 1
      ) done on true
      left join lateral (
        select outcome from sync_failure f where f.sync_no = t.sync_no and f.location_id = t.location_id limit 1
      ) f on true
      order by t.place`,
    values: [
      source,
      targets.map((target) => target.locationId),
      targets.map((target) => target.syncNo),
      targets.map((target) => target.requestedAt),
    ],
  });
  return rows.map((row) => (row.active === null ? null : factsOf(row, row.active)));
}

function factsOf(row: FactsRow, active: boolean): TargetFacts {
  return {
    active,
    countryCode: row.country_code,
    subdivisionCode: row.subdivision_code,
    calendar: row.calendar_id === null ? null : { calendarId: row.calendar_id, revision: row.current_revision! },
    newest:
      row.version === null
        ? null
        : {
            firstVersion: row.first_version!,
            length: row.length!,
            version: row.version,
            syncedAt: instantOf(row.synced_at!),
            calendarId: row.run_calendar_id!,
            revision: row.run_revision!,
          },
    doneVersion: row.done_version,
    failed: row.failed,
  };
}
