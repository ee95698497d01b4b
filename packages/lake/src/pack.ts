// How do bytes become a packed object, fast and in constant memory? As independent zstd frames of 768 KiB of body each,
// three in the making on libuv's threads while the main thread hashes and fills the fourth block. Any zstd tool reads the
// result. Measured on 400 MB of event lines (426 bytes each, mostly UUIDs), 2 cores, Node 26, wall time with the hash:
//   one zstd stream, level 1, written in 64 KiB / 1 MiB: 3.7 / 2.6 s      (a thread hop a write, no overlap of frames)
//   frames of 1 MiB, two at once, level 1: 1.6-2.1 s, 22.6 % of the body
//   three at once instead of two, beside other work: 1.0-1.3 s instead of 1.3-2.7, the threads always find a block
//   frames of 768 KiB, three at once: no more memory than two of 1 MiB and one that fills  <- this
//   frames of 256 KiB: 3.0 s; of 4 MiB: 2.0 s; level 3: 3.8 s and 25.9 %; level -5: 1.7 s and 43.5 %
// SHA-256 alone is 0.33 s of it. Higher levels are slower and, on random UUIDs, not even smaller.
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";

const blockBytes = 768 * 1024;
const atOnce = 3;
const compress = promisify(zstdCompress);
const frame = {
  chunkSize: 256 * 1024,
  // A checksum a frame: a damaged frame is found before its bytes are handed on.
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
};

/** The seal's length: the header of a skippable frame and a SHA-256. */
export const sealBytes = 40;

/**
 * The last bytes of a packed object: a frame that every zstd reader skips, with the SHA-256 of all bytes before it.
 * The hash of the body alone would miss a flipped bit that zstd does not look at.
 */
export function sealOf(sha256: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50, 0);
  header.writeUInt32LE(sha256.length, 4);
  return Buffer.concat([header, sha256]);
}

/** Where bytes go; done with a block when it resolves. */
export type Sink = (block: Uint8Array) => Promise<void>;

/** Takes bytes and passes on what is to be stored. The caller's buffer is free again when `add` resolves. */
export interface Packer {
  add(chunk: Uint8Array): Promise<void>;
  /** Writes what is held back; returns the length of all that was written. */
  end(): Promise<number>;
}

/** Stores bytes as they are. */
export function plainPacker(sink: Sink): Packer {
  let written = 0;
  return {
    async add(chunk) {
      await sink(chunk);
      written += chunk.byteLength;
    },
    end: () => Promise.resolve(written),
  };
}

/** Stores bytes as sealed zstd frames. */
export function zstdPacker(sink: Sink): Packer {
  const hash = createHash("sha256");
  const free: Buffer[] = [];
  const making: { block: Buffer; frame: Promise<Buffer> }[] = [];
  let block: Buffer | undefined;
  let filled = 0;
  let written = 0;

  const write = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    await sink(bytes);
    written += bytes.length;
  };
  const writeOldest = async (): Promise<void> => {
    const oldest = making.shift();
    if (oldest === undefined) return;
    await write(await oldest.frame);
    free.push(oldest.block);
  };
  const closeBlock = async (full: Buffer): Promise<void> => {
    if (making.length === atOnce) await writeOldest();
    const packed = compress(full.subarray(0, filled), frame);
    // It is awaited in turn; a failure before that must not end the process.
    packed.catch(() => undefined);
    making.push({ block: full, frame: packed });
    block = undefined;
    filled = 0;
  };

  return {
    async add(chunk) {
      for (let from = 0; from < chunk.byteLength;) {
        block ??= free.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
        const part = chunk.subarray(from, from + blockBytes - filled);
        block.set(part, filled);
        filled += part.byteLength;
        from += part.byteLength;
        if (filled === blockBytes) await closeBlock(block);
      }
    },
    async end() {
      // An empty body gets an empty frame: a file that zstd tools take, too.
      const isEmpty = written === 0 && making.length === 0 && block === undefined;
      if (block !== undefined || isEmpty) await closeBlock(block ?? Buffer.alloc(0));
      while (making.length > 0) await writeOldest();
      const seal = sealOf(hash.digest());
      await sink(seal);
      return written + seal.length;
    },
  };
}
