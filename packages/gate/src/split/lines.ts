// Which bytes are a line. A line longer than the cap is skipped in constant memory: neither node:readline nor a split of
// the whole text survives a line of gigabytes.
import type { Region, RejectedLine, Span, Splitter } from "../records.ts";
import { tooLong } from "../records.ts";
import { LongRecord } from "./long-record.ts";
import { PendingBytes } from "./pending.ts";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const none = Buffer.alloc(0);

/** Splits at line feeds; a carriage return before one belongs to it; lines of white space alone are left out. */
export class LineSplitter implements Splitter {
  private readonly capBytes: number;
  private readonly pending = new PendingBytes();
  private readonly long = new LongRecord();
  /** Number of the line that is being read, and where in the body it begins. */
  private line = 1;
  private offset = 0;

  constructor(capBytes: number) {
    this.capBytes = capBytes;
  }

  push(block: Buffer, offset: number): Region[] {
    const regions: Region[] = [];
    let from = 0;
    if (this.long.isOpen || this.pending.length > 0) {
      const end = block.indexOf(lineFeed);
      this.keep(end === -1 ? block : block.subarray(0, end));
      if (end === -1) return regions;
      // The line that began in an earlier block has a region of its own: the others lie in this block as they are.
      this.endPending(regions);
      from = end + 1;
    }
    this.offset = offset + from;
    const last = block.lastIndexOf(lineFeed);
    if (last >= from) {
      const bytes = block.subarray(from, last + 1);
      const records: (Span | RejectedLine)[] = [];
      for (let start = 0; start < bytes.length;) {
        const end = bytes.indexOf(lineFeed, start);
        this.take(bytes, start, end, records);
        start = end + 1;
      }
      if (records.length > 0) regions.push({ bytes, offset: this.offset, records });
      from = last + 1;
      this.offset = offset + from;
    }
    this.keep(block.subarray(from));
    return regions;
  }

  end(): Region[] {
    const regions: Region[] = [];
    if (this.long.isOpen || this.pending.length > 0) this.endPending(regions);
    return regions;
  }

  /** Ends the line that is pending. */
  private endPending(regions: Region[]): void {
    const records: (Span | RejectedLine)[] = [];
    if (this.long.isOpen) {
      records.push(this.endLong());
      regions.push({ bytes: none, offset: this.offset, records });
      return;
    }
    const bytes = this.pending.take(none);
    this.take(bytes, 0, bytes.length, records);
    if (records.length > 0) regions.push({ bytes, offset: this.offset, records });
  }

  private take(bytes: Buffer, start: number, lineEnd: number, records: (Span | RejectedLine)[]): void {
    const line = this.line;
    this.line += 1;
    const end = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    if (end - start > this.capBytes) {
      const place = { line, byteOffset: this.offset + start, byteLength: end - start };
      records.push(tooLong(place, this.capBytes));
    } else if (!isBlank(bytes, start, end)) records.push({ line, start, end });
  }

  /** The beginning of a line whose end has not come; past the cap (and a carriage return) only its length is kept. */
  private keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.long.isOpen) this.long.add(bytes);
    else if (this.pending.length + bytes.length <= this.capBytes + 1) this.pending.add(bytes);
    else this.long.add(this.pending.take(bytes));
  }

  private endLong(): RejectedLine {
    const byteLength = this.long.close({ isLine: true });
    const place = { line: this.line, byteOffset: this.offset, byteLength };
    this.line += 1;
    return tooLong(place, this.capBytes);
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== carriageReturn) return false;
  }
  return true;
}
