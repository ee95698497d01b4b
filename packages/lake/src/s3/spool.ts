// Where does a body wait until its hash, and so its name, is known? Up to 8 MiB (packed) in memory, beyond that in a
// file that has no name any more: however this process ends, the system takes the file away. Uploading under the final
// name at the end was preferred to uploading under another one and copying: no copy of at most 5 GiB, no leftovers in
// the bucket, no right to delete needed, nothing sent at all for a body that is there already. The price is local disk
// for the packed body (about a quarter of event lines) and an upload that begins when the body has ended.
import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { lakeUnavailable, ofFileSystem } from "../errors.ts";
import { writeAll } from "../write-all.ts";

const mostInMemoryBytes = 8 * 1024 * 1024;

export interface Spool {
  write(block: Uint8Array): Promise<void>;
  readonly size: number;
  /** All of it, when it is small enough to be in memory. */
  whole(): Buffer | null;
  /** All of it as a stream. */
  stream(): Promise<Readable>;
  discard(): Promise<void>;
}

export function openSpool(folder: string): Spool {
  let held: Buffer[] = [];
  let file: FileHandle | undefined;
  let size = 0;

  const write = async (block: Uint8Array): Promise<void> => {
    if (file === undefined && size + block.byteLength <= mostInMemoryBytes) {
      held.push(Buffer.from(block)); // a copy: the caller's buffer is free when this resolves
    } else {
      if (file === undefined) {
        file = await namelessFile(folder);
        for (const before of held) await writeAll(file, before);
        held = [];
      }
      await writeAll(file, block);
    }
    size += block.byteLength;
  };

  return {
    async write(block) {
      try {
        await write(block);
      } catch (error) {
        throw ofFileSystem(error, `spooling in ${folder}`);
      }
    },
    get size() {
      return size;
    },
    whole: () => (file === undefined ? Buffer.concat(held) : null),
    async stream() {
      if (file === undefined) return Readable.from(held, { objectMode: false });
      const { size: found } = await file.stat();
      if (found !== size) throw lakeUnavailable(`the spool has ${found} bytes where ${size} were written`);
      return file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1024 * 1024 });
    },
    async discard() {
      held = [];
      await file?.close().catch(() => undefined);
    },
  };
}

async function namelessFile(folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `almanac-spool-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}
