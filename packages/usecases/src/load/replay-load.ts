// Taking a load's lines again: all of them, or those that were rejected, after a schema was added or with a time zone that
// was missing. The bytes are the raw zone's; nobody sends anything again.
import { randomUUIDv7 } from "node:crypto";
import { recordAudit } from "@almanac/db/audit";
import type { Tx } from "@almanac/db/database";
import { findLoad, insertLoad, type LoadView, reopenLoad } from "@almanac/db/loads";
import { AppError } from "@almanac/domain/errors";
import type { LoadId } from "@almanac/domain/ids";
import { type AcceptLoadDeps, wakeForLoad } from "./accept-load.ts";
import { markEnd } from "./end-marks.ts";
import { writeManifest } from "./manifest.ts";

export interface ReplayRequest {
  loadId: LoadId;
  only: "rejects" | "all";
  /** For timestamps without an offset; without it that of the load. */
  timeZone?: string | null;
  /** Actor, for the audit. */
  requestedBy: string;
  requestId?: string;
  /** Runs in the transaction that stores the replay. */
  onStored?: (tx: Tx, load: LoadView) => Promise<void>;
}

/**
 * Stores a replay as a load of its own and wakes a worker. Rejects are replayed once, all together: the replay has rejects
 * of its own. A replay that has failed is opened again instead, and goes on as it was asked for: it still holds its
 * rejects. Throws `load.not_found`, `load.unfinished`, `load.failed`, `load.no_rejects` (conflicts).
 */
export async function replayLoad(deps: AcceptLoadDeps, request: ReplayRequest): Promise<LoadView> {
  const { load, wasReopened } = await deps.database.transaction(async (tx) => {
    const parent = await findReplayable(tx, request.loadId);
    const wasReopened = parent.status === "failed";
    return { load: await (wasReopened ? goOn : storeReplay)(tx, request, parent), wasReopened };
  });
  await writeManifest(deps.lake, load);
  if (wasReopened) await markEnd(deps.lake, load.loadId, deps.now(), { state: "open" });
  await wakeForLoad(deps, load, wasReopened ? deps.now().epochMilliseconds : 0);
  return load;
}

async function goOn(tx: Tx, request: ReplayRequest, { loadId }: LoadView): Promise<LoadView> {
  const load = await reopenLoad(tx, loadId);
  // A twin has just opened it.
  if (load === null) throw unfinished();
  await recordAudit(tx, {
    actor: request.requestedBy,
    action: "load.reopened",
    objectType: "load",
    objectId: loadId,
    requestId: request.requestId,
  });
  await request.onStored?.(tx, load);
  return load;
}

async function storeReplay(tx: Tx, request: ReplayRequest, parent: LoadView): Promise<LoadView> {
  const { load, isNew } = await insertLoad(tx, {
    loadId: randomUUIDv7() as LoadId,
    dataset: parent.dataset,
    channel: "replay",
    replayOf: parent.loadId,
    replayOnly: request.only,
    contentSha256: Buffer.from(parent.contentSha256, "hex"),
    mediaType: parent.mediaType,
    bytes: parent.bytes,
    storedBytes: parent.storedBytes,
    rawUri: parent.rawUri,
    fileName: parent.fileName,
    timeZone: request.timeZone ?? parent.timeZone,
    requestedBy: request.requestedBy,
  });
  const lines = request.only === "all" ? parent.rows.total : parent.rows.rejected + parent.rows.conflict;
  if (request.only === "rejects" && (!isNew || lines === 0)) {
    throw refused("load.no_rejects", "The rejects of this load were replayed before, or there is none.");
  }
  await recordAudit(tx, {
    actor: request.requestedBy,
    action: "load.replayed",
    objectType: "load",
    objectId: load.loadId,
    after: { replay_of: parent.loadId, only: request.only, lines, time_zone: load.timeZone },
    requestId: request.requestId,
  });
  await request.onStored?.(tx, load);
  return load;
}

async function findReplayable(tx: Tx, loadId: LoadId): Promise<LoadView> {
  const load = await findLoad(tx, loadId);
  if (load === null) {
    throw new AppError("not-found", { code: "load.not_found", detail: `There is no load ${loadId}.` });
  }
  if (load.finishedAt === null) {
    throw unfinished();
  }
  if (load.status === "failed" && load.channel !== "replay") {
    throw refused("load.failed", "The load has failed: send the same bytes again, and it goes on where it stopped.");
  }
  return load;
}

function unfinished(): AppError {
  return refused("load.unfinished", "The load has not finished; it can be replayed when it has.");
}

function refused(code: string, detail: string): AppError {
  return new AppError("conflict", { code, detail });
}
