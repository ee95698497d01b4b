// Working through one key range of a run, chunk after chunk, from wherever it stands.
import { setTimeout as pause } from "node:timers/promises";
import { readEventSchemas } from "@almanac/db/event-schemas";
import { claimRange } from "@almanac/db/reprocess/claims";
import { hasLiveLoads } from "@almanac/db/reprocess/live";
import { findRun } from "@almanac/db/reprocess/runs";
import type { RunId } from "@almanac/domain/ids";
import type { WorkDeps } from "./deps.ts";
import { interpreterOf } from "./interpreter.ts";
import { noSuchRun } from "./request-run.ts";
import { takeChunk } from "./take-chunk.ts";

export interface RangeRequest {
  runId: RunId;
  rangeNo: number;
  /** Aborted: the range stops between two chunks and can be gone on with. */
  signal: AbortSignal;
}

/** No longer than this is a chunk paid back to loads. */
const longestPauseMs = 2_000;

/**
 * Does a range to its end; false when somebody had done it, or its run does not run. Takes it over from whoever does it:
 * that one's next chunk throws `reprocess.taken_over`. Throws `reprocess.paused` and `reprocess.cancelled` (conflicts) when
 * the run is stopped meanwhile.
 */
export async function runRange(deps: WorkDeps, { runId, rangeNo, signal }: RangeRequest): Promise<boolean> {
  const run = await findRun(deps.database, runId);
  if (run === null) throw noSuchRun(runId);
  let range = await claimRange(deps.database, runId, rangeNo);
  if (range === null) return false;
  await deps.reached?.("range-claimed");
  const interpreter =
    run.toVersion === null
      ? null
      : interpreterOf(await readEventSchemas(deps.database, run.eventType), run.eventType, run.toVersion);
  while (range !== null) {
    signal.throwIfAborted();
    const begun = performance.now();
    range = await takeChunk(deps, { run, range, interpreter, limit: deps.settings.chunkEvents });
    if (range !== null) await giveWay(deps, performance.now() - begun, signal);
  }
  await deps.reached?.("range-done");
  return true;
}

/** While loads run, a run works half of the time: as long as a chunk took, it leaves the database to them. */
async function giveWay({ database }: WorkDeps, tookMs: number, signal: AbortSignal): Promise<void> {
  if (!(await hasLiveLoads(database))) return;
  await pause(Math.min(tookMs, longestPauseMs), undefined, { signal }).catch(() => signal.throwIfAborted());
}
