// Encoded answers in memory, bounded by their bytes: what was not used for longest goes first. Two generations, of which the
// older one goes as a whole: ordering single entries, and taking the oldest one by one, was a twentieth of an uncached read.

export interface CachedBody {
  /** With the version and the state it belongs to, an entry proves itself to be the answer or not. */
  version: number;
  stateNo: number;
  /** A string: as bytes outside the heap it cost an uncached read a fifth more, for their collection. */
  body: string;
  etag: string;
}

export interface BodyCache {
  get(key: string): CachedBody | undefined;
  set(key: string, entry: CachedBody): void;
  /** Bytes that are counted against the bound. */
  bytes(): number;
}

// A Map entry, its key and the object around the text, roughly.
const overheadBytes = 300;
// What a character takes at the most.
const charBytes = 2;

export function createBodyCache(maxBytes: number): BodyCache {
  let young = generation();
  let old = generation();

  function keep(key: string, entry: CachedBody): void {
    if (young.bytes + sizeOf(key, entry) > maxBytes / 2) {
      old = young;
      young = generation();
    }
    young.put(key, entry);
  }

  return {
    get(key) {
      const entry = young.entries.get(key);
      if (entry !== undefined) return entry;
      const aged = old.entries.get(key);
      if (aged !== undefined) {
        old.take(key);
        keep(key, aged);
      }
      return aged;
    },
    set(key, entry) {
      young.take(key);
      old.take(key);
      if (sizeOf(key, entry) <= maxBytes / 8) keep(key, entry);
    },
    bytes: () => young.bytes + old.bytes,
  };
}

function sizeOf(key: string, { body }: CachedBody): number {
  return key.length + charBytes * body.length + overheadBytes;
}

function generation() {
  const entries = new Map<string, CachedBody>();
  const self = {
    entries,
    bytes: 0,
    put(key: string, entry: CachedBody): void {
      entries.set(key, entry);
      self.bytes += sizeOf(key, entry);
    },
    take(key: string): void {
      const entry = entries.get(key);
      if (entry === undefined) return;
      entries.delete(key);
      self.bytes -= sizeOf(key, entry);
    },
  };
  return self;
}
