// A bucket that is not there before its first use: the SDK takes tens of megabytes in every process that loads it, for
// nothing where the zone is a folder.
import type { Bucket } from "./bucket.ts";
import type { S3Settings } from "./settings.ts";

export function lateBucket(name: string, settings: S3Settings): Bucket {
  let opened: Promise<Bucket> | undefined;
  const open = async (): Promise<Bucket> => {
    const [{ bucketOf }, { clientFor }] = await Promise.all([import("./bucket.ts"), import("./client.ts")]);
    return bucketOf(clientFor(settings), name);
  };
  const bucket = (): Promise<Bucket> => (opened ??= open());

  return {
    head: async (...of) => (await bucket()).head(...of),
    read: async (...of) => (await bucket()).read(...of),
    upload: async (...of) => (await bucket()).upload(...of),
    putIfAbsent: async (...of) => (await bucket()).putIfAbsent(...of),
    async *list(prefix) {
      yield* (await bucket()).list(prefix);
    },
    async close() {
      await (await opened)?.close();
    },
  };
}
