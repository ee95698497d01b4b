// Encoded answers in memory, bounded by their bytes: what was used least recently goes first.

export interface CachedBody {
  /** With the version and the state it belongs to, an entry proves itself to be the answer or not. */
  version: number;
  stateNo: number;
  body: Uint8Array<ArrayBuffer>;
  etag: string;
}

export interface BodyCache {
  get(key: string): CachedBody | undefined;
  set(key: string, entry: CachedBody): void;
  /** Bytes that are counted against the bound. */
  bytes(): number;
}

// A Map entry, its key and the object around the bytes, roughly.
const overheadBytes = 300;

export function createBodyCache(maxBytes: number): BodyCache {
  // A Map keeps the order of insertion: the first key is the one that was not used for longest.
  const entries = new Map<string, CachedBody>();
  let used = 0;

  const sizeOf = (key: string, entry: CachedBody): number => key.length + entry.body.byteLength + overheadBytes;

  function drop(key: string): void {
    const entry = entries.get(key);
    if (entry !== undefined) {
      entries.delete(key);
      used -= sizeOf(key, entry);
    }
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry !== undefined && used > maxBytes / 2) {
        // Moving an entry to the end costs more than finding it: it is done only once the bound may matter.
        entries.delete(key);
        entries.set(key, entry);
      }
      return entry;
    },
    set(key, entry) {
      drop(key);
      if (sizeOf(key, entry) > maxBytes / 8) {
        return;
      }
      entries.set(key, entry);
      used += sizeOf(key, entry);
      for (const oldest of entries.keys()) {
        if (used <= maxBytes) {
          break;
        }
        drop(oldest);
      }
    },
    bytes: () => used,
  };
}
