// What is a lake, whatever keeps its objects? Bodies come in under the hash of their content and are read back against
// it; small named objects are written once. The store below only moves bytes.
import { Readable } from "node:stream";
import { AppError } from "@almanac/domain/errors";
import { lakeCorrupt, lakeMisused, lakeMissing } from "./errors.ts";
import type { Lake, LakePoint } from "./lake.ts";
import { checkedName, checkedOwnName, hashOfName, nameOfUri, packingOf, rawName } from "./names.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";
import { sealCheck, storedParts, verifiedBody } from "./read-back.ts";
import { takeIn } from "./take-in.ts";

/** Told where a write is; tests stop the process there. */
export type Reached = (point: LakePoint) => void | Promise<void>;

export function lakeOver(store: ObjectStore, reached: Reached = () => undefined): Lake {
  const openObject = async (name: string): Promise<StoredObject> => {
    const object = await store.open(name);
    if (object === null) throw lakeMissing(name);
    return object;
  };

  const check: Lake["check"] = async ({ name }) => {
    checkedName(name);
    const sha256 = hashOfName(name);
    if (sha256 === null) return { ok: false, reason: "it is not named by its content" };
    const packing = packingOf(name);
    const object = await store.open(name);
    if (object === null) return { ok: false, reason: "it is missing" };
    try {
      const sealed = sealCheck(storedParts(object, store.readBytes), object.size);
      for await (const _ of verifiedBody(name, packing, sealed.parts, { sha256 }));
      if (packing === "zstd" && !sealed.verify()) return { ok: false, reason: "its packed bytes are not as written" };
      return { ok: true };
    } catch (error) {
      if (error instanceof AppError && error.code === "lake.corrupt") return { ok: false, reason: error.message };
      throw error;
    } finally {
      await object.close();
    }
  };

  return {
    kind: store.kind,

    async putRaw(body, options) {
      const { packing = "zstd", mostBytes, signal } = options;
      rawName(options, Buffer.alloc(32)); // a name that is refused is refused before a byte is read
      signal?.throwIfAborted();
      const draft = await store.draft(signal);
      try {
        await reached("raw-opened");
        let isHalf = false;
        const taken = await takeIn(body, { packing, mostBytes, signal }, async (block) => {
          await draft.write(block);
          if (isHalf) return;
          isHalf = true;
          await reached("raw-half");
        });
        const known = (await options.knownAs?.(taken.sha256)) ?? null;
        const name = known === null ? rawName(options, taken.sha256) : nameOfUri(known, store.rootUri);
        const uri = `${store.rootUri}/${name}`;
        const isSound = async (): Promise<boolean> => (await check({ name, uri, storedBytes: 0 })).ok;
        const { wasThere, storedBytes } = await draft.publish(name, isSound);
        return { sha256: taken.sha256, bytes: taken.bytes, storedBytes, uri, wasThere };
      } finally {
        await draft.discard();
      }
    },

    async open(uri, expected) {
      const name = nameOfUri(uri, store.rootUri);
      const object = await openObject(name);
      const body = verifiedBody(name, packingOf(name), storedParts(object, store.readBytes), expected);
      const stream = Readable.from(body, { objectMode: false, highWaterMark: 512 * 1024 });
      // Also when the reader leaves early: a read that is under way is ended, and nothing stays open.
      stream.once("close", () => void object.close());
      return stream;
    },

    async readRange(uri, offset, length) {
      const name = nameOfUri(uri, store.rootUri);
      if (packingOf(name) !== "none") throw lakeMisused(`${name} is packed: it is read from its beginning only`);
      if (length === 0) return new Uint8Array(0);
      const bytes = await store.read(name, offset, length);
      if (bytes === null) throw lakeMissing(name);
      if (bytes.length !== length) throw lakeCorrupt(name, `it ends before byte ${offset + length}`);
      return bytes;
    },

    putNamed: (name, body) => store.putOnce(checkedOwnName(name), body),

    async getNamed(name) {
      const object = await store.open(checkedName(name));
      if (object === null) return null;
      try {
        const parts: Buffer[] = [];
        for await (const part of storedParts(object, store.readBytes)) parts.push(part);
        return Buffer.concat(parts);
      } finally {
        await object.close();
      }
    },

    list: (prefix) => store.list(prefix),
    check,
    close: () => store.close(),
  };
}
