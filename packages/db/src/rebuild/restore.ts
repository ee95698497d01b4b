// What a rebuild writes that nobody else does: how far the raw zone's journal is repeated.
import type { Tx } from "../database.ts";
import { moveJournal, readBatchesAfter } from "../load/journal.ts";

/** Says that the journal is repeated to the batch of this instant: what commits from now on is written behind it. */
export async function restoreJournalMark(tx: Tx, mark: { no: number; committedAt: string }): Promise<void> {
  const [last] = await readBatchesAfter(tx, { exportedUntil: mark.committedAt, exportedBatchId: 0 }, 1);
  if (last !== undefined) {
    await moveJournal(tx, { no: mark.no, last });
  }
}
