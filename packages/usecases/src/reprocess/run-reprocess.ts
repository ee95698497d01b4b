// Running a run: claim it, plan it, have its key ranges done, see to rejects whose reason is cured, finish. Each step is
// stored, so that whoever takes it over after a crash goes on with it.
import { recordAudit } from "@almanac/db/audit";
import { claimRun, failRun, finishRun, readOpenRanges } from "@almanac/db/reprocess/claims";
import { findRun, noteRejects, type RunView } from "@almanac/db/reprocess/runs";
import { AppError } from "@almanac/domain/errors";
import type { RunId } from "@almanac/domain/ids";
import { countCured, readReplayed, replayCured } from "./cured-rejects.ts";
import type { WorkDeps } from "./deps.ts";
import { planRun } from "./plan-run.ts";
import { noSuchRun } from "./request-run.ts";
import { keepRunEnd } from "./run-manifest.ts";

export interface RunRequest {
  runId: RunId;
  /** Aborted: the run stops between two steps and can be gone on with. */
  signal: AbortSignal;
  /** Has ranges done, by whoever; resolves when all have ended, done or not. */
  doRanges: (run: RunView, rangeNos: readonly number[]) => Promise<unknown>;
}

/**
 * Runs a run to its end, from wherever it stands; one that is paused or has ended is only told. Takes it over from whoever
 * runs it. Throws `reprocess.ranges_open` and `reprocess.replays_open` (unavailable: ask again in a moment), what makes a
 * worker stop quietly (`isStopped`), and what lake, gate and database throw.
 */
export async function runReprocess(deps: WorkDeps, request: RunRequest): Promise<RunView> {
  const { database } = deps;
  const claimed = await claimRun(database, request.runId);
  if (claimed === null) return ended(deps, request.runId);
  await deps.reached?.("run-claimed");
  const run = await planRun(deps, claimed);
  await request.doRanges(run, await readOpenRanges(database, run.runId));
  await requireDone(deps, claimed);
  const rejects = run.reverts === null ? await seeToRejects(deps, run, request.signal) : null;
  await deps.reached?.("finishing");
  await database.transaction(async (tx) => {
    await finishRun(tx, run.runId, claimed.fence, rejects);
    const done = (await findRun(tx, run.runId))!;
    await recordAudit(tx, {
      actor: "worker",
      action: "reprocess_run.finished",
      objectType: "reprocess_run",
      objectId: run.runId,
      after: { status: done.status, mode: done.mode, rows: done.rows, rejects: done.rejects },
    });
  });
  await deps.reached?.("finished");
  return ended(deps, request.runId);
}

/** The run as it is; how it ended is in the lake then, even if somebody died between. */
async function ended(deps: WorkDeps, runId: RunId): Promise<RunView> {
  const run = await findRun(deps.database, runId);
  if (run === null) throw noSuchRun(runId);
  await keepRunEnd(deps, run);
  await deps.reached?.("run-before-ack");
  return run;
}

/** Ranges may have been left by those who were to do them: because the run was stopped, or because they died. */
async function requireDone({ database }: WorkDeps, claimed: RunView): Promise<void> {
  const open = await readOpenRanges(database, claimed.runId);
  if (open.length === 0) return;
  const run = await findRun(database, claimed.runId);
  if (run?.status !== "running" || run.fence !== claimed.fence) {
    throw new AppError("conflict", {
      code: "reprocess.taken_over",
      detail: "The run goes on elsewhere, or not at all.",
    });
  }
  throw new AppError("unavailable", {
    code: "reprocess.ranges_open",
    detail: `${open.length} key ranges are not done.`,
    retryAfterMs: 500,
  });
}

async function seeToRejects(deps: WorkDeps, run: RunView, signal: AbortSignal) {
  if (run.mode === "preview") return countCured(deps, run, signal);
  if (run.rejects === null) {
    await replayCured(deps, run, signal);
    // From here on nobody looks for them again.
    await noteRejects(deps.database, run, { replayed: 0, passed: 0 });
    await deps.reached?.("replays-asked");
  }
  return readReplayed(deps, run);
}

/** Ends an unfinished run as failed: no attempt is left for it or one of its ranges. What it has committed stays. */
export async function endRunAsFailed(
  deps: Pick<WorkDeps, "database" | "lake">,
  runId: RunId,
  { code, detail }: { code: string; detail: string },
): Promise<void> {
  const hasFailed = await deps.database.transaction(async (tx) => {
    if (!(await failRun(tx, runId, { code, detail }))) return false;
    await recordAudit(tx, {
      actor: "worker",
      action: "reprocess_run.failed",
      objectType: "reprocess_run",
      objectId: runId,
      after: { status: "failed", code, detail },
    });
    return true;
  });
  if (!hasFailed) return;
  const run = await findRun(deps.database, runId);
  // The lake may be what has failed; the run is told by the database all the same.
  if (run !== null) await keepRunEnd(deps, run).catch(() => undefined);
}
