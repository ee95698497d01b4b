// Chance that can be had again: numbers and UUIDs from a seed and a place, the same on every machine. Whoever needs the
// same draws later (a visit, weeks after its purchase) starts again at the same place instead of remembering them.

export interface Random {
  /** Starts anew at a place; the same three numbers give the same draws. */
  start(seed: number, place: number, stream: number): void;
  /** At least 0, below 1. */
  next(): number;
  /** A whole number from 0, below `count`. */
  below(count: number): number;
  /** Looks like a version 4 UUID. */
  uuid(): string;
}

const hex = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, "0"));

/** A small fast counting generator (sfc32) over four 32-bit words. */
export function createRandom(): Random {
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 1;

  function int(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  }

  const random: Random = {
    start(seed, place, stream) {
      a = mixed(seed | 0, 0x9e3779b9 + stream);
      b = mixed(Math.floor(seed / 0x100000000) ^ place, 0x85ebca6b);
      c = mixed(place ^ (stream << 16), a ^ b);
      counter = 1;
      for (let round = 0; round < 10; round += 1) int();
    },
    next: () => (int() >>> 0) / 0x100000000,
    below: (count) => Math.floor(((int() >>> 0) / 0x100000000) * count),
    uuid() {
      const first = int();
      const second = int();
      const third = int();
      const fourth = int();
      return `${hex[first >>> 16]}${hex[first & 0xffff]}-${hex[second >>> 16]}-${hex[(second & 0xfff) | 0x4000]}-${
        hex[((third >>> 16) & 0x3fff) | 0x8000]
      }-${hex[third & 0xffff]}${hex[fourth >>> 16]}${hex[fourth & 0xffff]}`;
    },
  };
  random.start(0, 0, 0);
  return random;
}

function mixed(value: number, salt: number): number {
  let word = Math.imul(value ^ salt, 0xcc9e2d51);
  word = Math.imul(word ^ (word >>> 15), 0x1b873593) ^ salt;
  return word ^ (word >>> 13);
}
