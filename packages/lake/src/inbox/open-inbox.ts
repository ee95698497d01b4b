// Where is the drop folder? A path, `file:<path>` or `s3://<bucket>/<prefix>`: the place decides, and nobody above asks
// again.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "@almanac/domain/errors";
import { bucketUrl, type S3Settings } from "../s3/settings.ts";
import { openFolderInbox } from "./folder-inbox.ts";
import type { Inbox } from "./inbox.ts";

export interface InboxOptions {
  s3?: S3Settings;
  /** Epoch milliseconds: a file of a folder is whole when it has rested for a while. */
  nowMs?: () => number;
}

/** Opens a drop folder; one on a disk is made when it is not there. Throws AppError incorrect `inbox.place_invalid`. */
export async function openInbox(place: string, { s3 = {}, nowMs = Date.now }: InboxOptions = {}): Promise<Inbox> {
  if (!place.startsWith("s3:")) {
    return openFolderInbox(resolve(place.startsWith("file:") ? fileURLToPath(place) : place), nowMs);
  }
  const bucket = bucketUrl(place);
  if (bucket === null) {
    throw new AppError("incorrect", {
      code: "inbox.place_invalid",
      detail: "The drop folder's place is not usable: expected a folder or s3://<bucket>/<prefix>.",
    });
  }
  // The SDK is loaded only where there is a bucket.
  const { openBucketInbox } = await import("./bucket-inbox.ts");
  return openBucketInbox(bucket, s3);
}
