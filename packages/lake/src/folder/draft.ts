// How does a body become an object of a folder, whole or not at all? It is written under a name that nobody reads,
// synced, and then linked: a link never replaces anything, so that of two equal bodies one becomes the object and the
// other finds it there.
import { randomUUID } from "node:crypto";
import { type FileHandle, link, lstat, open, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lakeCorrupt, lakeUnavailable, ofFileSystem, systemCode } from "../errors.ts";
import type { Reached } from "../object-lake.ts";
import type { Draft } from "../object-store.ts";
import { writeAll } from "../write-all.ts";
import { syncFolder } from "./durable.ts";
import { isSameContent } from "./same-content.ts";

/** Where drafts lie, below the root: a rename or link never crosses file systems. No object's name begins with a dot. */
export const draftFolder = ".incoming";
export const draftEnding = ".part";

/** After so many bytes the kernel is asked to begin writing, so that the sync at the end finds little left to do. */
const syncEveryBytes = 16 * 1024 * 1024;

/** The folder that the store works in; `make` answers the path of a folder below it, durable. */
export interface Ground {
  root: string;
  make(folders: readonly string[]): Promise<string>;
  reached: Reached;
}

export async function folderDraft(ground: Ground): Promise<Draft> {
  const path = await draftPath(ground);
  const file = await createDraft(path);
  let isThere = true;
  let written = 0;
  let unsynced = 0;
  let syncing: Promise<unknown> = Promise.resolve();

  const removeDraft = async (): Promise<void> => {
    if (!isThere) return;
    isThere = false;
    await unlink(path);
  };
  const syncAll = async (): Promise<void> => {
    await syncing;
    const { size } = await file.stat();
    if (size !== written) throw lakeUnavailable(`a draft has ${size} bytes where ${written} were written`);
    await file.sync();
    await ground.reached("raw-fsynced");
  };

  /** True when a sound object has the name already; otherwise this draft becomes the object. */
  const settle = async (name: string, final: string, isSound: () => Promise<boolean>): Promise<boolean> => {
    for (let isSynced = false; ;) {
      const isTaken = (await sizeOf(name, final)) !== null;
      if (isTaken && ((await isSameContent(path, final)) || (await isSound()))) return true;
      if (!isSynced) await syncAll();
      isSynced = true;
      if (isTaken) {
        await rename(path, final);
        isThere = false;
        return false;
      }
      if (await linked(path, final)) return false;
    }
  };

  return {
    async write(block) {
      try {
        await writeAll(file, block);
        written += block.byteLength;
        unsynced += block.byteLength;
        if (unsynced < syncEveryBytes) return;
        unsynced = 0;
        await syncing;
        syncing = file.datasync();
        syncing.catch(() => undefined); // seen by the next one who awaits it
      } catch (error) {
        throw ofFileSystem(error, "writing a draft");
      }
    },

    async publish(name, isSound) {
      try {
        const final = join(ground.root, ...name.split("/"));
        await ground.make(name.split("/").slice(0, -1));
        const wasThere = await settle(name, final, isSound);
        await ground.reached("raw-renamed");
        // Also when it was there: the one who linked it may not have come to this line.
        await syncFolder(dirname(final));
        await removeDraft();
        return { wasThere, storedBytes: (await sizeOf(name, final)) ?? written };
      } catch (error) {
        throw ofFileSystem(error, `storing ${name}`);
      }
    },

    async discard() {
      await syncing.catch(() => undefined);
      await file.close().catch(() => undefined);
      // What cannot be removed now is swept when it is a day old.
      await removeDraft().catch(() => undefined);
    },
  };
}

/** A path for a new draft. */
export async function draftPath(ground: Ground): Promise<string> {
  return join(await ground.make([draftFolder]), `${randomUUID()}${draftEnding}`);
}

/** Read-only from its birth: what is stored is never opened for writing again. */
export function createDraft(path: string): Promise<FileHandle> {
  return open(path, "wx", 0o440);
}

/** The size of a plain file; null when there is nothing. */
async function sizeOf(name: string, path: string): Promise<number | null> {
  const found = await lstat(path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  });
  if (found?.isFile() === false) throw lakeCorrupt(name, "it is not a plain file");
  return found?.size ?? null;
}

/** Gives the file its name; false when the name is taken. */
export async function linked(path: string, final: string): Promise<boolean> {
  try {
    await link(path, final);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}
