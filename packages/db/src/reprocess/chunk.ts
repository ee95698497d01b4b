// One chunk of a run in one transaction: what changed, what failed, and how far the range is with it. A crash anywhere leaves
// whole chunks or nothing.
import type { RangeTally } from "@almanac/domain/reprocess/tally";
import type { Database } from "../database.ts";
import { inferMembers } from "../dimension/infer.ts";
import { closeScanned, type RunCounts, type ScannedChunk } from "./close.ts";
import type { RunView } from "./view.ts";
import {
  type ChangedEvent,
  chunkSettings,
  type FailedEvent,
  lockEvents,
  writeFailures,
  writeReverts,
  writeRevisions,
} from "./write.ts";

/** Where a test may kill the process, or wait. */
export type ChunkPoint = "staged" | "written" | "history" | "before-commit" | "after-commit";

/** The chunk's place, and what its events came to; counters follow from what is really written. */
export interface RunChunk extends Omit<ScannedChunk, "counts" | "batchId" | "tally"> {
  run: Pick<RunView, "runId" | "mode" | "reverts" | "toVersion">;
  /** By rising id. */
  changed: readonly ChangedEvent[];
  unchanged: number;
  failed: readonly FailedEvent[];
  /** Articles that the new interpretations name and the old ones do not. */
  articleIds: readonly string[];
  tally: RangeTally;
  reached?: (point: ChunkPoint) => void | Promise<void>;
}

/** Commits a chunk; throws what `closeScanned` throws, and nothing of the chunk is left then. */
export async function commitChunk(database: Database, chunk: RunChunk): Promise<RunCounts> {
  const isWritten = chunk.run.mode === "publish" && chunk.changed.length + chunk.failed.length > 0;
  const counts = await database.transaction(async (tx) => {
    const done = isWritten ? await write() : null;
    const counts: RunCounts = {
      changed: done?.changed ?? chunk.changed.length,
      unchanged: chunk.unchanged,
      failed: done?.failed ?? chunk.failed.length,
    };
    const isTold = chunk.changed.length + chunk.failed.length > 0;
    await closeScanned(tx, {
      ...chunk,
      counts,
      tally: isTold ? chunk.tally : null,
      batchId: counts.changed + counts.failed > 0 ? (done?.batchId ?? null) : null,
    });
    await chunk.reached?.("before-commit");
    return counts;

    async function write() {
      const results = (await tx.client.query(
        `${chunkSettings}; select nextval('batch_id_seq') as batch_id`,
      )) as unknown as { rows: { batch_id: string }[] }[];
      const batchId = results.at(-1)!.rows[0]!.batch_id;
      await chunk.reached?.("staged");
      const { run } = chunk;
      // What failed is locked together with what is written, in one order.
      if (chunk.failed.length > 0) await lockEvents(tx, [...chunk.changed, ...chunk.failed]);
      const written =
        run.toVersion === null
          ? await writeReverts(tx, batchId, chunk.changed)
          : await writeRevisions(tx, batchId, run.toVersion, chunk.changed);
      await chunk.reached?.("written");
      const failed = await writeFailures(tx, run.runId, chunk.failed);
      await inferMembers(tx, batchId, { userIds: [], ticketIds: [], articleIds: chunk.articleIds });
      await chunk.reached?.("history");
      return { batchId, changed: written.length, failed: failed.length };
    }
  });
  await chunk.reached?.("after-commit");
  return counts;
}
