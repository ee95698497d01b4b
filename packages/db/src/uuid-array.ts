// Ids as a parameter in PostgreSQL's binary format: a third of the work of texts, on both sides.
import { writeLength } from "@almanac/domain/event/row-bytes";

/** A binary `uuid[]`; `write` writes the bytes of the n-th id at a place and answers where they end. */
export function uuidArray(count: number, write: (array: Buffer, at: number, n: number) => number): Buffer {
  const array = Buffer.allocUnsafe(20 + 20 * count);
  // One dimension, no nulls, element type uuid, its length, counted from 1.
  let at = writeLength(array, 0, 1);
  at = writeLength(array, at, 0);
  at = writeLength(array, at, 2950);
  at = writeLength(array, at, count);
  at = writeLength(array, at, 1);
  for (let n = 0; n < count; n += 1) at = write(array, writeLength(array, at, 16), n);
  return array;
}
