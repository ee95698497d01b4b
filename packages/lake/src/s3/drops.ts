// Which requests does a drop folder send to a bucket? Beside those of the lake these three: a listing of one level, a
// copy, and a delete, each only of the very object that was listed. Rights: s3:GetObject and s3:DeleteObject of what is
// dropped, s3:ListBucket, s3:PutObject for where it is put away.
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { storedParts } from "../read-back.ts";
import { bucketOf } from "./bucket.ts";
import { isAbsent, isNotUnderstood, isTaken } from "./errors.ts";

/** An object as it was listed. */
export interface Drop {
  key: string;
  size: number;
  etag: string;
}

/** Thrown in the middle of a read: the object is gone, or is another one. */
export class DropGone extends Error {}

const readBytes = 4 * 1024 * 1024;
/** What one copy can take; a longer object goes through this process. */
const mostCopiedBytes = 5 * 1024 ** 3;
const mostParts = 9_000;

/** A bucket in which others drop objects. Errors are the SDK's own. */
export function dropsOf(client: S3Client, name: string, copiedBytes = mostCopiedBytes) {
  const bucket = bucketOf(client, name);

  async function* read({ key, size, etag }: Drop): AsyncGenerator<Buffer, void, void> {
    const leave = new AbortController();
    const stretch = async (offset: number, length: number): Promise<Buffer> => {
      const part = await bucket.read(key, offset, length, leave.signal, etag);
      // Shorter: a store that does not know the condition has another object there.
      if (part?.length !== length) throw new DropGone();
      return part;
    };
    try {
      yield* storedParts({ size, read: stretch }, readBytes);
    } finally {
      leave.abort();
    }
  }

  async function copyThroughUs(drop: Drop, to: string): Promise<void> {
    const upload = new Upload({
      client,
      params: { Bucket: name, Key: to, Body: Readable.from(read(drop), { highWaterMark: 1 }) },
      partSize: Math.max(8 * 1024 * 1024, Math.ceil(drop.size / mostParts)),
      queueSize: 1,
      leavePartsOnError: false,
    });
    await upload.done();
  }

  return {
    read,

    /** What lies directly below the prefix, not what lies below a further slash. */
    async *list(prefix: string): AsyncGenerator<Drop & { writtenMs: number }> {
      const asked = { Bucket: name, Prefix: prefix, Delimiter: "/" };
      for await (const page of paginateListObjectsV2({ client }, asked)) {
        for (const { Key: key, Size: size = 0, ETag: etag = "", LastModified: written } of page.Contents ?? []) {
          if (key !== undefined) yield { key, size, etag, writtenMs: written?.getTime() ?? 0 };
        }
      }
    },

    head: (key: string) => bucket.head(key),

    /** False when it is gone, or is another object by now. */
    async copy(drop: Drop, to: string): Promise<boolean> {
      try {
        if (drop.size > copiedBytes) {
          await copyThroughUs(drop, to);
        } else {
          const source = `${name}/${drop.key}`.split("/").map(encodeURIComponent).join("/");
          const copy = { Bucket: name, Key: to, CopySource: source, CopySourceIfMatch: drop.etag };
          await client.send(new CopyObjectCommand(copy));
        }
        return true;
      } catch (error) {
        if (isAbsent(error) || isTaken(error) || error instanceof DropGone) return false;
        throw error;
      }
    },

    /** Removes it unless it is gone, or is another object by now. */
    async remove({ key, etag }: Drop): Promise<void> {
      const remove = (more: Partial<DeleteObjectCommandInput>) =>
        client.send(new DeleteObjectCommand({ Bucket: name, Key: key, ...more }));
      try {
        await remove({ IfMatch: etag }).catch((error: unknown) => {
          if (!isNotUnderstood(error)) throw error;
          return remove({});
        });
      } catch (error) {
        if (!isAbsent(error) && !isTaken(error)) throw error;
      }
    },

    close: () => bucket.close(),
  };
}
