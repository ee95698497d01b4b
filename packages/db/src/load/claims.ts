// Who works on a load: each claim raises the fence, and only the holder of the newest one can commit, finish or fail.
import { AppError } from "@almanac/domain/errors";
import type { LoadId } from "@almanac/domain/ids";
import type { LoadStatus } from "@almanac/domain/load/media";
import { recordAudit } from "../audit.ts";
import type { Database, Queryable } from "../database.ts";
import { findLoad } from "./loads.ts";
import type { LoadView } from "./view.ts";

/** The schema version of each event type that a load judges by. */
export type LoadSchemas = Record<string, number>;

/** How far a lane is: lines up to `position` are counted. */
export interface LanePosition {
  lane: number;
  position: number;
  /** Bytes of the body before the end of that line. */
  bytePosition: number;
}

export interface LoadClaim {
  load: LoadView;
  fence: number;
  /** As many as at the load's first claim, whatever was asked now: which lane a line goes to must not change. */
  lanes: LanePosition[];
  schemas: LoadSchemas;
}

/** Takes a load over from whoever had it; number of lanes and schemas are those of its first claim. Null: finished or unknown. */
export async function claimLoad(
  database: Database,
  loadId: LoadId,
  input: { lanes: number; schemas: LoadSchemas },
): Promise<LoadClaim | null> {
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ fence: number; schemas: LoadSchemas }>(
      `update load set status = 'running', fence = fence + 1, started_at = coalesce(started_at, clock_timestamp()),
         schemas = coalesce(schemas, $2), updated_at = clock_timestamp()
       where load_id = $1 and status in ('queued', 'running')
       returning fence, schemas`,
      [loadId, JSON.stringify(input.schemas)],
    );
    const row = rows[0];
    if (!row) {
      return null;
    }
    await tx.query(
      `insert into load_lane (load_id, lane) select $1, lane from generate_series(0, $2 - 1) as lane
       where not exists (select from load_lane where load_id = $1)`,
      [loadId, input.lanes],
    );
    return { load: (await findLoad(tx, loadId))!, ...row, lanes: await readLanes(tx, loadId) };
  });
}

async function readLanes(database: Queryable, loadId: LoadId): Promise<LanePosition[]> {
  const { rows } = await database.query<{ lane: number; position: number; byte_position: number }>(
    `select lane, position::float8 as position, byte_position::float8 as byte_position
     from load_lane where load_id = $1 order by lane`,
    [loadId],
  );
  return rows.map((row) => ({ lane: row.lane, position: row.position, bytePosition: row.byte_position }));
}

/** Thrown to whoever works on a load that somebody else has claimed since. */
export function takenOver(loadId: LoadId): AppError {
  return new AppError("conflict", {
    code: "load.taken_over",
    detail: "Another worker has taken this load over.",
    message: `load ${loadId} was taken over`,
  });
}

/** Thrown to whoever works on a load that was asked to stop. */
export function cancelled(loadId: LoadId): AppError {
  return new AppError("conflict", {
    code: "load.cancelled",
    detail: "The load was cancelled.",
    message: `load ${loadId} was cancelled`,
  });
}

/**
 * Ends a load that was read to its end. `total` is the reader's own count of lines: when the lanes have counted another,
 * the load has failed (`load.miscounted`). Throws `load.taken_over` when the fence is an older one.
 */
export async function finishLoad(
  database: Database,
  loadId: LoadId,
  fence: number,
  counted: { total: number },
): Promise<LoadStatus> {
  return database.transaction(async (tx) => {
    const finished = await markFinished(tx, loadId, fence, counted);
    if (finished === null) {
      throw takenOver(loadId);
    }
    const { status, ...rows } = finished;
    await recordAudit(tx, {
      actor: "worker",
      action: "load.finished",
      objectType: "load",
      objectId: loadId,
      after: { status, rows },
    });
    return status;
  });
}

async function markFinished(
  tx: Queryable,
  loadId: LoadId,
  fence: number,
  counted: { total: number },
): Promise<{ status: LoadStatus; total: number; refused: number } | null> {
  const { rows } = await tx.query<{ status: LoadStatus; total: number; refused: number }>(
    `with n as (
       select coalesce(sum(total), 0) as total, coalesce(sum(rejected + conflict), 0) as refused
       from load_lane where load_id = $1
     )
     update load set finished_at = clock_timestamp(), updated_at = clock_timestamp(),
       status = case when n.total <> $3 then 'failed' when n.refused > 0 then 'partial' else 'succeeded' end,
       error_code = case when n.total <> $3 then 'load.miscounted' end,
       error_detail = case when n.total <> $3
         then format('%s lines were read and %s were counted.', $3::bigint, n.total) end
     from n where load_id = $1 and fence = $2 and status = 'running'
     returning status, n.total::float8 as total, n.refused::float8 as refused`,
    [loadId, fence, counted.total],
  );
  return rows[0] ?? null;
}

/** Ends an unfinished load as failed. With a fence only its holder can; false when nothing was changed. */
export async function failLoad(
  database: Database,
  loadId: LoadId,
  fence: number | null,
  error: { code: string; detail: string },
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const isFailed = await markFailed(tx, loadId, fence, error);
    if (isFailed) {
      await recordAudit(tx, {
        actor: "worker",
        action: "load.failed",
        objectType: "load",
        objectId: loadId,
        after: { status: "failed", code: error.code },
      });
    }
    return isFailed;
  });
}

async function markFailed(
  tx: Queryable,
  loadId: LoadId,
  fence: number | null,
  error: { code: string; detail: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update load set status = 'failed', finished_at = clock_timestamp(), updated_at = clock_timestamp(),
       error_code = $3, error_detail = $4
     where load_id = $1 and ($2::int is null or fence = $2) and status in ('queued', 'running')`,
    [loadId, fence, error.code, error.detail],
  );
  return rowCount === 1;
}
