// The key ranges of a run as they stand: for the lake, which keeps how a run ended, and for a rebuild, which makes them again.
import type { EventId, RunId } from "@almanac/domain/ids";
import type { RangeTally } from "@almanac/domain/reprocess/tally";
import { writeExact } from "@almanac/domain/schema/exact-json";
import type { Queryable, Tx } from "../database.ts";
import { sampleOf } from "./sample.ts";

/** A range, in the order of their numbers; plain JSON. */
export interface RangeState {
  position: string | null;
  done: boolean;
  scanned: number;
  changed: number;
  unchanged: number;
  failed: number;
  fields: RangeTally["fields"];
  failures: RangeTally["failures"];
  sample: RangeTally["sample"];
}

export async function readRangeStates(database: Queryable, runId: RunId): Promise<RangeState[]> {
  const { rows } = await database.query<Omit<RangeState, "sample"> & { sample: string }>(
    `select position, done, scanned::float8 as scanned, changed::float8 as changed, unchanged::float8 as unchanged,
       failed::float8 as failed, fields, failures, sample::text as sample
     from reprocess_range where run_id = $1 order by range_no`,
    [runId],
  );
  return rows.map((row) => ({ ...row, sample: sampleOf(row.sample) }));
}

/** Puts a range where its next batch begins: chunks that wrote nothing are in no journal. */
export async function moveRange(
  database: Queryable,
  runId: RunId,
  rangeNo: number,
  position: EventId | null,
): Promise<void> {
  await database.query("update reprocess_range set position = $3 where run_id = $1 and range_no = $2", [
    runId,
    rangeNo,
    position,
  ]);
}

/** Makes the ranges what they were when the run ended. */
export async function restoreRanges(tx: Tx, runId: RunId, states: readonly unknown[]): Promise<void> {
  await tx.query(
    `update reprocess_range g set position = s.position, done = s.done, scanned = s.scanned, changed = s.changed,
       unchanged = s.unchanged, failed = s.failed, fields = s.fields, failures = s.failures, sample = s.sample
     from rows from (json_to_recordset($2::json) as (position uuid, done boolean, scanned bigint, changed bigint,
       unchanged bigint, failed bigint, fields jsonb, failures jsonb, sample jsonb)) with ordinality
       as s (position, done, scanned, changed, unchanged, failed, fields, failures, sample, place)
     where g.run_id = $1 and g.range_no = s.place - 1`,
    [runId, writeExact(states)],
  );
}
