// How does the first writer of a name win, also between processes? By a link, which fails when the name is taken: the
// winner's bytes are whole and synced before the name exists.
import { unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAll } from "../write-all.ts";
import { createDraft, draftPath, type Ground, linked } from "./draft.ts";
import { syncFolder } from "./durable.ts";

/** True when this call's bytes are the object now; false when the name was taken, by whatever bytes. */
export async function putOnce(ground: Ground, name: string, body: Uint8Array): Promise<boolean> {
  const final = join(ground.root, ...name.split("/"));
  const path = await draftPath(ground);
  const file = await createDraft(path);
  try {
    await writeAll(file, body);
    await file.sync();
    await ground.make(name.split("/").slice(0, -1));
    const isFirst = await linked(path, final);
    // A false answer is a promise, too: what is there is durable.
    await syncFolder(dirname(final));
    return isFirst;
  } finally {
    await file.close();
    await unlink(path).catch(() => undefined);
  }
}
