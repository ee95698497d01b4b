// What comes out of a body, record by record: where it lies, its text, or the reason why there is none. Formats differ
// up to here; from here on a record is a record.
import { isAscii, isUtf8 } from "node:buffer";
import type { LinePlace, Reject } from "@almanac/domain/event/event";
import type { LineTexts } from "@almanac/domain/event/packed";

/** A line that is no record, or no valid one. */
export interface RejectedLine extends LinePlace {
  reject: Reject;
  /** The line as text where it is valid UTF-8 without NUL and not over the cap. */
  raw: string | null;
  /** Its bytes where it is no such text and not over the cap. */
  rawBytes: Uint8Array | null;
  /** What it has for an event_id, where its reader came that far. */
  eventId?: string | null;
}

/** Where a record lies in the bytes of its region. */
export interface Span {
  line: number;
  start: number;
  end: number;
}

/** A span that is no record. */
export interface BrokenSpan extends Span {
  reject: Reject;
}

/** A stretch of the body that holds whole records, and the records in their order. */
export interface Region<Record extends Span = Span> {
  bytes: Buffer;
  /** Bytes of the body before the first of these. */
  offset: number;
  records: (Record | BrokenSpan | RejectedLine)[];
}

/** Cuts a body into records, block by block; where the blocks end makes no difference. */
export interface Splitter<Record extends Span = Span> {
  /** The next bytes of the body; nothing as long as they complete no record. */
  push(block: Buffer, offset: number): Region<Record>[];
  /** What is left when the body is over. */
  end(): Region<Record>[];
}

/** The texts of a region's records: holds on to its bytes and nothing else, as long as somebody may ask. */
class RegionLines implements LineTexts {
  private readonly bytes: Buffer;
  private readonly offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.bytes = bytes;
    this.offset = offset;
  }

  textOf({ byteOffset, byteLength }: LinePlace): string {
    const start = (byteOffset ?? 0) - this.offset;
    return this.bytes.toString("utf8", start, start + (byteLength ?? 0));
  }
}

/** The text of a region, of which only those spans are decoded that are asked for. */
export class RegionText {
  readonly bytes: Buffer;
  /** Bytes of the body before the region. */
  readonly offset: number;
  readonly lines: LineTexts;
  private readonly isAscii: boolean;
  /** Whether each span still has to be checked, because the region as a whole is no UTF-8. */
  private readonly isDoubtful: boolean;
  private mayHaveNul: boolean | null = null;

  constructor(region: Pick<Region, "bytes" | "offset">) {
    this.bytes = region.bytes;
    this.offset = region.offset;
    this.lines = new RegionLines(region.bytes, region.offset);
    this.isAscii = isAscii(region.bytes);
    this.isDoubtful = !this.isAscii && !isUtf8(region.bytes);
  }

  /** Whether a span has a NUL; asked of the region as a whole first. */
  hasNul(start: number, end: number): boolean {
    this.mayHaveNul ??= this.bytes.includes(0);
    return this.mayHaveNul && this.bytes.subarray(start, end).includes(0);
  }

  isUtf8(start: number, end: number): boolean {
    return !this.isDoubtful || isUtf8(this.bytes.subarray(start, end));
  }

  /** The text of a span that is known to be UTF-8. */
  slice(start: number, end: number): string {
    return this.isAscii ? this.bytes.toString("latin1", start, end) : this.bytes.toString("utf8", start, end);
  }
}

/** A record that is not taken, with its text or its bytes. */
export function rejectRecord(text: RegionText, span: Span, reject: Reject): RejectedLine {
  const { line, start, end } = span;
  const isText = text.isUtf8(start, end) && !text.hasNul(start, end);
  return {
    line,
    byteOffset: text.offset + start,
    byteLength: end - start,
    reject,
    raw: isText ? text.slice(start, end) : null,
    // A copy, because the region's bytes are reused and a database client may hold on to them.
    rawBytes: isText ? null : Buffer.from(text.bytes.subarray(start, end)),
  };
}

/** The whole record is no UTF-8. */
export function notUtf8(text: RegionText, span: Span): RejectedLine {
  const [first, second] = [text.bytes[span.start], text.bytes[span.start + 1]];
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const detail = isUtf16 ? "It is no UTF-8; it looks like UTF-16." : "It is no UTF-8.";
  return rejectRecord(text, span, { code: "line.not_utf8", pointer: "", detail });
}

/** A record that is longer than the cap; its bytes were skipped, not kept. */
export function tooLong(place: LinePlace, capBytes: number): RejectedLine {
  const detail = `It has ${place.byteLength ?? "too many"} bytes; at most ${capBytes} are read.`;
  return { ...place, reject: { code: "line.too_long", pointer: "", detail }, raw: null, rawBytes: null };
}
