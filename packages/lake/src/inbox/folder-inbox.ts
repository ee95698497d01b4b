// A drop folder on a disk that the workers share.
import { createReadStream, type Dirent } from "node:fs";
import { access, mkdir, readdir, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AppError } from "@almanac/domain/errors";
import {
  feedFolders,
  fileGone,
  freeNameNo,
  type Inbox,
  inboxUnavailable,
  type InboxItem,
  isUnfinishedName,
} from "./inbox.ts";

// Somebody who copies a file touches it all the time; what has rested for this long is whole.
const restMs = 5_000;

/** Opens a folder, which is made when it is not there. `nowMs` is epoch milliseconds. */
export async function openFolderInbox(folder: string, nowMs: () => number): Promise<Inbox> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => Promise.reject(unreachable(folder, error)));
  const pathOf = (item: InboxItem) => join(folder, item.name);

  async function look(name: string): Promise<InboxItem | null> {
    const path = join(folder, name);
    const found = await stat(path, { bigint: true }).catch(gone);
    if (found === null || !found.isFile()) return null;
    return {
      name,
      uri: pathToFileURL(path).href,
      fingerprint: `${found.size}-${found.mtimeNs}-${found.ino}`,
      isSettled: nowMs() - Number(found.mtimeMs) >= restMs,
    };
  }

  async function* list(): AsyncGenerator<InboxItem> {
    for (const place of ["", ...feedFolders]) {
      for (const { name } of await filesOf(join(folder, place))) {
        const item = isUnfinishedName(name) ? null : await look(join(place, name));
        if (item !== null) yield item;
      }
    }
  }

  return {
    list,

    async *open(item) {
      try {
        yield* createReadStream(pathOf(item), { highWaterMark: 262_144 }) as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw codeOf(error) === "ENOENT" ? fileGone(item) : unreachable(item.name, error);
      }
    },

    async putAway(item, where) {
      const away = join(dirname(pathOf(item)), where);
      await mkdir(away, { recursive: true });
      await rename(pathOf(item), await freePath(away, basename(item.name))).catch(gone);
    },

    close: () => Promise.resolve(),
  };
}

async function filesOf(folder: string): Promise<Dirent[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(gone);
  return (found ?? []).filter((entry) => entry.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The name itself, or with a number where it is taken. */
async function freePath(folder: string, name: string): Promise<string> {
  for (let no = 1; ; no += 1) {
    const path = join(folder, freeNameNo(no, name));
    if ((await access(path).then(() => true, gone)) === null) return path;
  }
}

/** What is not there is null; another trouble is the caller's. */
function gone(error: unknown): null {
  if (codeOf(error) === "ENOENT") return null;
  throw unreachable("the drop folder", error);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function unreachable(what: string, cause: unknown): AppError {
  return inboxUnavailable(`${what}: ${String(cause)}`, cause);
}
