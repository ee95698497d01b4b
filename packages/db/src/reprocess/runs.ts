// Reprocess runs: what was asked to be interpreted anew, in the order of the requests. The truth about work; the queue
// only wakes.
import type { EventId, LoadId, RunId } from "@almanac/domain/ids";
import type { RunMode, RunStatus, RunTrigger, Selection } from "@almanac/domain/reprocess/run";
import { mergeTallies, type RangeTally } from "@almanac/domain/reprocess/tally";
import type { Queryable, Tx } from "../database.ts";
import { sampleOf } from "./sample.ts";
import { runColumns, runOf, runRanges, type RunRejects, type RunRow, type RunView } from "./view.ts";

export type { RunRejects, RunView, UpcastHash } from "./view.ts";

export interface NewRun {
  /** UUID version 7, made by the caller. */
  runId: RunId;
  eventType: string;
  /** Instants; `from` is inclusive, `to` is not. */
  from?: string | null;
  to?: string | null;
  loadId?: LoadId | null;
  eventIds?: readonly EventId[] | null;
  selection: Selection;
  mode: RunMode;
  trigger: RunTrigger;
  reverts?: RunId | null;
  toVersion: number | null;
  reason: string | null;
  requestedBy: string;
  /** For a rebuild, which repeats what the lake says; the database's present time without it. */
  requestedAt?: string;
}

/** Stores a request; null when a run that publishes the same type is not finished. */
export async function insertRun(tx: Tx, run: NewRun): Promise<RunView | null> {
  const { rowCount } = await tx.query(
    `insert into reprocess_run (run_id, event_type, event_from, event_to, load_id, event_ids, selection, mode, trigger,
       reverts, to_version, reason, requested_by, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, coalesce($14, clock_timestamp()))
     on conflict do nothing`,
    [
      run.runId,
      run.eventType,
      run.from ?? null,
      run.to ?? null,
      run.loadId ?? null,
      run.eventIds ?? null,
      run.selection,
      run.mode,
      run.trigger,
      run.reverts ?? null,
      run.toVersion,
      run.reason,
      run.requestedBy,
      run.requestedAt ?? null,
    ],
  );
  return rowCount === 1 ? findRun(tx, run.runId) : null;
}

export async function findRun(database: Queryable, runId: RunId): Promise<RunView | null> {
  const { rows } = await database.query<RunRow>({
    name: "find_run",
    text: `select ${runColumns} from reprocess_run r ${runRanges} where r.run_id = $1`,
    values: [runId],
  });
  return rows[0] ? runOf(rows[0]) : null;
}

/** The unfinished run that publishes a type: there is one at the most. */
export async function findPublishing(database: Queryable, eventType: string): Promise<RunView | null> {
  const { rows } = await database.query<RunRow>(
    `select ${runColumns} from reprocess_run r ${runRanges}
     where r.event_type = $1 and r.mode = 'publish' and r.status in ('queued', 'running', 'paused')`,
    [eventType],
  );
  return rows[0] ? runOf(rows[0]) : null;
}

/** The newest run that takes another one back and was neither stopped nor failed; null when there is none. */
export async function findRevertOf(database: Queryable, runId: RunId): Promise<RunView | null> {
  const { rows } = await database.query<RunRow>(
    `select ${runColumns} from reprocess_run r ${runRanges}
     where r.reverts = $1 and r.status not in ('failed', 'cancelled') order by r.run_no desc limit 1`,
    [runId],
  );
  return rows[0] ? runOf(rows[0]) : null;
}

/** The newest run of a type that is no revert; null when there is none. */
export async function newestRun(database: Queryable, eventType: string): Promise<RunView | null> {
  const { rows } = await database.query<RunRow>(
    `select ${runColumns} from reprocess_run r ${runRanges}
     where r.event_type = $1 and r.reverts is null order by r.run_no desc limit 1`,
    [eventType],
  );
  return rows[0] ? runOf(rows[0]) : null;
}

/** What changed and what failed, over all ranges of a run. */
export async function readTally(database: Queryable, runId: RunId): Promise<RangeTally> {
  const { rows } = await database.query<Omit<RangeTally, "sample"> & { sample: string }>(
    "select fields, failures, sample::text as sample from reprocess_range where run_id = $1 order by range_no",
    [runId],
  );
  return mergeTallies(rows.map((row) => ({ ...row, sample: sampleOf(row.sample) })));
}

/** Newest first. `before` is the runNo of the last one of the page before. */
export async function listRuns(
  database: Queryable,
  filter: {
    before?: number | null;
    limit: number;
    status?: RunStatus | null;
    eventType?: string | null;
    mode?: RunMode | null;
  },
): Promise<RunView[]> {
  const { rows } = await database.query<RunRow>(
    `select ${runColumns} from (
       select * from reprocess_run
       where ($1::bigint is null or run_no < $1) and ($3::text is null or status = $3)
         and ($4::text is null or event_type = $4) and ($5::text is null or mode = $5)
       order by run_no desc limit $2
     ) r ${runRanges} order by r.run_no desc`,
    [filter.before ?? null, filter.limit, filter.status ?? null, filter.eventType ?? null, filter.mode ?? null],
  );
  return rows.map(runOf);
}

/** Unfinished runs that nobody has written to for `quietMs`, oldest first: the reconciler looks after their jobs. */
export async function readUnfinishedRuns(
  database: Queryable,
  input: { quietMs: number; limit: number },
): Promise<{ runId: RunId; fence: number }[]> {
  const { rows } = await database.query<{ run_id: RunId; fence: number }>(
    `select run_id, fence from reprocess_run r
     where status in ('queued', 'running') and greatest(
         updated_at, (select max(updated_at) from reprocess_range where run_id = r.run_id)
       ) < clock_timestamp() - $1 * interval '1 millisecond'
     order by run_no limit $2`,
    [input.quietMs, input.limit],
  );
  return rows.map((row) => ({ runId: row.run_id, fence: row.fence }));
}

/** The ids that a run was asked for by name; null: none were. */
export async function readEventIds(database: Queryable, runId: RunId): Promise<EventId[] | null> {
  const { rows } = await database.query<{ event_ids: EventId[] | null }>(
    "select event_ids from reprocess_run where run_id = $1",
    [runId],
  );
  return rows[0]?.event_ids ?? null;
}

/** Notes what a run's rejects came to so far; false when the run is no longer the caller's. */
export async function noteRejects(
  database: Queryable,
  run: Pick<RunView, "runId" | "fence">,
  rejects: RunRejects,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `update reprocess_run set rejects = $3, updated_at = clock_timestamp()
     where run_id = $1 and fence = $2 and status = 'running'`,
    [run.runId, run.fence, JSON.stringify(rejects)],
  );
  return rowCount === 1;
}

// A table scan of some tenths of a second: there is no index by type.
const mostLookedAt = 1_000_000;

/** Whether a type may have events of a lower schema version: exact in a table that can be looked through quickly. */
export async function mayBeOutdated(database: Queryable, eventType: string, toVersion: number): Promise<boolean> {
  if (toVersion === 1) return false;
  const { rows } = await database.query<{ found: boolean }>(
    `select exists (
       select from (select event_type, schema_version from events limit ${mostLookedAt}) e
       where event_type = $1 and schema_version < $2
     ) or exists (select from events offset ${mostLookedAt} limit 1) as found`,
    [eventType, toVersion],
  );
  return rows[0]!.found;
}
