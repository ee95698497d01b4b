// Locations as they are now, and the one way to change them: a plan, written with its history under the history lock.
import type { LocationId } from "@almanac/domain/ids";
import type { LocationState } from "@almanac/domain/location/plan";
import type { Queryable, Tx } from "../database.ts";
import { instantOrNull } from "../instants.ts";

/** A location's present facts with what its syncs have come to. Instants are RFC 3339 text. */
export interface LocationView {
  locationId: LocationId;
  locationNo: number;
  countryCode: string;
  subdivisionCode: string;
  timeZone: string | null;
  active: boolean;
  /** Newest version; null before the first successful sync. */
  version: number | null;
  lastSyncedAt: string | null;
  lastSyncOutcome: "changed" | "unchanged" | "failed" | "quarantined" | null;
  /** Why the newest sync brought no version; null when it did. */
  lastError: { code: string; detail: string; at: string } | null;
}

interface LocationRow {
  location_id: LocationId;
  location_no: number;
  country_code: string;
  subdivision_code: string;
  time_zone: string | null;
  active: boolean;
  version: number | null;
  last_synced_at: string | null;
  changed: boolean | null;
  failure: "failed" | "quarantined" | null;
  failure_code: string | null;
  failure_detail: string | null;
  failed_at: string | null;
}

const locationQuery = `
  select l.location_id, l.location_no, s.country_code, s.subdivision_code, s.time_zone, s.active,
    v.versions[cardinality(v.versions)] as version, v.synced_at[cardinality(v.synced_at)] as last_synced_at,
    cardinality(v.versions) = 1 and (v.first_version = 1 or v.added + v.removed + v.moved + v.renamed > 0) as changed,
    f.outcome as failure, f.code as failure_code, f.detail as failure_detail, f.recorded_at as failed_at
  from location l
  join location_state s on s.location_id = l.location_id and upper_inf(s.recorded)
  left join lateral (
    select * from location_version_run r where r.location_id = l.location_id order by r.first_version desc limit 1
  ) v on true
  left join lateral (
    select * from sync_failure f where f.location_id = l.location_id order by f.recorded_at desc limit 1
  ) f on f.recorded_at > v.synced_at[cardinality(v.synced_at)] or v.location_id is null`;

function viewOf(row: LocationRow): LocationView {
  return {
    locationId: row.location_id,
    locationNo: row.location_no,
    countryCode: row.country_code,
    subdivisionCode: row.subdivision_code,
    timeZone: row.time_zone,
    active: row.active,
    version: row.version,
    lastSyncedAt: instantOrNull(row.last_synced_at),
    lastSyncOutcome: row.failure ?? (row.version === null ? null : row.changed ? "changed" : "unchanged"),
    lastError:
      row.failure_code === null || row.failure_detail === null || row.failed_at === null
        ? null
        : { code: row.failure_code, detail: row.failure_detail, at: instantOrNull(row.failed_at)! },
  };
}

/** Newest first. `before` is the location_no of the last one of the page before; `only` limits to some locations. */
export async function listLocations(
  database: Queryable,
  filter: {
    active?: boolean;
    /** What the newest sync came to; `never`: no sync has told anything yet. */
    outcome?: "changed" | "unchanged" | "failed" | "quarantined" | "never" | null;
    only?: readonly LocationId[] | null;
    before?: number | null;
    limit: number;
  },
): Promise<LocationView[]> {
  const { rows } = await database.query<LocationRow>(
    `${locationQuery}
     where ($1::boolean is null or s.active = $1)
       and ($2::uuid[] is null or l.location_id = any($2))
       and ($3::int is null or l.location_no < $3)
       and ($5::text is null or $5 = coalesce(f.outcome, case
         when v.location_id is null then 'never'
         when cardinality(v.versions) = 1 and (v.first_version = 1 or v.added + v.removed + v.moved + v.renamed > 0)
           then 'changed'
         else 'unchanged'
       end))
     order by l.location_no desc limit $4`,
    [filter.active ?? null, filter.only ?? null, filter.before ?? null, filter.limit, filter.outcome ?? null],
  );
  return rows.map(viewOf);
}

export async function findLocation(database: Queryable, locationId: LocationId): Promise<LocationView | null> {
  const { rows } = await database.query<LocationRow>(`${locationQuery} where l.location_id = $1`, [locationId]);
  return rows[0] ? viewOf(rows[0]) : null;
}

/** The present facts of all locations, or of some, in the order of their registration. */
export async function readLocationFacts(
  database: Queryable,
  only: readonly LocationId[] | null = null,
): Promise<LocationState[]> {
  const { rows } = await database.query<LocationRow>(
    `select l.location_id, s.country_code, s.subdivision_code, s.time_zone, s.active
     from location l join location_state s on s.location_id = l.location_id and upper_inf(s.recorded)
     where $1::uuid[] is null or l.location_id = any($1)
     order by l.location_no`,
    [only],
  );
  return rows.map((row) => ({
    locationId: row.location_id,
    countryCode: row.country_code,
    subdivisionCode: row.subdivision_code,
    timeZone: row.time_zone,
    active: row.active,
  }));
}

/**
 * Writes new states of locations, new locations included, known from `stamp` on. The caller holds the history lock, so
 * states of one location never overlap; a location whose state is already as given must not be among them.
 */
export async function writeLocationStates(tx: Tx, stamp: string, states: readonly LocationState[]): Promise<void> {
  const columns = [
    states.map((state) => state.locationId),
    states.map((state) => state.countryCode),
    states.map((state) => state.subdivisionCode),
    states.map((state) => state.timeZone),
    states.map((state) => state.active),
  ];
  await tx.query(
    `insert into location (location_id) select location_id from unnest($1::uuid[]) with ordinality as i (location_id, place)
     order by place on conflict (location_id) do nothing`,
    [columns[0]],
  );
  await tx.query(
    `update location_state set recorded = tstzrange(lower(recorded), greatest($2, lower(recorded) + interval '1 microsecond'))
     where location_id = any($1::uuid[]) and upper_inf(recorded)`,
    [columns[0], stamp],
  );
  await tx.query(
    `insert into location_state (location_id, state_no, country_code, subdivision_code, time_zone, active, recorded)
     select i.location_id, coalesce(newest.state_no, 0) + 1, i.country_code, i.subdivision_code, i.time_zone, i.active,
       tstzrange(greatest($6, newest.ended), null)
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[])
       as i (location_id, country_code, subdivision_code, time_zone, active)
     left join lateral (
       select state_no, upper(recorded) as ended from location_state s
       where s.location_id = i.location_id order by state_no desc limit 1
     ) newest on true`,
    [...columns, stamp],
  );
}
