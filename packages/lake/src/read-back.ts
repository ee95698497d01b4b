// Are the bytes that come back the bytes that were written? Every read of a whole object passes here: sized, unpacked,
// hashed, with one stretch fetched ahead and nothing more in memory.
import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { constants, createZstdDecompress } from "node:zlib";
import { AppError } from "@almanac/domain/errors";
import { lakeCorrupt } from "./errors.ts";
import type { Packing } from "./lake.ts";
import type { StoredObject } from "./object-store.ts";
import { sealBytes, sealOf } from "./pack.ts";

/** Our frames need less than 1 MiB; a damaged header must not make us reserve the format's 128 MiB and more. */
const mostWindowLog = 23;

/** The stored bytes from the first to the last, the next stretch always on its way. */
export async function* storedParts(
  object: Pick<StoredObject, "size" | "read">,
  readBytes: number,
): AsyncGenerator<Buffer, void, void> {
  const fetch = (offset: number): Promise<Buffer> | undefined => {
    if (offset >= object.size) return undefined;
    const part = object.read(offset, Math.min(readBytes, object.size - offset));
    part.catch(() => undefined);
    return part;
  };
  let offset = 0;
  let ahead = fetch(offset);
  while (ahead !== undefined) {
    const part = await ahead;
    if (part.length === 0) return;
    offset += part.length;
    ahead = fetch(offset);
    yield part;
  }
}

/**
 * The body of a stored object, which is closed at the end however it comes. Fails with `lake.corrupt` as soon as it is
 * clear that length or hash are not the expected ones: at the latest after the last byte.
 */
export async function* verifiedBody(
  name: string,
  packing: Packing,
  parts: AsyncIterable<Buffer>,
  expected: { sha256: Uint8Array; bytes?: number },
): AsyncGenerator<Buffer, void, void> {
  const hash = createHash("sha256");
  const most = expected.bytes ?? Number.POSITIVE_INFINITY;
  let bytes = 0;
  for await (const chunk of unpacked(name, packing, parts)) {
    bytes += chunk.length;
    if (bytes > most) throw lakeCorrupt(name, `longer than the ${most} bytes that were written`);
    hash.update(chunk);
    yield chunk;
  }
  if (expected.bytes !== undefined && bytes !== most) {
    throw lakeCorrupt(name, `${bytes} bytes where ${most} were written`);
  }
  if (!hash.digest().equals(expected.sha256)) throw lakeCorrupt(name, "its SHA-256 is another");
}

async function* unpacked(
  name: string,
  packing: Packing,
  parts: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, void> {
  if (packing === "none") {
    yield* parts;
    return;
  }
  const unpack = createZstdDecompress({
    chunkSize: 256 * 1024,
    params: { [constants.ZSTD_d_windowLogMax]: mostWindowLog },
  });
  // An error of the source reaches the reader through the unpacker, as the error it was.
  pipeline(Readable.from(parts, { highWaterMark: 1 }), unpack, () => undefined);
  try {
    for await (const chunk of unpack) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw lakeCorrupt(name, `it cannot be unpacked: ${error instanceof Error ? error.message : "?"}`, error);
  }
}

/** Passes stored parts of a packed object on; `verify` compares the seal with what went by. */
export function sealCheck(parts: AsyncIterable<Buffer>, size: number) {
  const hash = createHash("sha256");
  const last: Buffer[] = [];
  let offset = 0;
  async function* passOn(): AsyncGenerator<Buffer, void, void> {
    for await (const part of parts) {
      const sealedHere = Math.max(0, Math.min(part.length, size - sealBytes - offset));
      hash.update(part.subarray(0, sealedHere));
      if (sealedHere < part.length) last.push(Buffer.from(part.subarray(sealedHere)));
      offset += part.length;
      yield part;
    }
  }
  return { parts: passOn(), verify: (): boolean => Buffer.concat(last).equals(sealOf(hash.digest())) };
}
