// Which bytes are an element of a JSON array, without reading the array as a whole. Brackets and quotes are followed, no
// more: whether an element is JSON is judged later, so that one bad element costs only itself as long as it is balanced.
// Where the array's own syntax breaks, nobody can say where the next element begins: the rest is one reject.
import type { Region, RejectedLine, Span, Splitter } from "../records.ts";
import { tooLong } from "../records.ts";
import { LongRecord } from "./long-record.ts";
import { PendingBytes } from "./pending.ts";

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const none = Buffer.alloc(0);

/** Bytes that change nothing: in a string, and outside of one (white space and commas may end a number or a word). */
const inString = new Uint8Array(256).fill(1, 0x20);
const outside = new Uint8Array(256).fill(1);
for (const byte of [quote, backslash]) inString[byte] = 0;
for (const byte of [quote, comma, openBrace, closeBrace, openBracket, closeBracket, 0x20, 0x0a, 0x0d, 0x09]) {
  outside[byte] = 0;
}

/** Before the array; before its first and before another element; in one; behind one; behind the array. */
type State = "start" | "first" | "next" | "inside" | "after" | "done" | "broken";

/** Splits the elements of one array; a body that is one object instead is taken as its only element. */
export class ElementSplitter implements Splitter {
  private readonly capBytes: number;
  private readonly pending = new PendingBytes();
  private readonly long = new LongRecord();
  private state: State = "start";
  private isSingle = false;
  /** Open brackets of the element, and whether a string is open in it, and an escape in that. */
  private depth = 0;
  private isString = false;
  private isEscape = false;
  /** Number of the element that is read or comes next; where in the body it, or the broken rest, begins. */
  private line = 1;
  private offset = 0;
  private problem = "it ends before the array does";
  /** Where in the block the open element begins: before its first byte when it began in an earlier block. */
  private begin: number | null = null;

  constructor(capBytes: number) {
    this.capBytes = capBytes;
  }

  push(block: Buffer, offset: number): Region[] {
    if (this.state === "broken") {
      this.keep(block);
      return [];
    }
    const carried = this.pending.length;
    this.begin = this.state === "inside" ? -carried : null;
    const records: (Span | RejectedLine)[] = [];
    let usedTo = 0;
    for (let at = 0; at < block.length && this.isWhole();) {
      if (this.state !== "inside") {
        at = this.between(block, at, offset);
        continue;
      }
      const end = this.insideOf(block, at);
      if (end === -1) break;
      records.push(this.take(block, carried, end));
      usedTo = end;
      at = end;
    }
    // All that follows it is the broken rest; a position in this block, because nothing is carried outside of elements.
    const rest = this.begin === null ? none : block.subarray(Math.max(this.begin, 0));
    if (records.length === 0) {
      this.keep(rest);
      return [];
    }
    const bytes = this.pending.take(block.subarray(0, usedTo));
    this.keep(rest);
    return [{ bytes, offset: offset - carried, records }];
  }

  end(): Region[] {
    if (this.state === "done") return [];
    const wasLong = this.long.isOpen;
    const bytes = this.pending.take(none);
    const { line, offset } = this;
    const detail = `The body is read as JSON no further: ${this.problem}.`;
    const reject = { code: "array.broken", pointer: "", detail };
    const rest = wasLong
      ? { line, byteOffset: offset, byteLength: this.long.close({ isLine: false }), reject, raw: null, rawBytes: null }
      : { line, start: 0, end: bytes.length, reject };
    return [{ bytes, offset, records: [rest] }];
  }

  private isWhole(): boolean {
    return this.state !== "broken";
  }

  /** Reads a byte that is in no element; answers where to go on. */
  private between(block: Buffer, at: number, offset: number): number {
    const byte = block[at] ?? 0;
    // What follows, if anything does, begins here.
    this.offset = offset + at;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      this.offset += 1;
      return at + 1;
    }
    switch (this.state) {
      case "start":
        if (byte === openBracket) this.state = "first";
        else if (byte === openBrace) {
          this.isSingle = true;
          return this.open(at);
        } else return this.breakAt(at, "it is no array");
        break;
      case "first":
      case "next":
        if (byte === closeBracket && this.state === "first") this.state = "done";
        else if (byte === comma || byte === closeBracket || byte === closeBrace) {
          return this.breakAt(at, "an element is missing");
        } else return this.open(at);
        break;
      case "after":
        if (byte === comma) this.state = "next";
        else if (byte === closeBracket) this.state = "done";
        else return this.breakAt(at, "a comma or the array's end is missing behind an element");
        break;
      case "done":
        return this.breakAt(at, "something follows its end");
      case "inside":
      case "broken":
        break;
    }
    this.offset += 1;
    return at + 1;
  }

  private open(at: number): number {
    this.state = "inside";
    this.begin = at;
    return at;
  }

  private breakAt(at: number, problem: string): number {
    this.state = "broken";
    this.problem = problem;
    this.begin = at;
    return at;
  }

  /** Follows the open element; answers where it ends, or -1 when it does not in this block, or breaks. */
  private insideOf(block: Buffer, from: number): number {
    const { length } = block;
    let { depth } = this;
    let at = from;
    while (at < length) {
      if (this.isString) {
        at = this.endOfString(block, at);
        if (at === -1) break;
        if (depth === 0) return at;
      }
      while (at < length && outside[block[at] ?? 0] === 1) at += 1;
      if (at >= length) break;
      const byte = block[at];
      if (byte === quote) this.isString = true;
      else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        if (depth <= 1) {
          this.depth = 0;
          return at + depth;
        }
        depth -= 1;
      } else if (depth === 0) return at;
      at += 1;
    }
    this.depth = depth;
    return -1;
  }

  /** Behind the end of the open string; -1 when it does not come in this block, or cannot come any more. */
  private endOfString(block: Buffer, from: number): number {
    const { length } = block;
    let at = from;
    if (this.isEscape && at < length) {
      this.isEscape = false;
      at += 1;
    }
    for (;;) {
      while (at < length && inString[block[at] ?? 0] === 1) at += 1;
      if (at >= length) return -1;
      const byte = block[at] ?? 0;
      if (byte === quote) {
        this.isString = false;
        return at + 1;
      }
      if (byte !== backslash) {
        // JSON has no such thing: a quote is missing, and from here on inside and outside of strings are confused.
        this.state = "broken";
        this.problem = "a string has no end";
        return -1;
      }
      if (at + 1 >= length) {
        this.isEscape = true;
        return -1;
      }
      at += 2;
    }
  }

  /** The element that ends at a place of the block. */
  private take(block: Buffer, carried: number, end: number): Span | RejectedLine {
    const begin = this.begin ?? 0;
    const { line, offset } = this;
    this.line += 1;
    this.offset = offset + end - begin;
    this.state = this.isSingle ? "done" : "after";
    this.begin = null;
    if (this.long.isOpen) {
      this.long.add(block.subarray(0, end));
      const byteLength = this.long.close({ isLine: false });
      this.offset = offset + byteLength;
      return tooLong({ line, byteOffset: offset, byteLength }, this.capBytes);
    }
    const byteLength = end - begin;
    if (byteLength > this.capBytes) return tooLong({ line, byteOffset: offset, byteLength }, this.capBytes);
    return { line, start: begin + carried, end: end + carried };
  }

  /** What is not over yet; past the cap only its length is kept. */
  private keep(bytes: Buffer): void {
    if (this.long.isOpen) this.long.add(bytes);
    else if (this.pending.length + bytes.length <= this.capBytes) this.pending.add(bytes);
    else this.long.add(this.pending.take(bytes));
  }
}
