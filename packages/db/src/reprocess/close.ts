// The end of a chunk of a run: its range's new position and counters, and, where something was written, the batch with its
// system time under the history lock; only for the holder of the newest fence, and only while the run runs.
import type { EventId, RunId } from "@almanac/domain/ids";
import type { RunStatus } from "@almanac/domain/reprocess/run";
import type { RangeTally } from "@almanac/domain/reprocess/tally";
import { writeExact } from "@almanac/domain/schema/exact-json";
import type { Tx } from "../database.ts";
import { stampHistory } from "../history.ts";
import { stopped } from "./claims.ts";

export interface RunCounts {
  changed: number;
  unchanged: number;
  failed: number;
}

/** A chunk whose events are written, where any were, and that is not committed. */
export interface ScannedChunk {
  runId: RunId;
  rangeNo: number;
  fence: number;
  /** Behind which event the range stood before, and how many it had looked at. */
  afterId: EventId | null;
  scanned: number;
  /** The last event of the chunk, or the range's end. */
  uptoId: EventId;
  counts: RunCounts;
  /** The range's tally with this chunk in it; null: as before. */
  tally: RangeTally | null;
  isLast: boolean;
  /** Null where nothing was written: then nothing needs a system time. */
  batchId: string | null;
  /** For a rebuild, which repeats the system time and the place that the journal tells. */
  journalled?: { committedAt: string; fromLine: number; toLine: number };
}

/**
 * To be called last, just before the commit. Throws `reprocess.taken_over`, `reprocess.paused` or `reprocess.cancelled`
 * (conflicts), upon which the transaction has to be rolled back.
 */
export async function closeScanned(tx: Tx, chunk: ScannedChunk): Promise<void> {
  const { counts, journalled } = chunk;
  const scanned = counts.changed + counts.unchanged + counts.failed;
  if (chunk.batchId !== null) await stampHistory(tx);
  const { rows } = await tx.query<{ moved: number; status: RunStatus | null }>({
    name: "close_scanned",
    // The stamp rises even if the clock goes back. The lock on the run's row waits for a pause that is under way.
    text: `with claim as (
        select status from reprocess_run where run_id = $1 for share
      ), moved as (
        update reprocess_range set position = $5, scanned = scanned + $6, changed = changed + $7,
          unchanged = unchanged + $8, failed = failed + $9, fields = coalesce($10, fields),
          failures = coalesce($11, failures), sample = coalesce($12, sample), done = $13, updated_at = clock_timestamp()
        where run_id = $1 and range_no = $2 and fence = $3 and coalesce(position, after_id) is not distinct from $4::uuid
          and not done and exists (select from claim where status = 'running')
        returning range_no
      ), written as (
        insert into batch (batch_id, run_id, lane, from_line, to_line, after_id, upto_id, committed_at)
        select $14, $1, range_no, $15, $16, $4, $5, coalesce($17::timestamptz, greatest(clock_timestamp(), (
          select committed_at + interval '1 microsecond' from batch order by committed_at desc, batch_id desc limit 1
        ))) from moved where $14::bigint is not null
      )
      select (select count(*) from moved)::int as moved, (select status from claim) as status`,
    values: [
      chunk.runId,
      chunk.rangeNo,
      chunk.fence,
      chunk.afterId,
      chunk.uptoId,
      scanned,
      counts.changed,
      counts.unchanged,
      counts.failed,
      chunk.tally === null ? null : JSON.stringify(chunk.tally.fields),
      chunk.tally === null ? null : JSON.stringify(chunk.tally.failures),
      chunk.tally === null ? null : writeExact(chunk.tally.sample),
      chunk.isLast,
      chunk.batchId,
      journalled?.fromLine ?? chunk.scanned + 1,
      journalled?.toLine ?? chunk.scanned + scanned,
      journalled?.committedAt ?? null,
    ],
  });
  const { moved, status } = rows[0]!;
  if (moved === 0) stopped(chunk.runId, status);
}
