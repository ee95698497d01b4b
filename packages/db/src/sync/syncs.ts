// Syncs: what was asked, how far it is, what came of it for each location. The truth about work; the queue only wakes.
import type { LocationId, SyncId } from "@almanac/domain/ids";
import type { Queryable, Tx } from "../database.ts";
import { epochMs, instantOf, instantOrNull } from "../instants.ts";

export type SyncStatus = "queued" | "running" | "succeeded" | "partial" | "failed" | "quarantined";
export type SyncTrigger = "api" | "schedule" | "start" | "job";

/** A sync's header. Counts are numbers of locations. */
export interface SyncView {
  syncId: SyncId;
  syncNo: number;
  trigger: SyncTrigger;
  requestedBy: string;
  requestedAt: string;
  source: string;
  years: number[];
  total: number;
  status: SyncStatus;
  changed: number;
  unchanged: number;
  failed: number;
  quarantined: number;
  finishedAt: string | null;
  /** Milliseconds since it finished, by the database's clock; null while it runs. */
  finishedMsAgo: number | null;
}

interface SyncRow {
  sync_id: SyncId;
  sync_no: number;
  trigger: SyncTrigger;
  requested_by: string;
  requested_at: string;
  source: string;
  years: number[];
  total: number;
  status: SyncStatus;
  changed: number;
  unchanged: number;
  failed: number;
  quarantined: number;
  finished_at: string | null;
  finished_ms_ago: number | null;
}

const header = `sync_id, sync_no, trigger, requested_by, requested_at, source, years, total, status, changed, unchanged,
  failed, quarantined, finished_at,
  (extract(epoch from clock_timestamp() - finished_at) * 1000)::float8 as finished_ms_ago`;

function viewOf(row: SyncRow): SyncView {
  return {
    syncId: row.sync_id,
    syncNo: row.sync_no,
    trigger: row.trigger,
    requestedBy: row.requested_by,
    requestedAt: instantOf(row.requested_at),
    source: row.source,
    years: row.years,
    total: row.total,
    status: row.status,
    changed: row.changed,
    unchanged: row.unchanged,
    failed: row.failed,
    quarantined: row.quarantined,
    finishedAt: instantOrNull(row.finished_at),
    finishedMsAgo: row.finished_ms_ago,
  };
}

export interface NewSync {
  trigger: SyncTrigger;
  /** Names the slot or job that asks; a second sync with the same key is the first one again. */
  requestKey: string | null;
  requestedBy: string;
  source: string;
  locationIds: readonly LocationId[];
  years: readonly number[];
}

/** Inserts a sync, or finds the one that the same request key made; `isNew` tells which. */
export async function insertSync(tx: Tx, sync: NewSync): Promise<{ sync: SyncView; isNew: boolean }> {
  const { rows } = await tx.query<SyncRow>(
    `insert into sync (trigger, request_key, requested_by, source, location_ids, years)
     values ($1, $2, $3, $4, $5::uuid[], $6::smallint[])
     on conflict (request_key) do nothing
     returning ${header}`,
    [sync.trigger, sync.requestKey, sync.requestedBy, sync.source, sync.locationIds, sync.years],
  );
  if (rows[0]) {
    return { sync: viewOf(rows[0]), isNew: true };
  }
  const found = await tx.query<SyncRow>(`select ${header} from sync where request_key = $1`, [sync.requestKey]);
  return { sync: viewOf(found.rows[0]!), isNew: false };
}

export async function findSync(database: Queryable, syncId: SyncId): Promise<SyncView | null> {
  const { rows } = await database.query<SyncRow>(`select ${header} from sync where sync_id = $1`, [syncId]);
  return rows[0] ? viewOf(rows[0]) : null;
}

/**
 * Newest first. `before` is the sync_no of the last one of the page before; `only` keeps syncs of those locations alone,
 * `locationId` those that are for it, whatever else they are for.
 */
export async function listSyncs(
  database: Queryable,
  filter: {
    before?: number | null;
    limit: number;
    only?: readonly LocationId[] | null;
    status?: SyncStatus | null;
    trigger?: SyncTrigger | null;
    locationId?: LocationId | null;
  },
): Promise<SyncView[]> {
  const { rows } = await database.query<SyncRow>(
    `select ${header} from sync
     where ($1::int is null or sync_no < $1) and ($3::uuid[] is null or location_ids <@ $3)
       and ($4::text is null or status = $4) and ($5::text is null or trigger = $5)
       and ($6::uuid is null or $6 = any(location_ids))
     order by sync_no desc limit $2`,
    [
      filter.before ?? null,
      filter.limit,
      filter.only ?? null,
      filter.status ?? null,
      filter.trigger ?? null,
      filter.locationId ?? null,
    ],
  );
  return rows.map(viewOf);
}

/** What a sync came to for one of its locations. */
export interface SyncLocationView {
  locationId: LocationId;
  outcome: "queued" | "changed" | "unchanged" | "failed" | "quarantined";
  version: number | null;
  changes: { added: number; removed: number; moved: number; renamed: number } | null;
  error: { code: string; detail: string } | null;
  quarantineId: string | null;
}

interface SyncLocationRow {
  location_id: LocationId;
  version: number | null;
  added: number | null;
  removed: number | null;
  moved: number | null;
  renamed: number | null;
  outcome: "failed" | "quarantined" | null;
  code: string | null;
  detail: string | null;
  quarantine_id: string | null;
}

/** Every location of a sync in the order asked, with its outcome so far. */
export async function readSyncLocations(database: Queryable, syncId: SyncId): Promise<SyncLocationView[]> {
  const { rows } = await database.query<SyncLocationRow>(
    `select t.location_id, done.version, done.added, done.removed, done.moved, done.renamed,
       f.outcome, f.code, f.detail, f.quarantine_id
     from sync s
     cross join lateral unnest(s.location_ids) with ordinality as t (location_id, place)
     left join lateral (
       select r.versions[p.place] as version,
         case when p.place = 1 then r.added else 0 end as added,
         case when p.place = 1 then r.removed else 0 end as removed,
         case when p.place = 1 then r.moved else 0 end as moved,
         case when p.place = 1 then r.renamed else 0 end as renamed
       from location_version_run r, array_position(r.sync_nos, s.sync_no) as p (place)
       where r.location_id = t.location_id and p.place is not null
       limit 1
     ) done on true
     left join sync_failure f on f.sync_no = s.sync_no and f.location_id = t.location_id
     where s.sync_id = $1
     order by t.place`,
    [syncId],
  );
  return rows.map((row) => ({
    locationId: row.location_id,
    outcome: outcomeOf(row),
    version: row.version,
    changes:
      row.version === null
        ? null
        : { added: row.added!, removed: row.removed!, moved: row.moved!, renamed: row.renamed! },
    error: row.code === null || row.detail === null ? null : { code: row.code, detail: row.detail },
    quarantineId: row.quarantine_id,
  }));
}

function outcomeOf(row: SyncLocationRow): SyncLocationView["outcome"] {
  if (row.version === null) {
    return row.outcome ?? "queued";
  }
  const changed = row.version === 1 || row.added! + row.removed! + row.moved! + row.renamed! > 0;
  return changed ? "changed" : "unchanged";
}

/** What never changes about a sync: a worker reads it once and keeps it. */
export interface SyncOrder {
  syncNo: number;
  requestedAtMs: number;
  requestedAt: string;
  years: number[];
  locationIds: ReadonlySet<LocationId>;
}

export async function readSyncOrder(database: Queryable, syncId: SyncId): Promise<SyncOrder | null> {
  const { rows } = await database.query<{
    sync_no: number;
    requested_at: string;
    years: number[];
    location_ids: string;
  }>("select sync_no, requested_at, years, location_ids::text as location_ids from sync where sync_id = $1", [syncId]);
  const row = rows[0];
  if (!row) {
    return null;
  }
  return {
    syncNo: row.sync_no,
    requestedAtMs: epochMs(row.requested_at),
    requestedAt: instantOf(row.requested_at),
    years: row.years,
    // uuid[] has no type of its own in the driver: `{a,b}` is split here, a uuid holds no comma.
    locationIds: new Set(row.location_ids.slice(1, -1).split(",") as LocationId[]),
  };
}

/** Unfinished syncs that have not moved for `quietMs`, oldest first: the reconciler looks whether their jobs still exist. */
export async function readQuietSyncs(
  database: Queryable,
  input: { quietMs: number; limit: number },
): Promise<{ syncId: SyncId; syncNo: number; total: number; done: number }[]> {
  const { rows } = await database.query<{ sync_id: SyncId; sync_no: number; total: number; done: number }>(
    `select sync_id, sync_no, total, changed + unchanged + failed + quarantined as done from sync
     where finished_at is null and progressed_at < clock_timestamp() - $1 * interval '1 millisecond'
     order by sync_no limit $2`,
    [input.quietMs, input.limit],
  );
  return rows.map((row) => ({ syncId: row.sync_id, syncNo: row.sync_no, total: row.total, done: row.done }));
}

/** Locations of a sync that have no outcome yet. */
export async function readOpenTargets(database: Queryable, syncId: SyncId): Promise<LocationId[]> {
  const locations = await readSyncLocations(database, syncId);
  return locations.filter((location) => location.outcome === "queued").map((location) => location.locationId);
}

/** Says that somebody is at work on a sync; false when there is no such sync. Harmless when it runs or has finished. */
export async function markSyncRunning(database: Queryable, syncId: SyncId): Promise<boolean> {
  const { rowCount } = await database.query(
    `update sync set status = case when status = 'queued' then 'running' else status end,
       progressed_at = case when status = 'queued' then clock_timestamp() else progressed_at end
     where sync_id = $1`,
    [syncId],
  );
  return rowCount === 1;
}
