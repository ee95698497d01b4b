// How is an object named, and what does its name say? Names are built and checked here only, so that no other place
// has to think about `..`, symlinks' worth of tricks, or what one of the stores cannot spell.
import { lakeNameRefused } from "./errors.ts";
import type { Packing, PutOptions } from "./lake.ts";

/** Visible characters that need no escape in a path, a URL or an S3 key; never a leading dot. */
const segment = /^[A-Za-z0-9_][A-Za-z0-9._=+-]{0,199}$/;
const rawTail = /(?:^|\/)(raw\/[^/]+\/[^/]+\/[0-9a-f]{64}\.[^/]+)$/;
const contentName = /^raw\/[^/]+\/\d{4}-\d{2}-\d{2}\/([0-9a-f]{64})(?:\.[a-z0-9]+)+$/;

/** The name itself when every store can keep it; throws AppError fault `lake.name_refused` otherwise. */
export function checkedName(name: string): string {
  if (name.length > 800 || !name.split("/").every((part) => segment.test(part))) throw lakeNameRefused(name);
  return name;
}

/** A name that `putNamed` may write: not below `raw/`, where names are content. */
export function checkedOwnName(name: string): string {
  if (name === "raw" || name.startsWith("raw/")) throw lakeNameRefused(name);
  return checkedName(name);
}

/** `raw/<source>/<date>/<sha256>.<extension>[.zst]`. */
export function rawName(options: PutOptions, sha256: Buffer): string {
  const { source, date, extension, packing = "zstd" } = options;
  const ending = packing === "zstd" ? `${extension}.zst` : extension;
  const name = checkedName(`raw/${source}/${date.toString()}/${sha256.toString("hex")}.${ending}`);
  // A slash in the source would make a name that `check` and `open` do not take for content.
  if (hashOfName(name) === null || packingOf(name) !== packing) throw lakeNameRefused(name);
  return name;
}

/** The SHA-256 that a name promises, or null for an object that is not named by its content. */
export function hashOfName(name: string): Buffer | null {
  const hex = contentName.exec(name)?.[1];
  return hex === undefined ? null : Buffer.from(hex, "hex");
}

export function packingOf(name: string): Packing {
  return name.endsWith(".zst") ? "zstd" : "none";
}

/**
 * The name of the object that a URI means in the zone whose URI is `root`. A URI of a raw object with another root is
 * taken too: a zone that was moved or copied (a folder to a bucket, say) serves the rows written before, and the reader's
 * hash stands for the content.
 */
export function nameOfUri(uri: string, root: string): string {
  if (uri.startsWith(`${root}/`)) return checkedName(uri.slice(root.length + 1));
  const tail = rawTail.exec(uri)?.[1];
  if (tail === undefined) throw lakeNameRefused(uri);
  return checkedName(tail);
}
