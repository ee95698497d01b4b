// Events as PostgreSQL's binary COPY takes them, in reused buffers: no text to escape here and none to parse there. An event
// was packed as a row already, so that it is only copied. Both targets begin with the same columns: events go on with
// batch and line, the stage with line and head.
import type { PackedEvents } from "@almanac/domain/event/packed";
import { writeInt64, writeLength } from "@almanac/domain/event/row-bytes";
import { uuidArray } from "../uuid-array.ts";
import type { PackedIds } from "./packed-ids.ts";

/** What follows the facts of an event. */
export type RowTail = { batchId: number } | { isHead: Uint8Array };

// Large enough that a chunk is some thirty writes, small enough that the server parses while the next is encoded.
const pieceBytes = 256 * 1024;

// The count of fields and the id before a row; the longer tail behind it.
const headBytes = 22;
const tailBytes = 24;

const fields = 14;

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
  { events, ids }: { events: PackedEvents; ids: PackedIds },
  places: ArrayLike<number>,
  tail: RowTail,
): Generator<Buffer, void, undefined> {
  buffers.rewind();
  yield signature;
  const rows = Buffer.from(events.bytes.buffer);
  let piece: Buffer | null = null;
  let end = 0;
  for (let n = 0; n < places.length; n += 1) {
    const place = places[n]!;
    const from = events.rowStart(place);
    const to = events.rowEnd(place);
    const bytes = headBytes + to - from + tailBytes;
    if (piece !== null && end + bytes > piece.length) {
      yield piece.subarray(0, end);
      piece = null;
    }
    if (piece === null) {
      piece = buffers.take(bytes);
      end = 0;
    }
    writeInt16(piece, end, fields);
    end = ids.write(piece, writeLength(piece, end + 2, 16), place);
    end += rows.copy(piece, end, from, to);
    const line = events.lines[place]!;
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

/** The ids of the events at `places` as a binary `uuid[]`. */
export function encodeIds(ids: PackedIds, places: readonly number[]): Buffer {
  return uuidArray(places.length, (array, at, n) => ids.write(array, at, places[n]!));
}

function writeInt16(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >>> 8;
  buffer[at + 1] = value;
}
