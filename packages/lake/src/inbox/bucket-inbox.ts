// A drop folder below a prefix of a bucket. An object is there whole or not at all, so whatever is listed is settled; and
// it is read and put away only as what was listed, for somebody may write another one under its name at any time.
import type { AppError } from "@almanac/domain/errors";
import { clientFor } from "../s3/client.ts";
import { type Drop, DropGone, dropsOf } from "../s3/drops.ts";
import { ofS3 } from "../s3/errors.ts";
import type { BucketUrl, S3Settings } from "../s3/settings.ts";
import {
  feedFolders,
  fileGone,
  freeNameNo,
  type Inbox,
  inboxUnavailable,
  type InboxItem,
  isUnfinishedName,
} from "./inbox.ts";

/** Opens it without asking for anything yet: the bucket must be there. `copiedBytes`: the longest that one copy takes. */
export function openBucketInbox({ bucket, prefix }: BucketUrl, settings: S3Settings, copiedBytes?: number): Inbox {
  const drops = dropsOf(clientFor(settings), bucket, copiedBytes);
  const base = prefix === "" ? "" : `${prefix}/`;

  const itemOf = ({ key, etag, size, writtenMs }: Drop & { writtenMs: number }): InboxItem => ({
    name: key.slice(base.length),
    uri: `s3://${bucket}/${key}`,
    // With the time: a feed that is again what it was before its last change is news.
    fingerprint: `${size} ${writtenMs} ${etag}`,
    isSettled: true,
  });
  const dropOf = ({ name, fingerprint }: InboxItem): Drop => {
    const [size, , ...etag] = fingerprint.split(" ");
    return { key: base + name, size: Number(size), etag: etag.join(" ") };
  };

  /** The name itself, or with a number where another content has it. The same bytes there are what we would put there. */
  async function placeFor(drop: Drop, where: string): Promise<{ key: string; isThere: boolean }> {
    const slash = drop.key.lastIndexOf("/") + 1;
    for (let no = 1; ; no += 1) {
      const key = `${drop.key.slice(0, slash)}${where}/${freeNameNo(no, drop.key.slice(slash))}`;
      const there = await drops.head(key);
      if (there === null) return { key, isThere: false };
      if (there.etag === drop.etag && there.size === drop.size) return { key, isThere: true };
    }
  }

  return {
    async *list() {
      try {
        for (const place of ["", ...feedFolders.map((folder) => `${folder}/`)]) {
          for await (const drop of drops.list(base + place)) {
            // A key that ends with a slash is what some tools make of a folder.
            if (!drop.key.endsWith("/") && !isUnfinishedName(drop.key)) yield itemOf(drop);
          }
        }
      } catch (error) {
        throw unreachable(error, "listing the drop folder");
      }
    },

    async *open(item) {
      try {
        yield* drops.read(dropOf(item));
      } catch (error) {
        throw error instanceof DropGone ? fileGone(item) : unreachable(error, `reading ${item.name}`);
      }
    },

    async putAway(item, where) {
      const drop = dropOf(item);
      try {
        const { key, isThere } = await placeFor(drop, where);
        if (isThere || (await drops.copy(drop, key))) await drops.remove(drop);
      } catch (error) {
        throw unreachable(error, `putting ${item.name} away`);
      }
    },

    close: () => drops.close(),
  };
}

function unreachable(error: unknown, doing: string): AppError {
  return inboxUnavailable(ofS3(error, doing).message);
}
