// How pages are unpacked: Node's own zlib where it knows the codec, and never into more than a page may hold.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** Writers aim at 1 MiB; what is a hundred times as large wants to fill the memory. */
const mostPageBytes = 128 * 1024 * 1024;

const native: Compressors = {
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(length, 1) }),
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(length, 1) }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: Math.max(length, 1) }),
};

/** The codecs of Parquet; each throws for a page that is too large. */
export const boundedCompressors: Compressors = Object.fromEntries(
  Object.entries({ ...compressors, ...native }).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > mostPageBytes) throw new RangeError(`a page of ${length} bytes`);
      return decompress(input, length);
    },
  ]),
);
