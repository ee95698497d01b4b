// Events as PostgreSQL's binary COPY takes them, written by hand into reused buffers: no text to escape here and none to
// parse there. Both targets begin with the same columns: events go on with batch and line, the stage with line and head.
import type { EventFacts } from "@almanac/domain/event/event";
import type { GatedEventLike } from "./chunk.ts";
import { type PackedIds, writeUuidBytes } from "./packed-ids.ts";

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

/** The pieces of a COPY of the events at `places`, whose ids `ids` holds, signature first, trailer not included. */
export function* encodeRows(
  buffers: CopyBuffers,
  { events, ids }: { events: readonly GatedEventLike[]; ids: PackedIds },
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
    writeInt16(piece, end, fields);
    end = ids.write(piece, writeLength(piece, end + 2, 16), place);
    end = encodeFacts(piece, end, event);
    if ("batchId" in tail) {
      end = writeInt64(piece, writeInt64(piece, end, tail.batchId), line);
    } else {
      end = writeLength(piece, writeInt64(piece, end, line), 1);
      piece[end] = tail.isHead[place]!;
      end += 1;
    }
  }
  if (piece !== null) {
    yield piece.subarray(0, end);
  }
}

/** Everything behind the id. */
function encodeFacts(buffer: Buffer, start: number, event: EventFacts): number {
  let at = writeText(buffer, start, event.eventType);
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
export function encodeIds(ids: PackedIds, places: readonly number[]): Buffer {
  const array = Buffer.allocUnsafe(20 + 20 * places.length);
  let at = 0;
  // One dimension, no nulls, element type uuid, its length, counted from 1.
  for (const part of [1, 0, 2950, places.length, 1]) at = writeLength(array, at, part);
  for (const place of places) at = ids.write(array, writeLength(array, at, 16), place);
  return array;
}

function writeNull(buffer: Buffer, at: number): number {
  return writeLength(buffer, at, -1);
}

function writeInt16(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >>> 8;
  buffer[at + 1] = value;
}

/** Four bytes, stored one by one: it is inlined, and checks no value, which the methods of Buffer do. */
function writeLength(buffer: Buffer, at: number, value: number): number {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
  return at + 4;
}

function writeInt32(buffer: Buffer, at: number, value: number): number {
  return writeLength(buffer, writeLength(buffer, at, 4), value);
}

function writeInt64(buffer: Buffer, at: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  return writeLength(buffer, writeLength(buffer, writeLength(buffer, at, 8), high), value - high * 0x1_0000_0000);
}

function writeText(buffer: Buffer, at: number, value: string): number {
  const bytes = buffer.write(value, at + 4);
  return writeLength(buffer, at, bytes) + bytes;
}

function writeJsonb(buffer: Buffer, at: number, value: string): number {
  const bytes = buffer.write(value, at + 5);
  writeLength(buffer, at, bytes + 1);
  // The version of jsonb's own format on the wire: text follows.
  buffer[at + 4] = 1;
  return at + 5 + bytes;
}

function writeUuid(buffer: Buffer, at: number, uuid: string): number {
  return writeUuidBytes(buffer, writeLength(buffer, at, 16), uuid);
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
