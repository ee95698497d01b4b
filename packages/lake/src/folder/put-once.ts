// How does the first writer of a name win, also between processes? By a link, which fails when the name is taken: the
// winner's bytes are whole and synced before the name exists.
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { writeAll } from "../write-all.ts";
import { createDraft, isThere, linked, partsOf } from "./draft.ts";
import { type InFolder, syncFolder } from "./durable.ts";

/** True when this call's bytes are the object now; false when the name was taken, by whatever bytes. */
export async function putOnce(inFolder: InFolder, name: string, body: Uint8Array): Promise<boolean> {
  const { folders, last } = partsOf(name);
  // Nothing is written where there is nothing to win; the look costs no time of its own.
  const [isTaken, { path, file }] = await Promise.all([
    inFolder(folders, (folder) => isThere(join(folder, last))).catch(() => false),
    createDraft(inFolder),
  ]);
  try {
    if (!isTaken) {
      await writeAll(file, body);
      await file.sync();
    }
    return await inFolder(folders, async (folder) => {
      const isFirst = !isTaken && (await linked(path, join(folder, last)));
      // A false answer is a promise, too: what is there is durable.
      await syncFolder(folder);
      return isFirst;
    });
  } finally {
    await file.close();
    await unlink(path).catch(() => undefined);
  }
}
