// How does a bucket keep objects? Under their names below the prefix, each uploaded once its name is known. An object of
// a bucket appears whole or not at all, so there is no temporary name.
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { lakeUnavailable } from "../errors.ts";
import type { Reached } from "../object-lake.ts";
import type { Draft, ObjectStore } from "../object-store.ts";
import { inTurn } from "./in-turn.ts";
import { lateBucket } from "./late-bucket.ts";
import type { S3Settings } from "./settings.ts";
import { openSpool } from "./spool.ts";

/** A store in a bucket, below a prefix (empty for the bucket itself). */
export function s3Store(bucketName: string, prefix: string, settings: S3Settings, reached: Reached): ObjectStore {
  const bucket = lateBucket(bucketName, settings);
  const turns = inTurn();
  const base = prefix === "" ? "" : `${prefix}/`;
  const rootUri = `s3://${bucketName}${prefix === "" ? "" : `/${prefix}`}`;
  const spoolFolder = settings.spoolFolder ?? tmpdir();

  const draft = (signal: AbortSignal | undefined): Draft => {
    const spool = openSpool(spoolFolder);
    return {
      write: (block) => spool.write(block),
      discard: () => spool.discard(),
      publish: (name, isSound) =>
        turns(name, async () => {
          const key = base + name;
          await reached("raw-fsynced");
          const there = await bucket.head(key);
          // The store answers for its own bytes; only what cannot be this object is read and judged.
          const isKept = there !== null && (there.size === spool.size || (await isSound()));
          if (!isKept) {
            await bucket.upload(key, spool, signal);
            const stored = await settled(() => bucket.head(key), spool.size);
            if (stored?.size !== spool.size) {
              throw lakeUnavailable(`${key} has ${stored?.size ?? "no"} bytes where ${spool.size} were uploaded`);
            }
          }
          await reached("raw-renamed");
          return { wasThere: isKept, storedBytes: isKept ? there.size : spool.size };
        }),
    };
  };

  return {
    kind: "s3",
    rootUri,
    readBytes: 8 * 1024 * 1024,
    draft: (signal) => Promise.resolve(draft(signal)),

    async open(name) {
      const found = await bucket.head(base + name);
      if (found === null) return null;
      const leave = new AbortController();
      return {
        size: found.size,
        read: async (offset, length) =>
          (await bucket.read(base + name, offset, length, leave.signal)) ?? Buffer.alloc(0),
        close() {
          leave.abort();
          return Promise.resolve();
        },
      };
    },

    read: (name, offset, length) => bucket.read(base + name, offset, length),

    /**
     * First writer wins. Where the store knows `If-None-Match` it decides. Where it does not, a look before and a look
     * after leave one gap: a writer that looked before the first one wrote and writes after the first one looked again.
     * Then the later bytes stay. Writers of names therefore see to it that equal names have equal content.
     */
    putOnce: (name, body) =>
      turns(name, async () => {
        const key = base + name;
        if ((await bucket.head(key)) !== null) return false;
        const writer = randomUUID();
        await bucket.putIfAbsent(key, body, writer);
        // Not the answer of the write: a retry after a lost answer is told that the key is taken, by ourselves.
        return (await bucket.head(key))?.writer === writer;
      }),

    async *list(listed) {
      for await (const { key, size } of bucket.list(base + listed)) {
        yield { name: key.slice(base.length), uri: `s3://${bucketName}/${key}`, storedBytes: size };
      }
    },

    close: () => bucket.close(),
  };
}

/**
 * What is there once it is that long, or after a fifth of a second. Amazon's store shows whole objects only; others show one
 * empty while somebody else writes the same bytes again.
 */
async function settled<Found extends { size: number }>(look: () => Promise<Found | null>, size: number) {
  let found = await look();
  for (let left = 4; left > 0 && found?.size !== size; left -= 1) {
    await pause(50);
    found = await look();
  }
  return found;
}
