// The two drop folders as a test meets them: one of the test's own, and the hands of those who leave files in it.
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Inbox } from "../src/inbox/inbox.ts";
import { openInbox } from "../src/inbox/open-inbox.ts";
import { clientFor } from "../src/s3/client.ts";
import { filesBelow } from "./files-below.ts";
import { type S3ServerForTest, s3ServerForTest } from "./s3-server.ts";

export interface TestInbox {
  place: string;
  inbox: Inbox;
  /** Leaves a file that is whole. */
  drop(name: string, content: string | Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  bytesOf(name: string): Buffer;
  /** Every file there is, what is put away too. */
  names(): string[];
  close(): Promise<void>;
}

export interface InboxKit {
  inbox(): Promise<TestInbox>;
  close(): Promise<void>;
}

export function folderInboxKit(): InboxKit {
  return {
    async inbox() {
      const folder = mkdtempSync(join(tmpdir(), "almanac-inbox-"));
      const inbox = await openInbox(folder);
      return {
        place: folder,
        inbox,
        async drop(name, content) {
          const path = join(folder, name);
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, content);
          const then = new Date(Date.now() - 60_000);
          utimesSync(path, then, then);
        },
        remove: async (name) => unlinkSync(join(folder, name)),
        bytesOf: (name) => readFileSync(join(folder, name)),
        names: () => filesBelow(folder),
        async close() {
          await inbox.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
    close: () => Promise.resolve(),
  };
}

export async function bucketInboxKit(given?: S3ServerForTest): Promise<InboxKit> {
  const server = given ?? (await s3ServerForTest());
  const { endpoint, accessKeyId, secretAccessKey, bucket: Bucket } = server;
  const s3 = { endpoint, accessKeyId, secretAccessKey };
  const client = clientFor(s3);
  const ending = "._S3rver_object";
  return {
    async inbox() {
      const prefix = `drop-${randomUUID()}`;
      const inbox = await openInbox(`s3://${Bucket}/${prefix}/`, { s3 });
      return {
        place: `s3://${Bucket}/${prefix}`,
        inbox,
        async drop(name, Body) {
          await client.send(new PutObjectCommand({ Bucket, Key: `${prefix}/${name}`, Body }));
        },
        async remove(name) {
          await client.send(new DeleteObjectCommand({ Bucket, Key: `${prefix}/${name}` }));
        },
        bytesOf: (name) => readFileSync(join(server.folder, prefix, name + ending)),
        names: () =>
          filesBelow(join(server.folder, prefix))
            .filter((name) => name.endsWith(ending))
            .map((name) => name.slice(0, -ending.length)),
        close: () => inbox.close(),
      };
    },
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
