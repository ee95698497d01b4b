// Whether bytes are one JSON value that PostgreSQL's jsonb keeps unchanged, and where its parts lie. Stricter than
// JSON.parse, which rounds numbers, lets the last of two equal keys win, and takes any depth; the text itself is what is
// passed on, so nothing has to be written again. One pass over bytes, because it runs for every line of every load.

/** Deepest nesting of objects and arrays that is taken, the outermost one included. */
export const mostDepth = 32;
/** Most digits before or after the decimal point: jsonb would write out 1e131071 as so many. */
const mostDigits = 1000;
/** Keys of one object up to which each is compared with each; beyond it a set is cheaper. */
const fewKeys = 12;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Bytes that stand for themselves in a string: no control character, quote or backslash, ASCII. */
const plain = new Uint8Array(256);
for (let byte = 0x20; byte < 0x80; byte += 1) plain[byte] = byte === quote || byte === backslash ? 0 : 1;

export type JsonProblem = "syntax" | "nul" | "lone_surrogate" | "too_deep" | "duplicate_key" | "number_out_of_range";

/** Reads JSON in a span of bytes. Every reading function answers the place behind what it read, or -1 with `problem`. */
export class JsonScan {
  problem: JsonProblem = "syntax";
  /** Where in the bytes the problem lies. */
  problemAt = 0;
  /** Set (never reset) by strings with an escape and by bytes beyond ASCII. */
  isEscaped = false;
  isBeyondAscii = false;
  /** Set (never reset) by a number that a double may not hold. */
  isInexact = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;
  /** Spans of the keys of all objects that are open, innermost last. */
  private keys = new Int32Array(256);

  /** Where the bytes that are read end. */
  get endOfInput(): number {
    return this.end;
  }

  /** Which bytes to read, and where they end. */
  over(bytes: Uint8Array, end: number): this {
    this.bytes = bytes;
    this.end = end;
    return this;
  }

  /** Behind the white space at a place. */
  space(at: number): number {
    const { bytes, end } = this;
    let index = at;
    while (index < end) {
      const byte = bytes[index];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      index += 1;
    }
    return index;
  }

  fail(problem: JsonProblem, at: number): -1 {
    this.problem = problem;
    this.problemAt = at;
    return -1;
  }

  /** Reads the value that begins at a place; `depth` is how many objects and arrays are open around it. */
  value(at: number, depth: number, keysFrom = 0): number {
    if (at >= this.end) return this.fail("syntax", at);
    switch (this.bytes[at] ?? 0) {
      case quote:
        return this.string(at + 1);
      case openBrace:
        return depth < mostDepth ? this.object(at + 1, depth + 1, keysFrom) : this.fail("too_deep", at);
      case openBracket:
        return depth < mostDepth ? this.array(at + 1, depth + 1, keysFrom) : this.fail("too_deep", at);
      case 0x74:
        return this.word(at, "true");
      case 0x66:
        return this.word(at, "false");
      case 0x6e:
        return this.word(at, "null");
      default:
        return this.number(at);
    }
  }

  /** Reads a string whose opening quote is behind. */
  string(at: number): number {
    const { bytes, end } = this;
    let index = at;
    while (index < end) {
      const byte = bytes[index] ?? 0;
      if (plain[byte] === 1) index += 1;
      else if (byte === quote) return index + 1;
      else if (byte >= 0x80) {
        this.isBeyondAscii = true;
        index += 1;
      } else if (byte === backslash) {
        this.isEscaped = true;
        index = this.escape(index);
        if (index === -1) return -1;
      } else return this.fail(byte === 0 ? "nul" : "syntax", index);
    }
    return this.fail("syntax", end);
  }

  private escape(at: number): number {
    const { bytes, end } = this;
    if (at + 1 >= end) return this.fail("syntax", end);
    switch (bytes[at + 1] ?? 0) {
      case quote:
      case backslash:
      case 0x2f:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return at + 2;
      case 0x75:
        break;
      default:
        return this.fail("syntax", at + 1);
    }
    const unit = this.hex(at + 2);
    if (unit === -1) return this.fail("syntax", at + 2);
    if (unit === 0) return this.fail("nul", at);
    if (unit < 0xd800 || unit > 0xdfff) return at + 6;
    const isPaired = unit < 0xdc00 && bytes[at + 6] === backslash && bytes[at + 7] === 0x75;
    const low = isPaired ? this.hex(at + 8) : -1;
    return low >= 0xdc00 && low <= 0xdfff ? at + 12 : this.fail("lone_surrogate", at);
  }

  private hex(at: number): number {
    const { bytes, end } = this;
    if (at + 4 > end) return -1;
    let unit = 0;
    for (let index = at; index < at + 4; index += 1) {
      const byte = bytes[index] ?? 0;
      const lower = byte | 0x20;
      if (byte >= 0x30 && byte <= 0x39) unit = unit * 16 + byte - 0x30;
      else if (lower >= 0x61 && lower <= 0x66) unit = unit * 16 + lower - 0x57;
      else return -1;
    }
    return unit;
  }

  private word(at: number, word: string): number {
    for (let index = 0; index < word.length; index += 1) {
      if (at + index >= this.end || this.bytes[at + index] !== word.charCodeAt(index)) {
        return this.fail("syntax", Math.min(at + index, this.end));
      }
    }
    return at + word.length;
  }

  private digits(at: number): number {
    const { bytes, end } = this;
    let index = at;
    while (index < end) {
      const byte = bytes[index] ?? 0;
      if (byte < 0x30 || byte > 0x39) break;
      index += 1;
    }
    return index;
  }

  private number(at: number): number {
    const { bytes } = this;
    const whole = bytes[at] === 0x2d ? at + 1 : at;
    let index = this.digits(whole);
    const wholeDigits = index - whole;
    if (wholeDigits === 0) {
      // A NUL outside of strings is told apart, because it is what UTF-16 looks like.
      return this.fail(index < this.end && bytes[index] === 0 ? "nul" : "syntax", index);
    }
    if (wholeDigits > 1 && bytes[whole] === 0x30) return this.fail("syntax", whole);
    let decimals = 0;
    if (index < this.end && bytes[index] === 0x2e) {
      const begin = index + 1;
      index = this.digits(begin);
      decimals = index - begin;
      if (decimals === 0) return this.fail("syntax", index);
    }
    let exponent = 0;
    if (index < this.end && ((bytes[index] ?? 0) | 0x20) === 0x65) {
      let begin = index + 1;
      const sign = bytes[begin];
      if (begin < this.end && (sign === 0x2b || sign === 0x2d)) begin += 1;
      index = this.digits(begin);
      if (index === begin) return this.fail("syntax", index);
      for (let place = begin; place < index && exponent <= mostDigits * 1000; place += 1) {
        exponent = exponent * 10 + (bytes[place] ?? 0) - 0x30;
      }
      if (sign === 0x2d) exponent = -exponent;
      this.isInexact = true;
    } else if (wholeDigits + decimals > 15) this.isInexact = true;
    if (wholeDigits + exponent > mostDigits || decimals - exponent > mostDigits) {
      return this.fail("number_out_of_range", at);
    }
    return index;
  }

  private array(at: number, depth: number, keysFrom: number): number {
    let index = this.space(at);
    if (index < this.end && this.bytes[index] === closeBracket) return index + 1;
    for (;;) {
      index = this.value(index, depth, keysFrom);
      if (index === -1) return -1;
      index = this.space(index);
      if (index >= this.end) return this.fail("syntax", index);
      const byte = this.bytes[index];
      if (byte === closeBracket) return index + 1;
      if (byte !== comma) return this.fail("syntax", index);
      index = this.space(index + 1);
    }
  }

  private object(at: number, depth: number, keysFrom: number): number {
    let index = this.space(at);
    if (index < this.end && this.bytes[index] === closeBrace) return index + 1;
    let seen: Set<string> | null = null;
    let count = 0;
    for (;;) {
      const key = index + 1;
      const wasEscaped = this.isEscaped;
      this.isEscaped = false;
      index = this.key(index);
      if (index === -1) return -1;
      const keyEnd = this.keyEnd;
      if (seen === null && (this.isEscaped || count === fewKeys)) seen = this.keySet(keysFrom, count);
      this.isEscaped ||= wasEscaped;
      if (seen === null) {
        if (this.isKnownKey(keysFrom, count, key, keyEnd)) return this.fail("duplicate_key", key - 1);
        this.keepKey(keysFrom + 2 * count, key, keyEnd);
        count += 1;
      } else {
        const name = this.text(key, keyEnd);
        if (seen.has(name)) return this.fail("duplicate_key", key - 1);
        seen.add(name);
      }
      index = this.value(index, depth, keysFrom + 2 * count);
      if (index === -1) return -1;
      index = this.space(index);
      if (index >= this.end) return this.fail("syntax", index);
      const byte = this.bytes[index];
      if (byte === closeBrace) return index + 1;
      if (byte !== comma) return this.fail("syntax", index);
      index = this.space(index + 1);
    }
  }

  /** Where the key that `key` read last ends, without its quote. */
  keyEnd = 0;

  /** Reads a key, its colon and the white space around it: the answer is where the value begins. */
  key(at: number): number {
    if (at >= this.end || this.bytes[at] !== quote) {
      return this.fail(at < this.end && this.bytes[at] === 0 ? "nul" : "syntax", at);
    }
    let index = this.string(at + 1);
    if (index === -1) return -1;
    this.keyEnd = index - 1;
    index = this.space(index);
    if (index >= this.end || this.bytes[index] !== colon) return this.fail("syntax", index);
    return this.space(index + 1);
  }

  /** The text of a string between its quotes, escapes undone. */
  text(from: number, to: number): string {
    const written = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, to - from).toString("utf8");
    return written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
  }

  private isKnownKey(keysFrom: number, count: number, from: number, to: number): boolean {
    const { bytes, keys } = this;
    const length = to - from;
    for (let entry = keysFrom; entry < keysFrom + 2 * count; entry += 2) {
      const other = keys[entry] ?? 0;
      if ((keys[entry + 1] ?? 0) - other !== length) continue;
      let same = 0;
      while (same < length && bytes[other + same] === bytes[from + same]) same += 1;
      if (same === length) return true;
    }
    return false;
  }

  private keepKey(entry: number, from: number, to: number): void {
    if (entry + 2 > this.keys.length) {
      const wider = new Int32Array(this.keys.length * 2);
      wider.set(this.keys);
      this.keys = wider;
    }
    this.keys[entry] = from;
    this.keys[entry + 1] = to;
  }

  private keySet(keysFrom: number, count: number): Set<string> {
    const names = new Set<string>();
    for (let entry = keysFrom; entry < keysFrom + 2 * count; entry += 2) {
      names.add(this.text(this.keys[entry] ?? 0, this.keys[entry + 1] ?? 0));
    }
    return names;
  }
}
