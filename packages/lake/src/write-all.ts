// Is a block really written when `write` has resolved? Not always: the call says how much it took.
import type { FileHandle } from "node:fs/promises";
import { lakeUnavailable } from "./errors.ts";

/** One write may take less than it was given without an error (seen on a full disk). */
export async function writeAll(file: FileHandle, block: Uint8Array): Promise<void> {
  for (let from = 0; from < block.byteLength;) {
    const { bytesWritten } = await file.write(block, from, block.byteLength - from);
    if (bytesWritten === 0) throw lakeUnavailable("a write took no bytes");
    from += bytesWritten;
  }
}
