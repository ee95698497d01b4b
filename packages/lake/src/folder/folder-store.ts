// How does a folder keep objects? As plain files under their names, written once, read-only. It may be on a network file
// system as long as that has hard links and honours fsync.
import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { lakeNameRefused, ofFileSystem, systemCode } from "../errors.ts";
import type { Reached } from "../object-lake.ts";
import type { ObjectStore, StoredObject } from "../object-store.ts";
import { folderDraft } from "./draft.ts";
import { durableFolders, type InFolder, makeRoot, pathOfName } from "./durable.ts";
import { putOnce } from "./put-once.ts";
import { sweepDrafts } from "./sweep.ts";
import { walk } from "./walk.ts";

/** A store in the folder of an absolute path, which is made with the first write. */
export function folderStore(path: string, reached: Reached): ObjectStore {
  const rootUri = pathToFileURL(path).href.replace(/\/$/, "");
  const sweeping = sweepDrafts(path, Date.now());
  let standing: InFolder | undefined;

  const inFolder: InFolder = async (folders, work) => {
    standing ??= durableFolders(await makeRoot(path));
    return standing(folders, work);
  };
  const openObject = (name: string): Promise<StoredObject | null> =>
    inOurWords(`reading ${name}`, async () => {
      const file = await openFile(path, name);
      if (file === null) return null;
      const { size } = await file.stat();
      return {
        size,
        read: (offset, length) => inOurWords(`reading ${name}`, () => readFrom(file, offset, length)),
        close: () => file.close().catch(() => undefined),
      };
    });

  return {
    kind: "file",
    rootUri,
    readBytes: 512 * 1024,
    draft: () => inOurWords("opening a draft", () => folderDraft(inFolder, reached)),
    open: openObject,

    async read(name, offset, length) {
      const object = await openObject(name);
      if (object === null) return null;
      try {
        return await object.read(offset, length);
      } finally {
        await object.close();
      }
    },

    putOnce: (name, body) => inOurWords(`writing ${name}`, () => putOnce(inFolder, name, body)),

    async *list(prefix) {
      try {
        for await (const { name, size } of walk(path, prefix)) {
          yield { name, uri: `${rootUri}/${name}`, storedBytes: size };
        }
      } catch (error) {
        throw ofFileSystem(error, "listing");
      }
    },

    close: () => sweeping,
  };
}

async function inOurWords<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ofFileSystem(error, doing);
  }
}

async function openFile(root: string, name: string): Promise<FileHandle | null> {
  try {
    const path = await pathOfName(await realpath(root), name);
    if (path === null) return null;
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw lakeNameRefused(name);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  }
}

async function readFrom(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let got = 0; got < length;) {
    const { bytesRead } = await file.read(bytes, got, length - got, offset + got);
    if (bytesRead === 0) return bytes.subarray(0, got);
    got += bytesRead;
  }
  return bytes;
}
