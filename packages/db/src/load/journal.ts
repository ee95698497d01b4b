// The journal of batches: which batches committed after those that the raw zone has written down, in commit order.
import type { EventId, LoadId, RunId } from "@almanac/domain/ids";
import type { Tx } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";

/** One committed transaction: of a load, or of a reprocess run. Told apart by `"loadId" in`. */
export type JournalBatch = LoadBatch | RunBatch;

interface AnyBatch {
  batchId: number;
  lane: number;
  fromLine: number;
  toLine: number;
  committedAt: string;
}

interface LoadBatch extends AnyBatch {
  loadId: LoadId;
}

interface RunBatch extends AnyBatch {
  runId: RunId;
  /** Its events lie behind the first id (null: from the very first on), up to and with the second one. */
  afterId: EventId | null;
  uptoId: EventId;
}

/** How far the journal reaches. */
export interface JournalMark {
  /** Number of the newest journal object; 0 before the first. */
  exportedNo: number;
  exportedUntil: string | null;
  exportedBatchId: number | null;
}

/** Reads the mark and holds it until the transaction ends: one exporter at a time. */
export async function holdJournal(tx: Tx): Promise<JournalMark> {
  const { rows } = await tx.query<{ no: number; until: string | null; batch_id: number | null }>(
    `select exported_no::float8 as no, exported_until as until, exported_batch_id::float8 as batch_id
     from journal for update`,
  );
  const row = rows[0]!;
  return { exportedNo: row.no, exportedUntil: instantOrNull(row.until), exportedBatchId: row.batch_id };
}

/**
 * Batches after a mark, in commit order. Stamps rise in commit order (history.ts): what committed once is never preceded
 * later, so that nothing is missed.
 */
export async function readBatchesAfter(
  tx: Tx,
  mark: Pick<JournalMark, "exportedUntil" | "exportedBatchId">,
  limit: number,
): Promise<JournalBatch[]> {
  const { rows } = await tx.query<{
    batch_id: number;
    load_id: LoadId | null;
    run_id: RunId;
    after_id: EventId | null;
    upto_id: EventId;
    lane: number;
    from_line: number;
    to_line: number;
    committed_at: string;
  }>(
    `select batch_id::float8 as batch_id, load_id, run_id, after_id, upto_id, lane, from_line::float8 as from_line, to_line::float8 as to_line,
       committed_at
     from batch
     where (committed_at, batch_id) > (coalesce($1::timestamptz, '-infinity'), coalesce($2::bigint, 0))
     order by committed_at, batch_id limit $3`,
    [mark.exportedUntil, mark.exportedBatchId, limit],
  );
  return rows.map((row) => {
    const batch = {
      batchId: row.batch_id,
      lane: row.lane,
      fromLine: row.from_line,
      toLine: row.to_line,
      committedAt: instantOf(row.committed_at),
    };
    return row.load_id === null
      ? { ...batch, runId: row.run_id, afterId: row.after_id, uptoId: row.upto_id }
      : { ...batch, loadId: row.load_id };
  });
}

/** Moves the mark behind the last batch of a journal object that is durable. */
export async function moveJournal(tx: Tx, exported: { no: number; last: JournalBatch }): Promise<void> {
  await tx.query("update journal set exported_no = $1, exported_until = $2, exported_batch_id = $3", [
    exported.no,
    exported.last.committedAt,
    exported.last.batchId,
  ]);
}
