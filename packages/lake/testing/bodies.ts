// Bodies for tests: repeatable, of any length, in chunks as a socket would deliver them.
import { createCipheriv, createHash } from "node:crypto";

/** What a test's body is filed under, unless it says otherwise. */
export const filedAs = { source: "events", date: Temporal.PlainDate.from("2026-11-22"), extension: "ndjson" };

export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** The bytes in chunks. */
export async function* inChunks(bytes: Uint8Array, chunkBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

/** The bytes, and then a failure, as of a caller who hangs up. */
export async function* breakingOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* inChunks(bytes);
  throw new Error("the caller hung up");
}

/** Event-like lines: they pack to about a quarter. */
export function lines(count: number): Buffer {
  const one = (index: number): string =>
    `${JSON.stringify({ event_id: createHash("md5").update(`${index}`).digest("hex"), version: 1, n: index })}\n`;
  return Buffer.from(Array.from({ length: count }, (_, index) => one(index)).join(""));
}

/** Bytes that no packing makes smaller; the same for the same seed. */
export function noise(length: number, seed = 1): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32LE(seed);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** All of a stream. */
export async function whole(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
