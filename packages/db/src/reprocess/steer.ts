// What an operator may do with a run: each of these is one change of its row, or none where its state does not allow it.
// A chunk that is under way holds the row, so that whoever is told "paused" sees no later chunk of it.
import type { RunId } from "@almanac/domain/ids";
import type { Tx } from "../database.ts";
import { findRun } from "./runs.ts";
import type { RunView } from "./view.ts";

async function changed(tx: Tx, runId: RunId, set: string, where: string): Promise<RunView | null> {
  const { rowCount } = await tx.query(
    `update reprocess_run set ${set}, updated_at = clock_timestamp() where run_id = $1 and ${where}`,
    [runId],
  );
  return rowCount === 1 ? findRun(tx, runId) : null;
}

/** Stops an unfinished run where it is; null when it is in another state. */
export function pauseRun(tx: Tx, runId: RunId): Promise<RunView | null> {
  return changed(tx, runId, "status = 'paused'", "status in ('queued', 'running')");
}

/** Lets a paused run go on where it stopped; null when it is in another state. */
export function resumeRun(tx: Tx, runId: RunId): Promise<RunView | null> {
  return changed(tx, runId, "status = 'queued'", "status = 'paused'");
}

/** Ends an unfinished run; what it has committed stays. Null when it has finished. */
export function cancelRun(tx: Tx, runId: RunId): Promise<RunView | null> {
  return changed(
    tx,
    runId,
    "status = 'cancelled', finished_at = clock_timestamp()",
    "status in ('queued', 'running', 'paused')",
  );
}

/**
 * Makes a finished preview into a run that publishes, from the beginning; null when it is none. Fails on the unique index
 * `reprocess_run_publishing` while another run publishes the type: ask before.
 */
export async function publishRun(tx: Tx, runId: RunId): Promise<RunView | null> {
  const run = await changed(
    tx,
    runId,
    `mode = 'publish', status = 'queued', settled_at = null, total = null, rejects = null, upcasts = null,
     started_at = null, finished_at = null`,
    "mode = 'preview' and status = 'succeeded'",
  );
  if (run === null) return null;
  await tx.query("delete from reprocess_range where run_id = $1", [runId]);
  return findRun(tx, runId);
}

/** One at a time may make a run of a type publish; held until the transaction ends. */
export async function lockPublishing(tx: Tx, eventType: string): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('publish ' || $1, 0))", [eventType]);
}
