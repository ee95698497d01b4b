// How is a run divided? Its events are counted once, and cut into ranges of about as many each by the quantiles of a sample
// of their ids.
import type { RunId } from "@almanac/domain/ids";
import type { Queryable, Tx } from "../database.ts";
import { selectionFrom, selectionOf } from "./select.ts";
import type { RunView, UpcastHash } from "./view.ts";

const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const mostRanges = 256;
// Enough for ranges that differ by a few per cent.
const sampled = 20_000;

/**
 * Fixes by when events must have been committed to be looked at. Whatever was by then can be seen from now on, and nothing
 * can appear any more at or before it. Null when the run is no longer the caller's.
 */
export async function settleRun(
  database: Queryable,
  run: Pick<RunView, "runId" | "fence">,
  upcasts: readonly UpcastHash[] | null,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `update reprocess_run set settled_at = mart.settled_now(), upcasts = $3, updated_at = clock_timestamp()
     where run_id = $1 and fence = $2 and status = 'running' and settled_at is null`,
    [run.runId, run.fence, upcasts === null ? null : JSON.stringify(upcasts)],
  );
  return rowCount === 1;
}

/** How many events a settled run looks at. */
export async function countSelected(database: Queryable, run: RunView): Promise<number> {
  const values: unknown[] = [];
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::float8 as count from ${selectionFrom}
     where ${selectionOf(run, (value) => `$${values.push(value)}`)}`,
    values,
  );
  return rows[0]!.count;
}

/** Last event ids of ranges of about `rangeEvents` of a type's events, by a sample; the very last one is beyond all. */
export async function chooseRanges(
  database: Queryable,
  eventType: string,
  input: { total: number; rangeEvents: number },
): Promise<string[]> {
  const ranges = Math.min(mostRanges, Math.max(1, Math.ceil(input.total / input.rangeEvents)));
  if (ranges === 1) return [lastId];
  const shares = Array.from({ length: ranges - 1 }, (_, place) => (place + 1) / ranges);
  const { rows } = await database.query<{ ids: string[] | null }>(
    `select percentile_disc($2::float8[]) within group (order by event_id)::text[] as ids
     from events tablesample bernoulli ($3) where event_type = $1`,
    [eventType, shares, Math.min(100, (100 * sampled) / input.total)],
  );
  const ids = (rows[0]?.ids ?? []).filter((id) => id !== lastId);
  return [...new Set(ids), lastId];
}

/** Stores the plan; false when the run is no longer the caller's, or was planned before. */
export async function insertPlan(
  tx: Tx,
  run: Pick<RunView, "runId" | "fence">,
  plan: { total: number; uptoIds: readonly string[] },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update reprocess_run set total = $3, updated_at = clock_timestamp()
     where run_id = $1 and fence = $2 and status = 'running' and total is null`,
    [run.runId, run.fence, plan.total],
  );
  if (rowCount !== 1) return false;
  await insertRanges(tx, run.runId, plan.uptoIds);
  return true;
}

/** Ranges that follow each other, from the first event on. */
export async function insertRanges(tx: Tx, runId: RunId, uptoIds: readonly string[]): Promise<void> {
  await tx.query(
    `insert into reprocess_range (run_id, range_no, after_id, upto_id)
     select $1, place - 1, lag(upto_id) over (order by place), upto_id
     from unnest($2::uuid[]) with ordinality as t (upto_id, place)`,
    [runId, uptoIds],
  );
}
