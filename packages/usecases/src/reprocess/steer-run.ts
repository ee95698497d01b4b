// An operator's word on a run: publish what a preview has shown, pause, resume, cancel.
import { recordAudit } from "@almanac/db/audit";
import type { Tx } from "@almanac/db/database";
import { findPublishing, findRun, type RunView } from "@almanac/db/reprocess/runs";
import {
  cancelRun as cancel,
  lockPublishing,
  pauseRun as pause,
  publishRun as publish,
  resumeRun as resume,
} from "@almanac/db/reprocess/steer";
import type { RunId } from "@almanac/domain/ids";
import type { SteerDeps } from "./deps.ts";
import { noSuchRun, refused, running, wakeForRun } from "./request-run.ts";
import { keepRunEnd } from "./run-manifest.ts";

export interface SteerRequest {
  runId: RunId;
  /** Why, for the audit. */
  reason: string | null;
  /** Actor, for the audit. */
  actor: string;
  requestId?: string;
  /** Runs in the transaction that changes the run. */
  onStored?: (tx: Tx, run: RunView) => Promise<void>;
}

/** Starts what a finished preview has shown. Throws `reprocess.no_preview` and `reprocess.running` (conflicts). */
export async function publishPreview(deps: SteerDeps, request: SteerRequest): Promise<RunView> {
  const run = await steer(deps, request, "published", async (tx, known) => {
    await lockPublishing(tx, known.eventType);
    const other = await findPublishing(tx, known.eventType);
    if (other !== null && other.runId !== known.runId) throw running(other);
    return (
      (await publish(tx, known.runId)) ??
      refuse("reprocess.no_preview", "Only a preview that has succeeded can be published.")
    );
  });
  await wakeForRun(deps, run);
  return run;
}

/** Stops an unfinished run where it is: no later chunk is committed. Throws `reprocess.finished` (conflict). */
export function pauseRun(deps: SteerDeps, request: SteerRequest): Promise<RunView> {
  return steer(deps, request, "paused", async (tx, known) => (await pause(tx, known.runId)) ?? finishedOr(known));
}

/** Lets a paused run go on. Throws `reprocess.not_paused` (conflict). */
export async function resumeRun(deps: SteerDeps, request: SteerRequest): Promise<RunView> {
  const run = await steer(
    deps,
    request,
    "resumed",
    async (tx, known) =>
      (await resume(tx, known.runId)) ?? refuse("reprocess.not_paused", "Only a paused run can be resumed."),
  );
  await wakeForRun(deps, run);
  return run;
}

/** Ends an unfinished run; what it has published stays. Throws `reprocess.finished` (conflict). */
export async function cancelRun(deps: SteerDeps, request: SteerRequest): Promise<RunView> {
  const run = await steer(
    deps,
    request,
    "cancelled",
    async (tx, known) =>
      (await cancel(tx, known.runId)) ?? refuse("reprocess.finished", "This run has finished already."),
  );
  await keepRunEnd(deps, run);
  return run;
}

function finishedOr(known: RunView): never {
  return known.status === "paused"
    ? refuse("reprocess.paused", "This run is paused already.")
    : refuse("reprocess.finished", "This run has finished already.");
}

function refuse(code: string, detail: string): never {
  throw refused(code, detail);
}

async function steer(
  { database }: SteerDeps,
  request: SteerRequest,
  verb: string,
  change: (tx: Tx, known: RunView) => Promise<RunView>,
): Promise<RunView> {
  return database.transaction(async (tx) => {
    const known = await findRun(tx, request.runId);
    if (known === null) throw noSuchRun(request.runId);
    const run = await change(tx, known);
    await recordAudit(tx, {
      actor: request.actor,
      action: `reprocess_run.${verb}`,
      objectType: "reprocess_run",
      objectId: run.runId,
      reason: request.reason ?? undefined,
      before: { status: known.status, mode: known.mode, rows: known.rows },
      after: { status: run.status, mode: run.mode },
      requestId: request.requestId,
    });
    await request.onStored?.(tx, run);
    return run;
  });
}
