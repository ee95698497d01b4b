// Which requests does the lake send to a bucket? These five, with the SDK's retries and back-off, and every error in our
// vocabulary. Rights needed: s3:ListBucket, s3:GetObject, s3:PutObject, s3:AbortMultipartUpload. Nothing is ever deleted.
import { setTimeout as pause } from "node:timers/promises";
import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { isAbsent, isNotUnderstood, isTaken, ofS3, statusOf } from "./errors.ts";
import type { Spool } from "./spool.ts";

/** Memory of an upload is parts at once × part length. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;
/** The protocol allows 10,000 parts. */
const mostParts = 9_000;
const readAttempts = 4;

/** A bucket as seen through its keys. */
export interface Bucket {
  head(key: string): Promise<{ size: number; etag: string; writer: string | undefined } | null>;
  /**
   * Null when there is no such object, or not the one of this ETag; shorter where it ends, empty when it ends before the
   * offset.
   */
  read(key: string, offset: number, length: number, signal?: AbortSignal, etag?: string): Promise<Buffer | null>;
  upload(key: string, spool: Spool, signal: AbortSignal | undefined): Promise<void>;
  /** False when the store says that the key is taken; stores that do not know this condition write anyway. */
  putIfAbsent(key: string, body: Uint8Array, writer: string): Promise<boolean>;
  list(prefix: string): AsyncIterable<{ key: string; size: number }>;
  close(): Promise<void>;
}

export function bucketOf(client: S3Client, name: string): Bucket {
  let knowsConditions = true;

  return {
    async head(key) {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket: name, Key: key }));
        return { size: found.ContentLength ?? 0, etag: found.ETag ?? "", writer: found.Metadata?.["writer"] };
      } catch (error) {
        if (isAbsent(error)) return null;
        throw ofS3(error, `asking for ${key}`);
      }
    },

    async read(key, offset, length, signal, etag) {
      const range = { Bucket: name, Key: key, Range: `bytes=${offset}-${offset + length - 1}`, IfMatch: etag };
      for (let attempt = 1; ; attempt += 1) {
        try {
          const found = await client.send(new GetObjectCommand(range), { abortSignal: signal });
          const bytes = (await found.Body?.transformToByteArray()) ?? new Uint8Array(0);
          return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        } catch (error) {
          if (isAbsent(error) || isTaken(error)) return null;
          if (statusOf(error) === 416) return Buffer.alloc(0);
          // The SDK has retried what was answered with an error; an answer that broke off in its body is ours to retry.
          if (signal?.aborted === true || statusOf(error) !== undefined || attempt === readAttempts) {
            throw ofS3(error, `reading ${key}`);
          }
          await pause(100 * 2 ** attempt * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
        }
      }
    },

    async upload(key, spool, signal) {
      const whole = spool.whole();
      try {
        if (whole !== null) {
          const put = { Bucket: name, Key: key, Body: whole, ContentLength: whole.length };
          await client.send(new PutObjectCommand(put), { abortSignal: signal });
          return;
        }
        const body = await spool.stream();
        const upload = new Upload({
          client,
          params: { Bucket: name, Key: key, Body: body, ContentLength: spool.size },
          partSize: Math.max(partBytes, Math.ceil(spool.size / mostParts)),
          queueSize: partsAtOnce,
          leavePartsOnError: false, // a failed upload is aborted: parts of it would be paid for, for ever
        });
        // The body breaks off and the upload fails of it: unlike its own `abort`, that waits until the parts are given up.
        const abort = (): void => void body.destroy(new Error("aborted"));
        signal?.addEventListener("abort", abort, { once: true });
        try {
          signal?.throwIfAborted();
          await upload.done();
        } finally {
          signal?.removeEventListener("abort", abort);
        }
      } catch (error) {
        signal?.throwIfAborted();
        throw ofS3(error, `uploading ${key}`);
      }
    },

    async putIfAbsent(key, body, writer) {
      const put = { Bucket: name, Key: key, Body: body, ContentLength: body.byteLength, Metadata: { writer } };
      try {
        if (knowsConditions) {
          try {
            await client.send(new PutObjectCommand({ ...put, IfNoneMatch: "*" }));
            return true;
          } catch (error) {
            if (isTaken(error)) return false;
            if (!isNotUnderstood(error)) throw error;
            knowsConditions = false;
          }
        }
        await client.send(new PutObjectCommand(put));
        return true;
      } catch (error) {
        throw ofS3(error, `writing ${key}`);
      }
    },

    async *list(prefix) {
      try {
        for await (const page of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix })) {
          for (const { Key: key, Size: size } of page.Contents ?? []) {
            if (key !== undefined) yield { key, size: size ?? 0 };
          }
        }
      } catch (error) {
        throw ofS3(error, `listing ${prefix}`);
      }
    },

    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}
