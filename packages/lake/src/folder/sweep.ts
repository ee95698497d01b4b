// What becomes of drafts whose process died? They are removed when they are a day old: no living draft goes a day
// without a write.
import { lstat, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { draftEnding, draftFolder } from "./draft.ts";

const abandonedAfterMs = 24 * 60 * 60 * 1000;

/** Removes abandoned drafts below the root. Never fails: what cannot be removed now is looked at again at the next start. */
export async function sweepDrafts(root: string, now: number): Promise<void> {
  const folder = join(root, draftFolder);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => name.endsWith(draftEnding))) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (found !== null && now - found.mtimeMs > abandonedAfterMs) await unlink(path).catch(() => undefined);
  }
}
