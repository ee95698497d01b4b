// What must be synced so that a name survives a power cut? The file before it gets its name, then the folder that holds
// the name, and every folder that had to be made for it. Folders are never reached through a symlink below the root.
import { constants } from "node:fs";
import { lstat, mkdir, open, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lakeNameRefused, systemCode } from "../errors.ts";

/** Owner writes, group reads, nobody else: raw bytes hold personal data. */
const folderMode = 0o750;

/** Makes the entries of a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes the root and whatever leads to it, durably; answers its real path. */
export async function makeRoot(root: string): Promise<string> {
  const made = await mkdir(root, { recursive: true, mode: folderMode });
  if (made !== undefined) {
    // `made` is the first folder that was missing: its parent and each one below hold a new name.
    for (let folder = dirname(root); folder.length >= dirname(made).length; folder = dirname(folder)) {
      await syncFolder(folder);
      if (folder === dirname(folder)) break;
    }
  }
  return realpath(root);
}

/**
 * Remembers which folders' names are durable. A folder that another process made counts only after this one has synced
 * its parent: the other may have died in between.
 */
export function folderMaker(root: string): (folders: readonly string[]) => Promise<string> {
  const durable = new Set<string>();
  return async (folders) => {
    let path = root;
    for (const folder of folders) {
      const parent = path;
      path = join(parent, folder);
      const isMade = await mkdir(path, folderMode).then(
        () => true,
        async (error: unknown) => {
          if (systemCode(error) !== "EEXIST" || !(await lstat(path)).isDirectory()) throw error;
          return false;
        },
      );
      if (!isMade && durable.has(path)) continue;
      await syncFolder(parent);
      durable.add(path);
    }
    return path;
  };
}

/** The path of a name below the root, or null when it is not there; a symlink on the way is refused. */
export async function pathOfName(root: string, name: string): Promise<string | null> {
  const path = join(root, ...name.split("/"));
  try {
    const real = await realpath(path);
    if (real !== path) throw lakeNameRefused(name);
    return path;
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
