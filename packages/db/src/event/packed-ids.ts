// The event ids of a chunk: compared, sorted and sent as bytes.
import type { PackedEvents } from "@almanac/domain/event/packed";
import { uuidBytes } from "@almanac/domain/event/row-bytes";

/** The ids of events, one after the other in the order of their places, as long as no event is added. */
export class PackedIds {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #view: DataView;

  constructor({ ids }: PackedEvents) {
    this.#bytes = ids;
    this.#words = new Int32Array(ids.buffer);
    this.#view = new DataView(ids.buffer);
  }

  hash(place: number): number {
    const words = this.#words;
    const word = 4 * place;
    let sum = Math.imul(words[word]! ^ (words[word + 1]! >>> 7), 0x9e37_79b1);
    sum = Math.imul(sum ^ (sum >>> 15) ^ words[word + 2]!, 0x85eb_ca6b);
    sum = Math.imul(sum ^ (sum >>> 13) ^ words[word + 3]!, 0xc2b2_ae35);
    return (sum ^ (sum >>> 16)) >>> 0;
  }

  areSame(one: number, other: number): boolean {
    const words = this.#words;
    const a = 4 * one;
    const b = 4 * other;
    return (
      words[a] === words[b] &&
      words[a + 1] === words[b + 1] &&
      words[a + 2] === words[b + 2] &&
      words[a + 3] === words[b + 3]
    );
  }

  /** The first four bytes: an id with lower ones is before, whatever follows. */
  prefix(place: number): number {
    return this.#view.getUint32(uuidBytes * place);
  }

  /** The order of the bytes, as the database compares them. */
  compare(one: number, other: number): number {
    const bytes = this.#bytes;
    const a = uuidBytes * one;
    const b = uuidBytes * other;
    for (let n = 0; n < uuidBytes; n += 1) {
      const difference = bytes[a + n]! - bytes[b + n]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Writes the id at a place into a buffer, returns where it ends. */
  write(buffer: Uint8Array, at: number, place: number): number {
    const bytes = this.#bytes;
    const from = uuidBytes * place;
    for (let n = 0; n < uuidBytes; n += 1) buffer[at + n] = bytes[from + n]!;
    return at + uuidBytes;
  }
}
