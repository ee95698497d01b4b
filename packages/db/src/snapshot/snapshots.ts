// Snapshots: pairs of instants that make an analysis repeatable. Both are settled when a snapshot is made: nothing can
// appear at or before them any more, so what is read by one needs no waiting and never changes.
import type { SnapshotId } from "@almanac/domain/ids";
import type { Queryable, Tx } from "../database.ts";
import { epochMs, instantOf, instantOrNull } from "../instants.ts";

/** What reads need of a snapshot. Instants are RFC 3339 in UTC with microseconds. */
export interface SnapshotPins {
  snapshotId: SnapshotId;
  /** Events, members and the time zones of locations are read as of this. */
  eventsAsOf: string;
  /** Holidays and locations are read as of this. */
  calendarAsOf: string;
}

export interface SnapshotView extends SnapshotPins {
  name: string | null;
  createdBy: string;
  createdAt: string;
  releasedBy: string | null;
  /** Null while retention keeps what it needs. */
  releasedAt: string | null;
}

interface Row {
  snapshot_id: SnapshotId;
  name: string | null;
  events_as_of: string;
  calendar_as_of: string;
  created_by: string;
  created_at: string;
  released_by: string | null;
  released_at: string | null;
}

const columns =
  "snapshot_id, name, events_as_of, calendar_as_of, created_by, created_at, released_by, released_at" as const;

function viewOf(row: Row): SnapshotView {
  return {
    snapshotId: row.snapshot_id,
    name: row.name,
    eventsAsOf: instantOf(row.events_as_of),
    calendarAsOf: instantOf(row.calendar_as_of),
    createdBy: row.created_by,
    createdAt: instantOf(row.created_at),
    releasedBy: row.released_by,
    releasedAt: instantOrNull(row.released_at),
  };
}

/** `stamp` is the history's (`stampHistory`): neither instant lies behind it, and a pruning runs before or after this. */
export async function insertSnapshot(
  tx: Tx,
  stamp: string,
  snapshot: { name: string | null; eventsAsOf: string; calendarAsOf: string; createdBy: string },
): Promise<SnapshotView> {
  const { rows } = await tx.query<Row>(
    `insert into snapshot (name, events_as_of, calendar_as_of, created_by, created_at)
     values ($1, $2, $3, $4, $5) returning ${columns}`,
    [snapshot.name, snapshot.eventsAsOf, snapshot.calendarAsOf, snapshot.createdBy, stamp],
  );
  return viewOf(rows[0]!);
}

export async function findSnapshot(database: Queryable, snapshotId: SnapshotId): Promise<SnapshotView | null> {
  const { rows } = await database.query<Row>({
    name: "find_snapshot",
    text: `select ${columns} from snapshot where snapshot_id = $1`,
    values: [snapshotId],
  });
  return rows[0] ? viewOf(rows[0]) : null;
}

/** Newest first, after the one named by `before`. */
export async function listSnapshots(
  database: Queryable,
  page: { limit: number; before: string | null },
): Promise<SnapshotView[]> {
  const { rows } = await database.query<Row>(
    `select ${columns} from snapshot where $2::uuid is null or snapshot_id < $2::uuid
     order by snapshot_id desc limit $1`,
    [page.limit, page.before],
  );
  return rows.map(viewOf);
}

/** Ends the pin, and says whether it was this call that did; null where there is no such snapshot. */
export async function releaseSnapshot(
  tx: Tx,
  stamp: string,
  release: { snapshotId: SnapshotId; releasedBy: string },
): Promise<{ snapshot: SnapshotView; releasedNow: boolean } | null> {
  const { rowCount } = await tx.query(
    `update snapshot set released_by = $2, released_at = greatest($3, created_at)
     where snapshot_id = $1 and released_at is null`,
    [release.snapshotId, release.releasedBy, stamp],
  );
  const snapshot = await findSnapshot(tx, release.snapshotId);
  return snapshot === null ? null : { snapshot, releasedNow: rowCount === 1 };
}

/** The instants (epoch milliseconds) whose calendars retention must be able to answer for, each once. */
export async function readPinnedInstants(database: Queryable): Promise<number[]> {
  const { rows } = await database.query<{ calendar_as_of: string }>(
    "select distinct calendar_as_of from snapshot where released_at is null order by calendar_as_of",
  );
  return rows.map((row) => epochMs(row.calendar_as_of));
}
