// Events as PostgreSQL's binary COPY takes them, written by hand into reused buffers: no text to escape here and none to
// parse there. Both targets begin with the same columns: events go on with batch and line, the stage with line and head.
import type { EventFacts } from "@almanac/domain/event/event";
import type { GatedEventLike } from "./chunk.ts";

/** What follows the facts of an event. */
export type RowTail = { batchId: number } | { isHead: Uint8Array };

// Large enough that a chunk is some thirty writes, small enough that the server parses while the next is encoded.
const pieceBytes = 256 * 1024;

// All fields of fixed width, the lengths of the others, and the count of fields.
const fixedBytes = 256;

const fields = 13;

// Microseconds and days from PostgreSQL's epoch, 2000-01-01, to Unix's.
const epochUs = 946_684_800_000_000;
const epochDay = Temporal.PlainDate.from("2000-01-01");

const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
/** Ends the stream of rows. */
export const copyTrailer: Buffer = Buffer.from([0xff, 0xff]);

const nibbles = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value += 1) {
  nibbles[value.toString(16).charCodeAt(0)] = value;
  nibbles[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** Buffers of one lane: a chunk's pieces are in the socket's hands until its COPY has ended, then they serve again. */
export class CopyBuffers {
  readonly #pieces: Buffer[] = [];
  #used = 0;

  /** The pieces of the chunk before may be written over from now on. */
  rewind(): void {
    this.#used = 0;
  }

  /** A piece of the usual size, or one of its own for a row that does not fit. */
  take(bytes: number): Buffer {
    if (bytes > pieceBytes) {
      return Buffer.allocUnsafeSlow(bytes);
    }
    const piece = (this.#pieces[this.#used] ??= Buffer.allocUnsafeSlow(pieceBytes));
    this.#used += 1;
    return piece;
  }
}

/** The pieces of a COPY of the events at `places`, signature first, trailer not included. */
export function* encodeRows(
  buffers: CopyBuffers,
  events: readonly GatedEventLike[],
  places: ArrayLike<number>,
  tail: RowTail,
): Generator<Buffer, void, undefined> {
  buffers.rewind();
  yield signature;
  let piece: Buffer | null = null;
  let end = 0;
  for (let n = 0; n < places.length; n += 1) {
    const place = places[n]!;
    const { event, line } = events[place]!;
    // UTF-8 takes at the most three bytes for a UTF-16 unit.
    const most = fixedBytes + 3 * (event.eventType.length + event.metadata.length + (event.extra?.length ?? 0));
    if (piece !== null && end + most > piece.length) {
      yield piece.subarray(0, end);
      piece = null;
    }
    if (piece === null) {
      piece = buffers.take(most);
      end = 0;
    }
    end = encodeFacts(piece, end, event);
    if ("batchId" in tail) {
      end = writeInt64(piece, writeInt64(piece, end, tail.batchId), line);
    } else {
      end = piece.writeInt32BE(1, writeInt64(piece, end, line));
      piece[end] = tail.isHead[place]!;
      end += 1;
    }
  }
  if (piece !== null) {
    yield piece.subarray(0, end);
  }
}

function encodeFacts(buffer: Buffer, start: number, event: EventFacts): number {
  let at = buffer.writeInt16BE(fields, start);
  at = writeUuid(buffer, at, event.eventId);
  at = writeText(buffer, at, event.eventType);
  at = writeInt64(buffer, at, event.eventTimeUs - epochUs);
  at = writeUuid(buffer, at, event.userId);
  at = event.relatedId === null ? writeNull(buffer, at) : writeUuid(buffer, at, event.relatedId);
  at = writeInt32(buffer, at, event.version);
  at = writeJsonb(buffer, at, event.metadata);
  at = event.locationId === null ? writeNull(buffer, at) : writeUuid(buffer, at, event.locationId);
  at = event.visitDate === null ? writeNull(buffer, at) : writeInt32(buffer, at, dayOf(event.visitDate));
  at = writeInt32(buffer, at, event.schemaVersion);
  return event.extra === null ? writeNull(buffer, at) : writeJsonb(buffer, at, event.extra);
}

/** The ids of the events at `places` as a binary `uuid[]`. */
export function encodeIds(events: readonly GatedEventLike[], places: readonly number[]): Buffer {
  const array = Buffer.allocUnsafe(20 + 20 * places.length);
  let at = 0;
  // One dimension, no nulls, element type uuid, its length, counted from 1.
  for (const part of [1, 0, 2950, places.length, 1]) at = array.writeInt32BE(part, at);
  for (const place of places) at = writeUuid(array, at, events[place]!.event.eventId);
  return array;
}

function writeNull(buffer: Buffer, at: number): number {
  return buffer.writeInt32BE(-1, at);
}

function writeInt32(buffer: Buffer, at: number, value: number): number {
  return buffer.writeInt32BE(value, buffer.writeInt32BE(4, at));
}

function writeInt64(buffer: Buffer, at: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  const after = buffer.writeInt32BE(high, buffer.writeInt32BE(8, at));
  return buffer.writeUInt32BE(value - high * 0x1_0000_0000, after);
}

function writeText(buffer: Buffer, at: number, value: string): number {
  const bytes = buffer.write(value, at + 4);
  buffer.writeInt32BE(bytes, at);
  return at + 4 + bytes;
}

function writeJsonb(buffer: Buffer, at: number, value: string): number {
  const bytes = buffer.write(value, at + 5);
  buffer.writeInt32BE(bytes + 1, at);
  // The version of jsonb's own format on the wire: text follows.
  buffer[at + 4] = 1;
  return at + 5 + bytes;
}

// A loop over the characters: 4 × as fast as a hex write of the text without its dashes.
function writeUuid(buffer: Buffer, start: number, uuid: string): number {
  let at = buffer.writeInt32BE(16, start);
  const end = at + 16;
  let place = 0;
  while (at < end) {
    if (place === 8 || place === 13 || place === 18 || place === 23) {
      place += 1;
    }
    buffer[at] = (nibbles[uuid.charCodeAt(place)]! << 4) | nibbles[uuid.charCodeAt(place + 1)]!;
    at += 1;
    place += 2;
  }
  return end;
}

const days = new Map<string, number>();

/** Days since 2000-01-01; dates of visits are few, so that they are reckoned once. */
function dayOf(date: string): number {
  let day = days.get(date);
  if (day === undefined) {
    if (days.size >= 20_000) days.clear();
    day = epochDay.until(date, { largestUnit: "day" }).days;
    days.set(date, day);
  }
  return day;
}
