// Events that are posted: a load of one chunk, merged within the caller's transaction, with an outcome for each line.
import { AppError } from "@almanac/domain/errors";
import type { LoadId } from "@almanac/domain/ids";
import type { Tx } from "../database.ts";
import type { EventChunk, LineOutcome } from "./chunk.ts";

/** A body that was posted, gated. */
export interface PostedEvents extends Pick<EventChunk, "events" | "rejects" | "toByte"> {
  /** A load of channel `post`, inserted in the same transaction. */
  loadId: LoadId;
}

/**
 * Merges what was posted, finishes its load, and tells what each line came to, by rising line. Takes the history lock:
 * call it as late in the transaction as can be.
 */
export async function mergePost(tx: Tx, posted: PostedEvents): Promise<LineOutcome[]> {
  void tx;
  throw new AppError("fault", { code: "internal", detail: `post ${posted.loadId} is not built` });
}
