// A body as the splitters take it: without its byte order mark, in blocks that cost little work each, with time for the
// event loop in between.
import { setImmediate } from "node:timers/promises";
import type { Region, RejectedLine, Span, Splitter } from "../records.ts";
import { notUtf8, RegionText, rejectRecord } from "../records.ts";

/** The longest line that is read unless the options say otherwise. */
export const defaultLineCapBytes = 1024 * 1024;
/** Whoever waits for the event loop beside a load (a lane for an answer of its server, above all) waits no longer. */
const defaultYieldEveryMs = 1;
/** Most bytes that are worked on at once: at 6 µs for 390 bytes that is 1 ms. */
const mostBlockBytes = 64 * 1024;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes of a body, and how many bytes of it lie before them. */
export interface Block {
  bytes: Buffer;
  offset: number;
}

/** The blocks of a body; a UTF-8 byte order mark at its beginning is left out, but counts in the offsets. */
async function* blocksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  let offset = 0;
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of body) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (head !== null) {
      bytes = Buffer.concat([head, bytes]);
      head =
        bytes.length < byteOrderMark.length && byteOrderMark.subarray(0, bytes.length).equals(bytes) ? bytes : null;
      if (head !== null) continue;
      if (bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)) {
        bytes = bytes.subarray(byteOrderMark.length);
        offset = byteOrderMark.length;
      }
    }
    for (let start = 0; start < bytes.length; start += mostBlockBytes) {
      const block = bytes.subarray(start, start + mostBlockBytes);
      yield { bytes: block, offset };
      offset += block.length;
    }
  }
  if (head !== null && head.length > 0) yield { bytes: head, offset };
}

/** Waits a turn of the event loop when the last one is longer ago than so many milliseconds. */
export function pace(everyMs: number): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < everyMs) return undefined;
    return setImmediate().then(() => {
      last = performance.now();
    });
  };
}

/**
 * The records of a body, judged one by one: an item for each block, so that nothing is awaited for a record, and a turn
 * of the event loop after so many milliseconds (1 without them).
 */
export async function* gateRecords<Record extends Span, Line>(
  body: AsyncIterable<Uint8Array>,
  splitter: Splitter<Record>,
  yieldEveryMs: number | undefined,
  judgeIn: (text: RegionText) => (record: Record) => Line | RejectedLine,
): AsyncGenerator<readonly (Line | RejectedLine)[]> {
  const breathe = pace(yieldEveryMs ?? defaultYieldEveryMs);
  for await (const { bytes, offset } of blocksOf(body)) {
    for (const region of splitter.push(bytes, offset)) yield gateRegion(region, judgeIn);
    await breathe();
  }
  for (const region of splitter.end()) yield gateRegion(region, judgeIn);
}

function gateRegion<Record extends Span, Line>(
  region: Region<Record>,
  judgeIn: (text: RegionText) => (record: Record) => Line | RejectedLine,
): (Line | RejectedLine)[] {
  const text = new RegionText(region);
  const judge = judgeIn(text);
  return region.records.map((record) => {
    if ("byteOffset" in record) return record;
    if ("reject" in record) return rejectRecord(text, record, record.reject);
    return text.isUtf8(record.start, record.end) ? judge(record) : notUtf8(text, record);
  });
}
