// The end of a chunk's transaction, the same for events and for members: the batch gets its system time and the lane its
// new position, under the history lock and only for the holder of the newest fence.
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { LoadId } from "@almanac/domain/ids";
import type { Tx } from "../database.ts";
import { stampHistory } from "../history.ts";
import { instantOf } from "../instants.ts";
import { cancelled, takenOver } from "./claims.ts";

/** A chunk that is merged and not committed. */
export interface DoneChunk {
  batchId: string;
  loadId: LoadId;
  fence: number;
  lane: number;
  /** Where the lane stood before; a chunk that finds it elsewhere is not committed. */
  position: number;
  fromLine: number;
  toLine: number;
  /** Bytes of the body before the end of `toLine`; null where the format has no such thing. */
  toByte: number | null;
  counts: OutcomeCounts;
  /** For a rebuild, which repeats the system time of the journal. */
  committedAt?: string;
}

/**
 * To be called last, just before the commit: takes the history lock until then. Returns the batch's system time. Throws
 * `load.taken_over` or `load.cancelled` (conflicts), upon which the transaction has to be rolled back.
 */
export async function closeChunk(tx: Tx, chunk: DoneChunk): Promise<string> {
  await stampHistory(tx);
  const { counts } = chunk;
  const { rows } = await tx.query<{ committed_at: string | null; cancel_requested: boolean | null }>({
    name: "close_chunk",
    // The stamp rises even if the clock goes back. The lock on the load's row waits for a claim that is under way.
    text: `with claim as (
        select cancel_requested from load where load_id = $1 and fence = $2 and status = 'running' for share
      ), moved as (
        update load_lane set position = $5, byte_position = coalesce($6, byte_position), inserted = inserted + $7,
          updated = updated + $8, duplicate = duplicate + $9, stale = stale + $10, conflict = conflict + $11,
          rejected = rejected + $12, updated_at = clock_timestamp()
        where load_id = $1 and lane = $3 and position = $4 and exists (select from claim where not cancel_requested)
        returning lane
      ), written as (
        insert into batch (batch_id, load_id, lane, from_line, to_line, committed_at)
        select $13, $1, lane, $14, $5, coalesce($15::timestamptz, greatest(clock_timestamp(), (
          select committed_at + interval '1 microsecond' from batch order by committed_at desc, batch_id desc limit 1
        ))) from moved
        returning committed_at
      )
      select (select committed_at from written) as committed_at, (select cancel_requested from claim) as cancel_requested`,
    values: [
      chunk.loadId,
      chunk.fence,
      chunk.lane,
      chunk.position,
      chunk.toLine,
      chunk.toByte,
      counts.inserted,
      counts.updated,
      counts.duplicate,
      counts.stale,
      counts.conflict,
      counts.rejected,
      chunk.batchId,
      chunk.fromLine,
      chunk.committedAt ?? null,
    ],
  });
  const { committed_at: committedAt, cancel_requested: isCancelled } = rows[0]!;
  if (committedAt === null) {
    throw isCancelled === true ? cancelled(chunk.loadId) : takenOver(chunk.loadId);
  }
  return instantOf(committedAt);
}
