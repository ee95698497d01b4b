// Who works on a run, and on a key range of it: each claim raises a fence, and only the holder of the newest one can commit,
// finish or fail.
import { AppError } from "@almanac/domain/errors";
import type { EventId, RunId } from "@almanac/domain/ids";
import type { RunStatus } from "@almanac/domain/reprocess/run";
import type { RangeTally } from "@almanac/domain/reprocess/tally";
import type { Database, Queryable } from "../database.ts";
import { findRun } from "./runs.ts";
import { sampleOf } from "./sample.ts";
import type { RunRejects, RunView } from "./view.ts";

/** Takes a run over from whoever had it. Null: it is paused, has finished, or is unknown. */
export async function claimRun(database: Database, runId: RunId): Promise<RunView | null> {
  return database.transaction(async (tx) => {
    const { rowCount } = await tx.query(
      `update reprocess_run set status = 'running', fence = fence + 1,
         started_at = coalesce(started_at, clock_timestamp()), updated_at = clock_timestamp()
       where run_id = $1 and status in ('queued', 'running')`,
      [runId],
    );
    return rowCount === 1 ? findRun(tx, runId) : null;
  });
}

/** A key range as its claim found it. */
export interface RangeClaim {
  runId: RunId;
  rangeNo: number;
  fence: number;
  /** The range is what lies behind this, up to and with `uptoId`; null: from the first event on. */
  afterId: EventId | null;
  uptoId: EventId;
  scanned: number;
  tally: RangeTally;
}

/** Takes a range over, from where it stands. Null: it is done, or its run does not run. */
export async function claimRange(database: Queryable, runId: RunId, rangeNo: number): Promise<RangeClaim | null> {
  const { rows } = await database.query<{
    fence: number;
    after_id: EventId | null;
    upto_id: EventId;
    scanned: number;
    fields: RangeTally["fields"];
    failures: RangeTally["failures"];
    sample: string;
  }>(
    `update reprocess_range g set fence = g.fence + 1, updated_at = clock_timestamp()
     from reprocess_run r
     where g.run_id = $1 and g.range_no = $2 and not g.done and r.run_id = g.run_id and r.status = 'running'
     returning g.fence, coalesce(g.position, g.after_id) as after_id, g.upto_id, g.scanned::float8 as scanned, g.fields,
       g.failures, g.sample::text as sample`,
    [runId, rangeNo],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    runId,
    rangeNo,
    fence: row.fence,
    afterId: row.after_id,
    uptoId: row.upto_id,
    scanned: row.scanned,
    tally: { fields: row.fields, failures: row.failures, sample: sampleOf(row.sample) },
  };
}

/** Numbers of the ranges that are not done. */
export async function readOpenRanges(database: Queryable, runId: RunId): Promise<number[]> {
  const { rows } = await database.query<{ range_no: number }>(
    "select range_no from reprocess_range where run_id = $1 and not done order by range_no",
    [runId],
  );
  return rows.map((row) => row.range_no);
}

/**
 * Ends a run all of whose ranges are done: `partial` when something that it was to publish failed. Throws like a chunk when
 * it is no longer the caller's.
 */
export async function finishRun(
  tx: Queryable,
  runId: RunId,
  fence: number,
  rejects: RunRejects | null,
): Promise<RunStatus> {
  const { rows } = await tx.query<{ status: RunStatus }>(
    `update reprocess_run r set finished_at = clock_timestamp(), updated_at = clock_timestamp(), rejects = $3,
       status = case when r.mode = 'publish' and n.failed > 0 then 'partial' else 'succeeded' end
     from (
       select coalesce(sum(failed), 0) as failed, coalesce(bool_and(done), true) as done
       from reprocess_range where run_id = $1
     ) n
     where r.run_id = $1 and r.fence = $2 and r.status = 'running' and n.done
     returning r.status`,
    [runId, fence, rejects === null ? null : JSON.stringify(rejects)],
  );
  return rows[0]?.status ?? stopped(runId, (await findRun(tx, runId))?.status ?? null);
}

/** Ends an unfinished run as failed; false when nothing was changed. What it has committed stays. */
export async function failRun(tx: Queryable, runId: RunId, error: { code: string; detail: string }): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update reprocess_run set status = 'failed', finished_at = clock_timestamp(), updated_at = clock_timestamp(),
       error_code = $2, error_detail = $3
     where run_id = $1 and status in ('queued', 'running', 'paused')`,
    [runId, error.code, error.detail],
  );
  return rowCount === 1;
}

/** Thrown to whoever works on a run that was stopped, or that somebody else has claimed since (conflicts). */
export function stopped(runId: RunId, status: RunStatus | null): never {
  const [code, detail] =
    status === "paused"
      ? ["reprocess.paused", "The run is paused."]
      : status === "cancelled"
        ? ["reprocess.cancelled", "The run was cancelled."]
        : ["reprocess.taken_over", "Another worker has taken this over."];
  throw new AppError("conflict", { code, detail, message: `run ${runId}: ${detail}` });
}

/** Whether an error only says that the work is no longer the caller's. */
export function isStopped(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    ["reprocess.paused", "reprocess.cancelled", "reprocess.taken_over"].includes(error.code)
  );
}
