// Which bytes are a record of a CSV file (RFC 4180), and its cells. Strict, because that is what makes it possible to go
// on: whatever is wrong with a record costs its first physical line alone, and reading goes on with the next one, so
// that a quote without its twin swallows nothing.
import type { Reject } from "@almanac/domain/event/event";
import type { BrokenSpan, Region, RejectedLine, Span, Splitter } from "../records.ts";
import { RegionText, tooLong } from "../records.ts";
import { LongRecord } from "./long-record.ts";
import { PendingBytes } from "./pending.ts";

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const none = Buffer.alloc(0);

/** A cell: where its content lies in the region (quotes left out), and whether quotes are doubled in it. */
export interface Cell {
  start: number;
  end: number;
  hasQuotes: boolean;
}

/** A record: its line is the one in which it begins. */
export interface CsvRecord extends Span {
  cells: Cell[];
}

/** What reading a record came to: it ends at `end`, its line break at `next`; or it is broken; or more is needed. */
type Outcome = { cells: Cell[]; end: number; next: number } | "quote" | "open";

/** Splits records; the first one is the header, which is handed over before any other record comes. */
export class CsvSplitter implements Splitter<CsvRecord> {
  private readonly capBytes: number;
  private readonly takeHeader: (names: readonly string[] | null) => void;
  private readonly pending = new PendingBytes();
  private readonly long = new LongRecord();
  private columns = 0;
  private line = 1;
  private offset = 0;
  /** Bytes that have to be pending before another try makes sense: a long record is not read again for every block. */
  private wanted = 0;

  /** `takeHeader` gets the names of the columns, null where there is no header, and throws when it can not use them. */
  constructor(capBytes: number, takeHeader: (names: readonly string[] | null) => void) {
    this.capBytes = capBytes;
    this.takeHeader = takeHeader;
  }

  push(block: Buffer, offset: number): Region<CsvRecord>[] {
    if (this.pending.length === 0 && !this.long.isOpen) this.offset = offset;
    const records: Region<CsvRecord>["records"] = [];
    let rest = block;
    if (this.long.isOpen) {
      const end = block.indexOf(lineFeed);
      this.long.add(end === -1 ? block : block.subarray(0, end));
      if (end === -1) return [];
      records.push(this.endLong());
      rest = block.subarray(end + 1);
      this.offset = offset + end + 1;
    }
    if (this.pending.length + rest.length < this.wanted) {
      this.pending.add(rest);
      return [];
    }
    return this.read(this.pending.take(rest), records, false);
  }

  end(): Region<CsvRecord>[] {
    const records = this.long.isOpen ? [this.endLong()] : [];
    const regions = this.read(this.pending.take(none), records, true);
    if (this.columns === 0) this.takeHeader(null);
    return regions;
  }

  private read(bytes: Buffer, records: Region<CsvRecord>["records"], isEnd: boolean): Region<CsvRecord>[] {
    const region: Region<CsvRecord> = { bytes, offset: this.offset, records };
    let at = 0;
    while (at < bytes.length) {
      const next = this.record(region, at, isEnd);
      if (next === -1) break;
      at = next;
    }
    this.offset += at;
    const rest = bytes.subarray(at);
    if (rest.length > this.capBytes + 1 && !rest.includes(lineFeed)) {
      this.long.add(rest);
      this.wanted = 0;
    } else if (rest.length > 0) {
      this.pending.add(rest);
      this.wanted = Math.min(rest.length + (rest.length >> 1), this.capBytes + 2);
    } else this.wanted = 0;
    if (records.length === 0) return [];
    region.bytes = bytes.subarray(0, at);
    return [region];
  }

  /** Takes the record that begins at a place; answers where the next one begins, or -1 when its end has not come. */
  private record(region: Region<CsvRecord>, start: number, isEnd: boolean): number {
    const { bytes, records } = region;
    const feed = bytes.indexOf(lineFeed, start);
    if (feed === -1 && !isEnd) return -1;
    const lineEnd = feed === -1 ? bytes.length : feed;
    const firstEnd = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    const behindFirst = feed === -1 ? bytes.length : feed + 1;

    if (firstEnd === start) {
      this.line += 1;
      return behindFirst;
    }
    if (firstEnd - start > this.capBytes) {
      const place = { line: this.line, byteOffset: region.offset + start, byteLength: firstEnd - start };
      this.headerIsBroken();
      records.push(tooLong(place, this.capBytes));
      this.line += 1;
      return behindFirst;
    }
    // No further than the cap and a line break, so that what is said does not depend on how much has come already.
    const limit = Math.min(bytes.length, start + this.capBytes + 2);
    const isLast = isEnd && limit === bytes.length;
    const outcome = readRecord(bytes.subarray(0, limit), start, isLast);
    if (outcome === "open" && !isEnd && limit < start + this.capBytes + 2) return -1;
    const problem = this.problemOf(outcome, start, behindFirst);
    if (problem !== null || outcome === "quote" || outcome === "open") {
      this.headerIsBroken();
      const broken: BrokenSpan = { line: this.line, start, end: firstEnd, reject: problem ?? unclosed };
      records.push(broken);
      this.line += 1;
      return behindFirst;
    }
    const { cells, end, next } = outcome;
    if (this.columns === 0) this.header(region, cells);
    else records.push({ line: this.line, start, end, cells });
    this.line += next === behindFirst ? 1 : linesIn(bytes, start, next);
    return next;
  }

  private problemOf(outcome: Outcome, start: number, behindFirst: number): Reject | null {
    if (outcome === "open") return unclosed;
    if (outcome === "quote") return misplaced;
    if (outcome.end - start > this.capBytes) return unclosed;
    const count = outcome.cells.length;
    if (this.columns === 0 || count === this.columns) return null;
    // Over several lines that is a quote without a twin whose next one was found in a later line.
    if (outcome.next !== behindFirst) return unclosed;
    const detail = `It has ${count} cells; the header has ${this.columns}.`;
    return { code: "csv.cell_count", pointer: "", detail };
  }

  private header(region: Region<CsvRecord>, cells: readonly Cell[]): void {
    const text = new RegionText(region);
    const isText = cells.every(({ start, end }) => text.isUtf8(start, end));
    this.takeHeader(isText ? cells.map((cell) => cellText(text, cell)) : null);
    this.columns = cells.length;
  }

  private headerIsBroken(): void {
    if (this.columns === 0) this.takeHeader(null);
  }

  private endLong(): RejectedLine {
    this.headerIsBroken();
    const place = { line: this.line, byteOffset: this.offset, byteLength: this.long.close({ isLine: true }) };
    this.offset += place.byteLength;
    this.line += 1;
    return tooLong(place, this.capBytes);
  }
}

/** The text of a cell that is UTF-8. */
export function cellText(text: RegionText, { start, end, hasQuotes }: Cell): string {
  const written = text.slice(start, end);
  return hasQuotes ? written.replaceAll('""', '"') : written;
}

const unclosed: Reject = {
  code: "csv.quote_unclosed",
  pointer: "",
  detail: "A quoted cell that begins in this line has no end where one can be.",
};
const misplaced: Reject = {
  code: "csv.quote_misplaced",
  pointer: "",
  detail: "A quote stands where RFC 4180 has none: quotes enclose a whole cell, and are doubled inside of one.",
};

function readRecord(bytes: Buffer, from: number, isEnd: boolean): Outcome {
  const cells: Cell[] = [];
  const { length } = bytes;
  let at = from;
  for (;;) {
    let cell: Cell;
    if (bytes[at] === quote) {
      let hasQuotes = false;
      let end = at + 1;
      for (; ; end += 2) {
        end = bytes.indexOf(quote, end);
        if (end === -1) return "open";
        if (bytes[end + 1] !== quote || end + 1 >= length) break;
        hasQuotes = true;
      }
      cell = { start: at + 1, end, hasQuotes };
      at = end + 1;
    } else {
      const start = at;
      while (at < length && bytes[at] !== comma && bytes[at] !== lineFeed) {
        if (bytes[at] === quote) return "quote";
        at += 1;
      }
      if (at >= length && !isEnd) return "open";
      const hasReturn = at > start && bytes[at - 1] === carriageReturn && bytes[at] !== comma;
      if (hasReturn) at -= 1;
      cell = { start, end: at, hasQuotes: false };
    }
    cells.push(cell);
    if (bytes[at] === comma && at < length) {
      at += 1;
      if (at >= length && !isEnd) return "open";
      continue;
    }
    const end = at;
    if (at < length && bytes[at] === carriageReturn) at += 1;
    if (at >= length) return isEnd ? { cells, end, next: length } : "open";
    if (bytes[at] === lineFeed) return { cells, end, next: at + 1 };
    return "quote";
  }
}

function linesIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed, from); at !== -1 && at < to; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  // The last line of a body may lack its line feed.
  return bytes[to - 1] === lineFeed ? count : count + 1;
}
