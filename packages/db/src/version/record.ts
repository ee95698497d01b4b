// Writes what syncs came to, for many locations at once: versions into runs, failures, and the counters of the syncs.
import type { CalendarId, LocationId, SyncId } from "@almanac/domain/ids";
import { syncStatus } from "@almanac/domain/sync/outcome";
import type { Tx } from "../database.ts";

/** How many versions one row of location_version_run holds at the most; the table checks the same number. */
export const runCapacity = 64;

/** A piece of a run to write: `extends` an existing row by its first version, or begins a new one. */
export interface RunSegment {
  locationId: LocationId;
  /** The first version of the row to extend; null to begin a new row. */
  extends: number | null;
  calendarId: CalendarId;
  revision: number;
  versions: readonly number[];
  syncNos: readonly number[];
  /** The newest stamp that the location has so far; null for the first of all. */
  after: string | null;
  /** How many versions of the location are written by segments before this one, in the same call. */
  earlier: number;
  changes: { added: number; removed: number; moved: number; renamed: number };
}

/**
 * Writes segments stamped from `stamp` on: each version of a location at least a microsecond after the one before, even
 * if the clock went back. The caller holds the history lock and plans segments from facts read under it.
 */
export async function writeRunSegments(tx: Tx, stamp: string, segments: readonly RunSegment[]): Promise<void> {
  const extending = segments.filter((segment) => segment.extends !== null);
  const beginning = segments.filter((segment) => segment.extends === null);
  if (extending.length > 0) {
    // By ctid, which nobody moves under the lock: joined by its key, all of the table was read for a hundred rows of it.
    await tx.query({
      name: "extend_runs",
      text: `update location_version_run r
        set versions = r.versions || x.versions, sync_nos = r.sync_nos || x.sync_nos,
          synced_at = r.synced_at || array(
            select greatest($2::timestamptz, x.after + interval '1 microsecond') + (x.earlier + n) * interval '1 microsecond'
            from generate_series(0, cardinality(x.versions) - 1) as n
          )
        from json_to_recordset($1::json) as x (
          location_id uuid, extends int, versions int[], sync_nos int[], after timestamptz, earlier int
        )
        cross join lateral (
          select k.ctid from location_version_run k
          where k.location_id = x.location_id and k.first_version = x.extends limit 1
        ) k
        where r.ctid = k.ctid`,
      values: [JSON.stringify(extending.map(rowOf)), stamp],
    });
  }
  if (beginning.length > 0) {
    await tx.query({
      name: "begin_runs",
      text: `insert into location_version_run (location_id, first_version, first_synced_at, calendar_id, revision,
          added, removed, moved, renamed, versions, sync_nos, synced_at)
        select x.location_id, x.versions[1], first_synced_at, x.calendar_id, x.revision,
          x.added, x.removed, x.moved, x.renamed, x.versions, x.sync_nos, array(
            select first_synced_at + n * interval '1 microsecond'
            from generate_series(0, cardinality(x.versions) - 1) as n
          )
        from json_to_recordset($1::json) as x (
          location_id uuid, calendar_id int, revision int, versions int[], sync_nos int[], after timestamptz, earlier int,
          added int, removed int, moved int, renamed int
        )
        cross join lateral (
          select greatest($2::timestamptz, x.after + interval '1 microsecond') + x.earlier * interval '1 microsecond'
            as first_synced_at
        ) s
        order by x.location_id, x.versions[1]`,
      values: [JSON.stringify(beginning.map(rowOf)), stamp],
    });
  }
}

function rowOf(segment: RunSegment) {
  return {
    location_id: segment.locationId,
    extends: segment.extends,
    calendar_id: segment.calendarId,
    revision: segment.revision,
    versions: segment.versions,
    sync_nos: segment.syncNos,
    after: segment.after,
    earlier: segment.earlier,
    ...segment.changes,
  };
}

export interface TargetFailure {
  syncNo: number;
  locationId: LocationId;
  outcome: "failed" | "quarantined";
  code: string;
  detail: string;
  quarantineId: string | null;
}

/** Notes why locations got no version from a sync. */
export async function writeFailures(tx: Tx, failures: readonly TargetFailure[]): Promise<void> {
  if (failures.length === 0) {
    return;
  }
  await tx.query(
    `insert into sync_failure (sync_no, location_id, outcome, code, detail, quarantine_id)
     select * from unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[])`,
    [
      failures.map((failure) => failure.syncNo),
      failures.map((failure) => failure.locationId),
      failures.map((failure) => failure.outcome),
      failures.map((failure) => failure.code),
      failures.map((failure) => failure.detail),
      failures.map((failure) => failure.quarantineId),
    ],
  );
}

/** By how much the counters of a sync move; a decision on a quarantine moves some of them down. */
export interface SyncProgress {
  syncNo: number;
  changed: number;
  unchanged: number;
  failed: number;
  quarantined: number;
}

/** Moves the counters of syncs and finishes those whose locations all have an outcome; returns the finished ones. */
export async function advanceSyncs(
  tx: Tx,
  progress: readonly SyncProgress[],
): Promise<{ syncId: SyncId; status: string }[]> {
  const { rows } = await tx.query<{
    sync_id: SyncId;
    total: number;
    changed: number;
    unchanged: number;
    failed: number;
    quarantined: number;
  }>({
    name: "advance_syncs",
    text: `update sync s
      set changed = s.changed + p.changed, unchanged = s.unchanged + p.unchanged, failed = s.failed + p.failed,
        quarantined = s.quarantined + p.quarantined, progressed_at = clock_timestamp(),
        finished_at = case when s.changed + s.unchanged + s.failed + s.quarantined
          + p.changed + p.unchanged + p.failed + p.quarantined = s.total
          then clock_timestamp() end,
        status = case when s.changed + s.unchanged + s.failed + s.quarantined
          + p.changed + p.unchanged + p.failed + p.quarantined = s.total then 'partial' else 'running' end
      from json_to_recordset($1::json) as p (
        sync_no int, changed int, unchanged int, failed int, quarantined int
      )
      where s.sync_no = p.sync_no
      returning s.sync_id, s.total, s.changed, s.unchanged, s.failed, s.quarantined`,
    values: [
      JSON.stringify(
        progress.map((entry) => ({
          sync_no: entry.syncNo,
          changed: entry.changed,
          unchanged: entry.unchanged,
          failed: entry.failed,
          quarantined: entry.quarantined,
        })),
      ),
    ],
  });
  const finished = rows
    .filter((row) => row.changed + row.unchanged + row.failed + row.quarantined === row.total)
    .map((row) => ({ syncId: row.sync_id, status: syncStatus(row) }));
  if (finished.length > 0) {
    await tx.query(
      "update sync s set status = f.status from unnest($1::uuid[], $2::text[]) as f (sync_id, status) where s.sync_id = f.sync_id",
      [finished.map((sync) => sync.syncId), finished.map((sync) => sync.status)],
    );
  }
  return finished;
}
