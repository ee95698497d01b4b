// Where is the zone? `file:<path>` or `s3://<bucket>/<prefix>`: one URL decides, and nobody above asks again.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "@almanac/domain/errors";
import { folderStore } from "./folder/folder-store.ts";
import type { Lake } from "./lake.ts";
import { checkedName } from "./names.ts";
import { lakeOver, type Reached } from "./object-lake.ts";
import { s3Store } from "./s3/s3-store.ts";
import { bucketUrl, type S3Settings } from "./s3/settings.ts";

export interface LakeOptions {
  s3?: S3Settings;
  /** Told where a raw write is; tests stop the process there. */
  reached?: Reached;
}

/**
 * Opens a zone without touching it yet: a folder is made with the first write, a bucket must be there. Abandoned drafts
 * of a folder are swept in the background; `close` waits for that. Throws AppError incorrect `lake.url_invalid`.
 */
export function openLake(url: string, options: LakeOptions = {}): Lake {
  const { reached = () => undefined, s3 = {} } = options;
  if (url.startsWith("file:")) return lakeOver(folderStore(pathOf(url), reached), reached);
  const place = bucketUrl(url);
  if (place === null) throw invalidUrl("expected file:<path> or s3://<bucket>/<prefix>");
  if (place.prefix !== "") checkedName(place.prefix);
  return lakeOver(s3Store(place.bucket, place.prefix, s3, reached), reached);
}

/** `file:///a/b` is a URL with its escapes; `file:a/b` and `file:/a/b` are paths as they are, relative to where we run. */
function pathOf(url: string): string {
  const path = url.slice("file:".length);
  if (path === "") throw invalidUrl("the path is missing after file:");
  if (!path.startsWith("//")) return resolve(path);
  try {
    return fileURLToPath(url);
  } catch {
    throw invalidUrl("a file: URL with two slashes needs a third one and an absolute path");
  }
}

function invalidUrl(why: string): AppError {
  return new AppError("incorrect", { code: "lake.url_invalid", detail: `The lake's URL is not usable: ${why}.` });
}
