// How does a body become an object of a folder, whole or not at all? It is written under a name that nobody reads,
// synced, and then linked: a link never replaces anything, so that of two equal bodies one becomes the object and the
// other finds it there.
import { randomUUID } from "node:crypto";
import { type FileHandle, link, lstat, open, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { lakeCorrupt, lakeUnavailable, ofFileSystem, systemCode } from "../errors.ts";
import type { Reached } from "../object-lake.ts";
import type { Draft } from "../object-store.ts";
import { writeAll } from "../write-all.ts";
import { type InFolder, syncFolder } from "./durable.ts";
import { isSameContent } from "./same-content.ts";

/** Where drafts lie, below the root: a rename or link never crosses file systems. No object's name begins with a dot. */
export const draftFolder = ".incoming";
export const draftEnding = ".part";

/** After so many bytes the kernel is asked to begin writing, so that the sync at the end finds little left to do. */
const syncEveryBytes = 16 * 1024 * 1024;

export async function folderDraft(inFolder: InFolder, reached: Reached): Promise<Draft> {
  const { path, file } = await createDraft(inFolder);
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
    await reached("raw-fsynced");
  };

  /** The length of a sound object that has the name already; null when this draft has become the object. */
  const settle = async (name: string, final: string, isSound: () => Promise<boolean>): Promise<number | null> => {
    for (let isSynced = false; ;) {
      const there = await sizeOf(name, final);
      if (there !== null && ((await isSameContent(path, final)) || (await isSound()))) return there;
      if (!isSynced) await syncAll();
      isSynced = true;
      if (there !== null) {
        await rename(path, final);
        isThere = false;
        return null;
      }
      if (await linked(path, final)) return null;
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
        const { folders, last } = partsOf(name);
        return await inFolder(folders, async (folder) => {
          const there = await settle(name, join(folder, last), isSound);
          await reached("raw-renamed");
          // Also when it was there: the one who linked it may not have come to this line.
          await syncFolder(folder);
          await removeDraft();
          return { wasThere: there !== null, storedBytes: there ?? written };
        });
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

/** A new file under a name that nobody reads. It is read-only from its birth: what is stored is never opened for writing. */
export function createDraft(inFolder: InFolder): Promise<{ path: string; file: FileHandle }> {
  return inFolder([draftFolder], async (folder) => {
    const path = join(folder, `${randomUUID()}${draftEnding}`);
    return { path, file: await open(path, "wx", 0o440) };
  });
}

/** The folders of a name, and its last part. */
export function partsOf(name: string): { folders: string[]; last: string } {
  const folders = name.split("/");
  const last = folders.pop() ?? "";
  return { folders, last };
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

/** Whether a name is taken, by whatever it is. */
export async function isThere(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  });
  return found !== null;
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
