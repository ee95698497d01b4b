// Taking in a body: durable in the raw zone, then a row, then its manifest; only then is it acknowledged. The row is the
// load; the job only wakes a worker, and the reconciler does when the job was lost.
import { randomUUIDv7 } from "node:crypto";
import { recordAudit } from "@almanac/db/audit";
import type { Database, Tx } from "@almanac/db/database";
import { findLoad, findLoadByIdentity, insertLoad, type LoadView, reopenLoad } from "@almanac/db/loads";
import type { LoadId } from "@almanac/domain/ids";
import { type Dataset, extensionOf, type LoadChannel, type MediaType } from "@almanac/domain/load/media";
import type { Lake, StoredBody } from "@almanac/lake/lake";
import type { Queues } from "@almanac/queue/connect";
import { type ContentEncoding, decodeBody } from "./decode-body.ts";
import { markEnd } from "./end-marks.ts";
import { sourceOf, writeManifest } from "./manifest.ts";

/** Where the taking in of a body is, for tests that end the process there; the lake has points of its own before. */
export type AcceptPoint = "manifest-inserted" | "accepted";

export interface AcceptLoadDeps {
  database: Database;
  queues: Pick<Queues, "enqueue">;
  lake: Lake;
  now: () => Temporal.Instant;
  /** Told when the queue could not be woken; the reconciler will. */
  onWakeFailed: (error: unknown, load: LoadView) => void;
  reached?: (point: AcceptPoint) => void | Promise<void>;
}

export interface LoadRequest {
  body: AsyncIterable<Uint8Array>;
  dataset: Dataset;
  channel: Extract<LoadChannel, "upload" | "inbox">;
  mediaType: MediaType;
  contentEncoding?: ContentEncoding;
  /** IANA name for timestamps without an offset; null: those are rejects. */
  timeZone: string | null;
  /** Actor, for the audit. */
  requestedBy: string;
  requestId?: string;
  /** Runs first in the transaction that stores the load: the load that this body has become meanwhile, if it has. */
  findTaken?: (tx: Tx) => Promise<LoadId | null>;
  /** Name in the drop folder. */
  fileName?: string;
  signal?: AbortSignal;
  /** More bytes than this, decoded, are `request.too_large`. */
  mostBytes?: number;
  /** Runs in the transaction that stores the load: what the caller must not lose when the process dies after it. */
  onStored?: (tx: Tx, accepted: AcceptedLoad) => Promise<void>;
}

export interface AcceptedLoad {
  load: LoadView;
  /** These bytes were a load before, and it has not failed: nothing is done again. */
  alreadyLoaded: boolean;
}

/**
 * Takes in a body of any length in constant memory. The same bytes of the same kind are the load that they were; one that
 * had failed is opened again and resumes. A feed of members is the same load only when no other feed came between.
 * Throws what the lake throws (`lake.full`, `request.too_large` …) and `request.encoding_invalid`; then nothing was taken.
 */
export async function acceptLoad(deps: AcceptLoadDeps, request: LoadRequest): Promise<AcceptedLoad> {
  const stored = await deps.lake.putRaw(decodeBody(request.body, request.contentEncoding), {
    source: sourceOf(request.dataset, request.channel),
    date: deps.now().toZonedDateTimeISO("UTC").toPlainDate(),
    extension: extensionOf(request.mediaType),
    packing: request.mediaType === "application/vnd.apache.parquet" ? "none" : "zstd",
    mostBytes: request.mostBytes,
    signal: request.signal,
    knownAs: request.dataset === "events" ? (sha256) => rawOf(deps.database, sha256, request.mediaType) : undefined,
  });
  const { wasReopened, ...accepted } = await deps.database.transaction((tx) => storeLoad(tx, request, stored));
  await writeManifest(deps.lake, accepted.load);
  if (wasReopened) await markEnd(deps.lake, accepted.load.loadId, deps.now(), { state: "open" });
  await deps.reached?.("manifest-inserted");
  if (accepted.load.finishedAt === null) {
    await wakeForLoad(deps, accepted.load, wasReopened ? deps.now().epochMilliseconds : 0);
  }
  await deps.reached?.("accepted");
  return accepted;
}

/** Where the bytes of a load of events lie already. */
async function rawOf(database: Database, sha256: Buffer, mediaType: MediaType): Promise<string | null> {
  return (await findLoadByIdentity(database, sha256, mediaType))?.rawUri ?? null;
}

async function storeLoad(tx: Tx, request: LoadRequest, stored: StoredBody) {
  const takenAs = (await request.findTaken?.(tx)) ?? null;
  if (takenAs !== null) {
    return { load: (await findLoad(tx, takenAs))!, alreadyLoaded: true, wasReopened: false };
  }
  const { load: known, isNew } = await insertLoad(tx, {
    loadId: randomUUIDv7() as LoadId,
    dataset: request.dataset,
    channel: request.channel,
    contentSha256: stored.sha256,
    mediaType: request.mediaType,
    bytes: stored.bytes,
    storedBytes: stored.storedBytes,
    rawUri: stored.uri,
    fileName: request.fileName ?? null,
    timeZone: request.timeZone,
    requestedBy: request.requestedBy,
  });
  // Null when it has not failed, or when a twin has just opened it.
  const reopened = isNew ? null : await reopenLoad(tx, known.loadId);
  const accepted: AcceptedLoad = { load: reopened ?? known, alreadyLoaded: !isNew && reopened === null };
  if (!accepted.alreadyLoaded) {
    const { load } = accepted;
    await recordAudit(tx, {
      actor: request.requestedBy,
      action: reopened === null ? "load.accepted" : "load.reopened",
      objectType: "load",
      objectId: load.loadId,
      after: { dataset: load.dataset, channel: load.channel, content_sha256: load.contentSha256, bytes: load.bytes },
      requestId: request.requestId,
    });
  }
  await request.onStored?.(tx, accepted);
  return { ...accepted, wasReopened: reopened !== null };
}

/** Wakes a worker, best effort. `round` is another number for every time that the same load is to run anew. */
export async function wakeForLoad(
  deps: Pick<AcceptLoadDeps, "queues" | "onWakeFailed">,
  load: LoadView,
  round: number,
): Promise<void> {
  try {
    await deps.queues.enqueue("event-load", { load_id: load.loadId }, { round });
  } catch (error) {
    deps.onWakeFailed(error, load);
  }
}
