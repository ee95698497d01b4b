// Which loads, syncs and reprocess runs have something to tell? Found from their own rows: those behind the floor whose state is another
// than the one told last, whatever still runs once a minute, and those that went on after their end.
import type { Database, Queryable } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";
import { loadColumns, loadLanes, type LoadRow, type LoadView, viewOf } from "../load/view.ts";
import { findSync, type SyncView } from "../sync/syncs.ts";
import { type Subject, subjects } from "./subjects.ts";

/** As it was told last. */
export interface Told {
  attempt: number;
  status: string;
  finishedAt: string | null;
}

export interface Due<View> {
  view: View;
  /** Null: nothing was told of it. */
  told: Told | null;
}

/** Loads in the order of their acceptance, `limit` at the most. */
export async function readDueLoads(database: Database, floor: number, limit: number): Promise<Due<LoadView>[]> {
  const due = await readDue(database, "load", floor, limit);
  const { rows } = await database.query<LoadRow>(
    `select ${loadColumns} from load l ${loadLanes} where l.load_id = any ($1::uuid[]) order by l.load_no`,
    [[...due.keys()]],
  );
  return rows.map((row) => ({ view: viewOf(row), told: due.get(row.load_id) ?? null }));
}

/** Syncs in the order of their requests. */
export async function readDueSyncs(database: Database, floor: number, limit: number): Promise<Due<SyncView>[]> {
  const due = await readDue(database, "sync", floor, limit);
  const views = await Promise.all([...due.keys()].map((id) => findSync(database, id as SyncView["syncId"])));
  return views.filter((view) => view !== null).map((view) => ({ view, told: due.get(view.syncId) ?? null }));
}

/** What is told of a reprocess run. */
export interface RunFacts {
  runId: string;
  eventType: string;
  mode: "preview" | "publish";
  status: string;
  requestedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  errorCode: string | null;
  errorDetail: string | null;
  scanned: number;
  changed: number;
  failed: number;
}

/** Reprocess runs in the order of their requests. */
export async function readDueRuns(database: Database, floor: number, limit: number): Promise<Due<RunFacts>[]> {
  const due = await readDue(database, "run", floor, limit);
  const { rows } = await database.query<{
    run_id: string;
    event_type: string;
    mode: RunFacts["mode"];
    status: string;
    requested_at: string;
    started_at: string | null;
    finished_at: string | null;
    error_code: string | null;
    error_detail: string | null;
    scanned: number;
    changed: number;
    failed: number;
  }>(
    `select r.run_id, r.event_type, r.mode, r.status, r.requested_at, r.started_at, r.finished_at, r.error_code,
       r.error_detail, n.scanned, n.changed, n.failed
     from reprocess_run r
     cross join lateral (
       select coalesce(sum(scanned), 0)::float8 as scanned, coalesce(sum(changed), 0)::float8 as changed,
         coalesce(sum(failed), 0)::float8 as failed
       from reprocess_range where run_id = r.run_id
     ) n
     where r.run_id = any ($1::uuid[]) order by r.run_no`,
    [[...due.keys()]],
  );
  return rows.map((row) => ({
    view: {
      runId: row.run_id,
      eventType: row.event_type,
      mode: row.mode,
      status: row.status,
      requestedAt: instantOf(row.requested_at),
      startedAt: instantOrNull(row.started_at),
      finishedAt: instantOrNull(row.finished_at),
      errorCode: row.error_code,
      errorDetail: row.error_detail,
      scanned: row.scanned,
      changed: row.changed,
      failed: row.failed,
    },
    told: due.get(row.run_id) ?? null,
  }));
}

/** By id, in the order of the numbers. */
async function readDue(
  database: Queryable,
  subject: Subject,
  floor: number,
  limit: number,
): Promise<Map<string, Told | null>> {
  const { table, id, no, isRunning } = subjects[subject];
  const columns = `o.${id} as id, o.${no} as no, t.attempt, t.status as told_status, t.finished_at as told_finished_at`;
  const told = `openlineage_told t on t.subject = '${subject}' and t.object_id = o.${id}`;
  const isNews = "(t.status, t.finished_at) is distinct from (o.status, o.finished_at)";
  const { rows } = await database.query<{
    id: string;
    attempt: number | null;
    told_status: string | null;
    told_finished_at: string | null;
  }>(
    `(select ${columns} from ${table} o left join ${told}
      where o.${no} > $1 and o.status <> 'queued' and ${isNews} order by o.${no} limit $2)
     union
     (select ${columns} from ${table} o left join ${told}
      where ${isRunning} and (t.object_id is null or t.told_at < clock_timestamp() - interval '1 minute')
      order by o.${no} limit $2)
     union
     (select ${columns} from ${table} o join ${told} where o.status <> 'queued' and ${isNews} order by o.${no} limit $2)
     order by no limit $2`,
    [floor, limit],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      row.attempt === null
        ? null
        : { attempt: row.attempt, status: row.told_status!, finishedAt: instantOrNull(row.told_finished_at) },
    ]),
  );
}
