// What can a zone of the lake do? Objects are written once under a name, durable before they are acknowledged, and read
// only against the size and the hash that the caller knows. The same interface over a folder and over an S3 bucket.
import type { Readable } from "node:stream";

/** Where a write is, for tests that kill the process there. */
export type LakePoint = "raw-opened" | "raw-half" | "raw-fsynced" | "raw-renamed";

/** How an object's bytes lie in the store: as they are, or compressed. */
export type Packing = "zstd" | "none";

/** What was taken in. */
export interface StoredBody {
  /** SHA-256 of the body (unpacked), 32 bytes. */
  sha256: Buffer;
  /** Length of the body. */
  bytes: number;
  /** Length of the stored object. */
  storedBytes: number;
  /** `file:…` or `s3://…`, as `open` takes it. */
  uri: string;
  /** True when an object of the same content was there already: nothing was written. */
  wasThere: boolean;
}

export interface PutOptions {
  /** First folder of the name: the dataset and channel, for people (`events`, `users`, `posts`). */
  source: string;
  /** The day under which it is filed. */
  date: Temporal.PlainDate;
  /** Ending of the name without a dot; `.zst` is added to packed objects. */
  extension: string;
  /** `none` for bytes that are compressed already (Parquet). Default `zstd`. */
  packing?: Packing;
  /** More bytes than this are refused as AppError `incorrect`, `request.too_large`. */
  mostBytes?: number;
  /**
   * Asked when the body has ended: the URI under which this content is known, if it is. Then it stays that object, whatever
   * day it is filed under, and nothing is written unless that one is missing or damaged.
   */
  knownAs?: (sha256: Buffer) => Promise<string | null>;
  signal?: AbortSignal;
}

export interface ObjectInfo {
  uri: string;
  /** The name inside the zone: `raw/events/2026-11-22/<sha256>.ndjson.zst`. */
  name: string;
  storedBytes: number;
}

/**
 * Every failure of the store leaves as AppError: `unavailable` (`lake.unavailable`, `lake.full` when there is no space)
 * or `fault` (`lake.corrupt` when bytes are not what was written, `lake.missing`).
 */
export interface Lake {
  readonly kind: "file" | "s3";
  /**
   * Takes in a body of any length in constant memory, named by its content: `raw/<source>/<date>/<sha256>.<extension>`.
   * Resolves when it is durable (file and folder synced, or the store's acknowledgement). A failure leaves nothing under
   * the final name. The same content twice, also at once, is one object.
   */
  putRaw(body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBody>;
  /**
   * The body, unpacked, as a stream that fails at its end with `lake.corrupt` unless length and hash are the expected ones.
   * Memory stays constant; destroying the stream gives everything back.
   */
  open(uri: string, expected: { sha256: Uint8Array; bytes: number }): Promise<Readable>;
  /** A stretch of an unpacked object (Parquet), for readers that jump; `lake.corrupt` when it is shorter. */
  readRange(uri: string, offset: number, length: number): Promise<Uint8Array>;
  /** Writes a small object (journal, manifests) under a name of the caller's, once, durable: a second writer of the same name gets false. */
  putNamed(name: string, body: Uint8Array): Promise<boolean>;
  /** A small object by its name, or null. */
  getNamed(name: string): Promise<Uint8Array | null>;
  /** Objects whose name begins with the prefix, in order of their names. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Re-reads an object named by its content and says whether its bytes are what the name says. */
  check(object: ObjectInfo): Promise<{ ok: true } | { ok: false; reason: string }>;
  close(): Promise<void>;
}
