// How an event's facts lie in bytes: field after field, each with its length before it (-1: null), numbers with the high
// byte first, instants and days counted from 2000-01-01. It is what PostgreSQL's binary COPY takes, so that a row that
// was packed once is only copied from then on.

/** Bytes of a field without its length. */
export const uuidBytes = 16;

// From 2000-01-01 to the Unix epoch.
const epochUs = 946_684_800_000_000;
const epochDay = 10_957;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Four bytes, stored one by one: it is inlined, and checks no value, which the methods of Buffer do. */
export function writeLength(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
  return at + 4;
}

export function writeNull(bytes: Uint8Array, at: number): number {
  return writeLength(bytes, at, -1);
}

export function writeInt32(bytes: Uint8Array, at: number, value: number): number {
  return writeLength(bytes, writeLength(bytes, at, 4), value);
}

export function writeInt64(bytes: Uint8Array, at: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  return writeLength(bytes, writeLength(bytes, writeLength(bytes, at, 8), high), value - high * 0x1_0000_0000);
}

/** An instant, given in microseconds since the Unix epoch. */
export function writeInstant(bytes: Uint8Array, at: number, unixUs: number): number {
  return writeInt64(bytes, at, unixUs - epochUs);
}

/** A day, given in days since the Unix epoch. */
export function writeDay(bytes: Uint8Array, at: number, unixDay: number): number {
  return writeInt32(bytes, at, unixDay - epochDay);
}

/** A text, which needs three bytes for a UTF-16 unit at the most. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  const { written } = encoder.encodeInto(text, bytes.subarray(at + 4));
  return writeLength(bytes, at, written) + written;
}

/** JSON as jsonb takes it: the version of its format on the wire, then the text. */
export function writeJson(bytes: Uint8Array, at: number, text: string): number {
  const { written } = encoder.encodeInto(text, bytes.subarray(at + 5));
  bytes[writeLength(bytes, at, written + 1)] = 1;
  return at + 5 + written;
}

/** The same of JSON that lies in bytes. */
export function writeJsonBytes(
  bytes: Uint8Array,
  at: number,
  from: { bytes: Uint8Array; start: number; end: number },
): number {
  const { start, end } = from;
  bytes[writeLength(bytes, at, end - start + 1)] = 1;
  bytes.set(from.bytes.subarray(start, end), at + 5);
  return at + 5 + end - start;
}

/** Reads the fields of a row one after the other. */
export class RowReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
  }

  /** Where the next field begins, which is stepped over; -1 where it is null. */
  skip(): number {
    const length = this.view.getInt32(this.at);
    const start = this.at + 4;
    this.at = start + Math.max(length, 0);
    return length === -1 ? -1 : start;
  }

  text(): string | null {
    const start = this.skip();
    return start === -1 ? null : decoder.decode(this.bytes.subarray(start, this.at));
  }

  json(): string | null {
    const start = this.skip();
    return start === -1 ? null : decoder.decode(this.bytes.subarray(start + 1, this.at));
  }

  int32(): number {
    return this.view.getInt32(this.skip());
  }

  instant(): number {
    return Number(this.view.getBigInt64(this.skip())) + epochUs;
  }

  day(): number | null {
    const start = this.skip();
    return start === -1 ? null : this.view.getInt32(start) + epochDay;
  }
}
