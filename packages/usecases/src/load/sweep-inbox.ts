// Taking in what lies in the drop folder: each file becomes a load like an upload, and is put away. Any number of workers
// may sweep at once: a file is one load however many read it, and its row tells what became of it.
import { setTimeout as pause } from "node:timers/promises";
import { recordAudit } from "@almanac/db/audit";
import type { Database } from "@almanac/db/database";
import { claimInboxFile, holdInboxLoad, noteInboxFile } from "@almanac/db/inbox";
import { findLoad } from "@almanac/db/loads";
import { AppError } from "@almanac/domain/errors";
import type { Dataset, MediaType } from "@almanac/domain/load/media";
import { feedFolders, type Inbox, type InboxItem } from "@almanac/lake/inbox";
import { acceptLoad, type AcceptLoadDeps } from "./accept-load.ts";
import type { ContentEncoding } from "./decode-body.ts";
import { writeManifest } from "./manifest.ts";

export interface SweepDeps extends AcceptLoadDeps {
  inbox: Inbox;
}

export interface SweepResult {
  taken: number;
  failed: number;
  /** Left for the next time: somebody is still writing to them. */
  left: number;
}

export interface SweepOptions {
  requestedBy: string;
  signal: AbortSignal;
  /** How long a sweep waits for files that are being written, looking again now and then. */
  patienceMs?: number;
  lookAgainMs?: number;
}

/** Takes in every file that is whole. Throws what is worth another try (`unavailable`); files that can not be taken are put away. */
export async function sweepInbox(deps: SweepDeps, options: SweepOptions): Promise<SweepResult> {
  const { patienceMs = 60_000, lookAgainMs = 2_000, signal } = options;
  const result: SweepResult = { taken: 0, failed: 0, left: 0 };
  const deadline = performance.now() + patienceMs;
  for (;;) {
    result.left = 0;
    for await (const item of deps.inbox.list()) {
      signal.throwIfAborted();
      const outcome = item.isSettled ? await takeIn(deps, options, item) : "left";
      if (outcome !== null) result[outcome] += 1;
    }
    if (result.left === 0 || performance.now() + lookAgainMs > deadline) return result;
    await pause(lookAgainMs, undefined, { signal });
  }
}

/** Null: another worker has it, or had it. */
async function takeIn(deps: SweepDeps, options: SweepOptions, item: InboxItem): Promise<"taken" | "failed" | null> {
  const known = await deps.database.transaction((tx) => claimInboxFile(tx, item));
  if (known === null) return null;
  if (known.loadId !== null || known.errorCode !== null) {
    // It was not put away before a crash, or another worker is just about to.
    const load = known.loadId === null ? null : await findLoad(deps.database, known.loadId);
    if (load !== null) await writeManifest(deps.lake, load);
    await putAway(deps, item, known.errorCode === null ? "done" : "failed");
    return null;
  }
  try {
    const what = kindOf(item.name);
    let isOurs = false;
    await acceptLoad(deps, {
      ...what,
      body: deps.inbox.open(item),
      channel: "inbox",
      timeZone: null,
      requestedBy: options.requestedBy,
      fileName: item.name,
      signal: options.signal,
      // Another worker may have read it at the same time. Its bytes once more would be a feed that comes after later ones.
      findTaken: (tx) => holdInboxLoad(tx, item),
      onStored: async (tx, { load }) => {
        isOurs = true;
        await noteInboxFile(tx, { ...item, loadId: load.loadId, isDone: false });
      },
    });
    if (!isOurs) return null;
    await putAway(deps, item, "done");
    return "taken";
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "inbox.file_gone") return null;
    if (error.category !== "incorrect") throw error;
    const { code } = error;
    await deps.database.transaction(async (tx) => {
      await noteInboxFile(tx, { ...item, errorCode: code, isDone: false });
      await recordAudit(tx, {
        actor: options.requestedBy,
        action: "inbox_file.refused",
        objectType: "inbox_file",
        objectId: item.name,
        after: { code },
      });
    });
    await putAway(deps, item, "failed", error.code);
    return "failed";
  }
}

async function putAway(
  { database, inbox }: { database: Database; inbox: Inbox },
  item: InboxItem,
  where: "done" | "failed",
  errorCode: string | null = null,
): Promise<void> {
  await inbox.putAway(item, where);
  await noteInboxFile(database, { ...item, errorCode, isDone: true });
}

const mediaTypeOf: Record<string, MediaType> = {
  ndjson: "application/x-ndjson",
  jsonl: "application/x-ndjson",
  csv: "text/csv",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
};
const encodingOf: Record<string, ContentEncoding> = { gz: "gzip", zst: "zstd" };

/** What a file is, by its folder and its endings. Throws `inbox.unknown_kind` (incorrect). */
export function kindOf(name: string): { dataset: Dataset; mediaType: MediaType; contentEncoding?: ContentEncoding } {
  const folder = feedFolders.find((feed) => name.startsWith(`${feed}/`));
  const endings = name.toLowerCase().split(".").slice(1);
  const contentEncoding = encodingOf[endings.at(-1) ?? ""];
  const mediaType = mediaTypeOf[endings.at(contentEncoding === undefined ? -1 : -2) ?? ""];
  if (mediaType === undefined) {
    throw new AppError("incorrect", {
      code: "inbox.unknown_kind",
      detail: `The file's name ends in none of ${Object.keys(mediaTypeOf).join(", ")}, with or without .gz or .zst.`,
    });
  }
  return { dataset: folder ?? "events", mediaType, ...(contentEncoding === undefined ? {} : { contentEncoding }) };
}
