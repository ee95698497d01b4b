// Asking for a run: the row in Postgres is the request, the job only wakes a worker.
import { randomUUIDv7 } from "node:crypto";
import { recordAudit } from "@almanac/db/audit";
import type { Tx } from "@almanac/db/database";
import { readEventSchemas } from "@almanac/db/event-schemas";
import { findLoad } from "@almanac/db/loads";
import {
  findPublishing,
  findRevertOf,
  findRun,
  insertRun,
  type NewRun,
  type RunView,
} from "@almanac/db/reprocess/runs";
import { lockPublishing } from "@almanac/db/reprocess/steer";
import { AppError } from "@almanac/domain/errors";
import type { EventId, LoadId, RunId } from "@almanac/domain/ids";
import type { RunMode, RunTrigger, Selection } from "@almanac/domain/reprocess/run";
import type { SteerDeps } from "./deps.ts";

export interface ReprocessRequest {
  eventType: string;
  /** Of the events' own time, RFC 3339: from this instant on, before that one. */
  from?: string | null;
  to?: string | null;
  /** Events that this load brought. */
  loadId?: LoadId | null;
  eventIds?: readonly EventId[] | null;
  selection: Selection;
  mode: RunMode;
  trigger: RunTrigger;
  reason: string | null;
  /** Actor, for the audit. */
  requestedBy: string;
  requestId?: string;
  /** Runs in the transaction that stores the request. */
  onStored?: (tx: Tx, run: RunView) => Promise<void>;
}

/**
 * Stores a run and wakes a worker. Throws `schema.not_found`, `load.not_found`, and `reprocess.running` (conflict, names the
 * run) for a run that publishes while another one publishes the same type.
 */
export async function requestReprocess(deps: SteerDeps, request: ReprocessRequest): Promise<RunView> {
  const run = await deps.database.transaction((tx) => storeReprocess(tx, request));
  await wakeForRun(deps, run);
  return run;
}

/** The same within a transaction of the caller's, who wakes a worker when it is committed. */
export async function storeReprocess(tx: Tx, request: ReprocessRequest): Promise<RunView> {
  const { eventType, loadId = null } = request;
  const newest = (await readEventSchemas(tx, eventType)).at(-1);
  if (newest === undefined) throw missing("schema.not_found", "/event_type", "No event type has that name.");
  if (loadId !== null && (await findLoad(tx, loadId)) === null) {
    throw missing("load.not_found", "/load_id", `There is no load ${loadId}.`);
  }
  const run = await store(tx, request, {
    eventType,
    from: request.from ?? null,
    to: request.to ?? null,
    loadId,
    eventIds: request.eventIds ?? null,
    selection: request.selection,
    mode: request.mode,
    trigger: request.trigger,
    toVersion: newest.schemaVersion,
  });
  return run;
}

export interface RevertRequest extends Pick<ReprocessRequest, "reason" | "requestedBy" | "requestId" | "onStored"> {
  runId: RunId;
}

/**
 * Stores a run that takes another one back: every event that still is what that one made of it gets the interpretation that
 * it had before, as a new revision. Throws `reprocess.not_found`, `reprocess.not_revertible`, `reprocess.already_reverted`
 * and `reprocess.running`.
 */
export async function requestRevert(deps: SteerDeps, request: RevertRequest): Promise<RunView> {
  const run = await deps.database.transaction(async (tx) => {
    const reverted = await findRun(tx, request.runId);
    if (reverted === null) throw noSuchRun(request.runId);
    if (reverted.mode !== "publish" || reverted.finishedAt === null || reverted.rows.changed === 0) {
      throw refused("reprocess.not_revertible", "Only a finished run that has changed events can be taken back.");
    }
    const before = await findRevertOf(tx, request.runId);
    if (before !== null) throw refused("reprocess.already_reverted", `The run ${before.runId} takes it back.`);
    return store(tx, request, {
      eventType: reverted.eventType,
      selection: "all",
      mode: "publish",
      trigger: "api",
      reverts: reverted.runId,
      toVersion: null,
    });
  });
  await wakeForRun(deps, run);
  return run;
}

type Order = Omit<NewRun, "runId" | "reason" | "requestedBy">;

async function store(
  tx: Tx,
  request: Pick<RevertRequest, "reason" | "requestedBy" | "requestId" | "onStored">,
  order: Order,
) {
  const runId = randomUUIDv7() as RunId;
  const { reason, requestedBy, requestId } = request;
  if (order.mode === "publish") await lockPublishing(tx, order.eventType);
  const run = await insertRun(tx, { ...order, runId, reason, requestedBy });
  if (run === null) throw running(await findPublishing(tx, order.eventType));
  await recordAudit(tx, {
    actor: requestedBy,
    action: "reprocess_run.requested",
    objectType: "reprocess_run",
    objectId: run.runId,
    reason: reason ?? undefined,
    after: {
      event_type: run.eventType,
      only: run.selection,
      mode: run.mode,
      trigger: run.trigger,
      to_version: run.toVersion,
      reverts: run.reverts,
      from: run.from,
      to: run.to,
      load_id: run.loadId,
      event_ids: run.eventIds,
    },
    requestId,
  });
  await request.onStored?.(tx, run);
  return run;
}

/** Wakes a worker, best effort. Each fence is a job of its own. */
export async function wakeForRun(deps: Pick<SteerDeps, "queues" | "onWakeFailed">, run: RunView): Promise<void> {
  try {
    await deps.queues.enqueue("reprocess-run", { run_id: run.runId }, { round: run.fence });
  } catch (error) {
    deps.onWakeFailed(error, run);
  }
}

export function noSuchRun(runId: string): AppError {
  return new AppError("not-found", { code: "reprocess.not_found", detail: `There is no reprocess run ${runId}.` });
}

export function refused(code: string, detail: string): AppError {
  return new AppError("conflict", { code, detail });
}

/** Two runs that publish one type would undo each other. */
export function running(other: RunView | null): AppError {
  return refused(
    "reprocess.running",
    other === null
      ? "Another run publishes this event type; ask again."
      : `The run ${other.runId} publishes this event type and has not finished.`,
  );
}

function missing(code: string, pointer: string, detail: string): AppError {
  return new AppError("not-found", { code, detail, errors: [{ pointer, code, detail }] });
}
