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

/** Does something in a folder of the zone, which is there then and whose name is durable. */
export type InFolder = <T>(folders: readonly string[], work: (path: string) => Promise<T>) => Promise<T>;

/**
 * Remembers which folders' names are durable: two of three system calls of a small write are saved by it. A folder that
 * another process made counts only after this one has synced its parent: the other may have died in between.
 */
export function durableFolders(root: string): InFolder {
  const durable = new Set<string>();
  const make = async (folders: readonly string[]): Promise<string> => {
    const wanted = join(root, ...folders);
    if (durable.has(wanted)) return wanted;
    let path = root;
    for (const folder of folders) {
      const parent = path;
      path = join(parent, folder);
      if (durable.has(path)) continue;
      await makeFolder(path);
      await syncFolder(parent);
      durable.add(path);
    }
    return path;
  };
  return async (folders, work) => {
    try {
      return await work(await make(folders));
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      // Somebody removed a folder meanwhile: all are looked at again, and the work has its second chance.
      durable.clear();
      await makeRoot(root);
      return work(await make(folders));
    }
  };
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, folderMode);
  } catch (error) {
    if (systemCode(error) !== "EEXIST" || !(await lstat(path)).isDirectory()) throw error;
  }
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
