// A set of ids that are looked for as they lie in bytes: no text is made of one that is known, and what is kept are 20
// bytes an id that no collector has to look at.
import { writeLength } from "@almanac/domain/event/row-bytes";
import { uuidArray } from "../uuid-array.ts";

const fewIds = 64;

export class UuidSet {
  size = 0;
  /** Four words an id, in the order in which they came. */
  #words = new Int32Array(4 * fewIds);
  /** The number of an id, from 1, at the hash of it or behind; zero is empty. */
  #table = new Int32Array(4 * fewIds);

  has(bytes: Uint8Array, at: number): boolean {
    return (
      this.#table[
        this.#slotOf(wordAt(bytes, at), wordAt(bytes, at + 4), wordAt(bytes, at + 8), wordAt(bytes, at + 12))
      ] !== 0
    );
  }

  add(bytes: Uint8Array, at: number): void {
    this.#addWords(wordAt(bytes, at), wordAt(bytes, at + 4), wordAt(bytes, at + 8), wordAt(bytes, at + 12));
  }

  addAll(others: UuidSet): void {
    const words = others.#words;
    for (let id = 0; id < 4 * others.size; id += 4) {
      this.#addWords(words[id]!, words[id + 1]!, words[id + 2]!, words[id + 3]!);
    }
  }

  clear(): void {
    this.size = 0;
    this.#table.fill(0);
  }

  /** The ids as a binary `uuid[]`, in the order in which they came. */
  toArray(): Buffer {
    return uuidArray(this.size, (array, at, id) => this.#write(array, at, id));
  }

  #write(bytes: Uint8Array, at: number, id: number): number {
    for (let n = 0; n < 4; n += 1) writeLength(bytes, at + 4 * n, this.#words[4 * id + n]!);
    return at + 16;
  }

  #addWords(a: number, b: number, c: number, d: number): void {
    const slot = this.#slotOf(a, b, c, d);
    if (this.#table[slot] !== 0) return;
    const word = 4 * this.size;
    if (word === this.#words.length) {
      this.#widen();
      this.#addWords(a, b, c, d);
      return;
    }
    this.#words[word] = a;
    this.#words[word + 1] = b;
    this.#words[word + 2] = c;
    this.#words[word + 3] = d;
    this.size += 1;
    this.#table[slot] = this.size;
  }

  /** Where an id is in the table, or would be. */
  #slotOf(a: number, b: number, c: number, d: number): number {
    const words = this.#words;
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hash(a, b, c, d) & mask;
    for (;;) {
      const id = table[slot]!;
      if (id === 0) return slot;
      const word = 4 * (id - 1);
      if (words[word] === a && words[word + 1] === b && words[word + 2] === c && words[word + 3] === d) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #widen(): void {
    const words = new Int32Array(2 * this.#words.length);
    words.set(this.#words);
    this.#words = words;
    this.#table = new Int32Array(words.length);
    for (let id = 0; id < this.size; id += 1) {
      const word = 4 * id;
      this.#table[this.#slotOf(words[word]!, words[word + 1]!, words[word + 2]!, words[word + 3]!)] = id + 1;
    }
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function hash(a: number, b: number, c: number, d: number): number {
  let sum = Math.imul(a ^ (b >>> 7), 0x9e37_79b1);
  sum = Math.imul(sum ^ (sum >>> 15) ^ c, 0x85eb_ca6b);
  sum = Math.imul(sum ^ (sum >>> 13) ^ d, 0xc2b2_ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
