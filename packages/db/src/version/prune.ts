// Retention's hands: takes away versions that a plan names, and calendar states that no version pins any more.
import type { LocationId } from "@almanac/domain/ids";
import type { Period, VersionStamp } from "@almanac/domain/retention/plan";
import type { Queryable, Tx } from "../database.ts";
import { epochMs } from "../instants.ts";

/** Locations with versions older than `days` days, after `after` in the order of their ids. */
export async function readPrunableLocations(
  database: Queryable,
  input: { days: number; after: LocationId | null; limit: number },
): Promise<LocationId[]> {
  const { rows } = await database.query<{ location_id: LocationId }>(
    `select distinct location_id from location_version_run
     where first_synced_at < clock_timestamp() - $1 * interval '1 day' and ($2::uuid is null or location_id > $2)
     order by location_id limit $3`,
    [input.days, input.after, input.limit],
  );
  return rows.map((row) => row.location_id);
}

/** Every version of a location with its instant (epoch milliseconds) and what was pruned before it, ascending. */
export async function readVersionStamps(database: Queryable, locationId: LocationId): Promise<VersionStamp[]> {
  const { rows } = await database.query<{ version: number; synced_at: string; pruned_to: Period | null }>(
    `select v.version, v.synced_at, r.pruned_to from location_version_run r
     cross join lateral unnest(r.versions, r.synced_at) as v (version, synced_at)
     where r.location_id = $1 order by v.version`,
    [locationId],
  );
  return rows.map((row) => ({ version: row.version, syncedAtMs: epochMs(row.synced_at), prunedTo: row.pruned_to }));
}

/** Removes versions of one location from their runs. The caller holds the history lock. */
export async function removeVersions(
  tx: Tx,
  input: { locationId: LocationId; versions: readonly number[]; prunedTo: Period },
): Promise<void> {
  await tx.query("select set_config('almanac.pruning', 'on', true)");
  await tx.query(`delete from location_version_run where location_id = $1 and versions <@ $2::int[]`, [
    input.locationId,
    input.versions,
  ]);
  await tx.query(
    `update location_version_run r
     set versions = kept.versions, synced_at = kept.synced_at, sync_nos = kept.sync_nos,
       pruned_to = greatest(r.pruned_to, $3)
     from (
       select r.first_version, array_agg(v.version order by v.version) as versions,
         array_agg(v.synced_at order by v.version) as synced_at, array_agg(v.sync_no order by v.version) as sync_nos
       from location_version_run r
       cross join lateral unnest(r.versions, r.synced_at, r.sync_nos) as v (version, synced_at, sync_no)
       where r.location_id = $1 and v.version <> all ($2::int[])
       group by r.first_version
     ) kept
     where r.location_id = $1 and r.first_version = kept.first_version`,
    [input.locationId, input.versions, input.prunedTo],
  );
  await tx.query("select set_config('almanac.pruning', 'off', true)");
}

/** How many rows would go, or went, of calendar states that no version pins and that are not current. */
export interface UnpinnedCounts {
  holidays: number;
  revisions: number;
}

const unpinned = `
  select r.calendar_id, r.revision from calendar_revision r join calendar c using (calendar_id)
  where r.revision < c.current_revision and not exists (
    select from location_version_run v where v.calendar_id = r.calendar_id and v.revision = r.revision
  ) and not exists (
    select from quarantine q where q.calendar_id = r.calendar_id and q.base_revision = r.revision and q.status = 'open'
  )`;

// A state goes when none of the revisions that have it is pinned or current.
const unreachable = (table: string) => `
  upper(${table}.revisions) is not null and not exists (
    select from calendar_revision r where r.calendar_id = ${table}.calendar_id and ${table}.revisions @> r.revision
  )`;

/** Removes revisions that nothing needs, and the holiday and coverage states that only they had. */
export async function removeUnpinnedStates(tx: Tx): Promise<UnpinnedCounts> {
  const revisions = await tx.query(
    `delete from calendar_revision r using (${unpinned}) u
     where r.calendar_id = u.calendar_id and r.revision = u.revision`,
  );
  const holidays = await tx.query(`delete from holiday where ${unreachable("holiday")}`);
  await tx.query(`delete from calendar_coverage where ${unreachable("calendar_coverage")}`);
  return { revisions: revisions.rowCount ?? 0, holidays: holidays.rowCount ?? 0 };
}
