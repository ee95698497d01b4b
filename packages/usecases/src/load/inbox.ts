// What is a drop folder? A place where others leave files. It can list them, open one, and put one away.
import type { Dataset } from "@almanac/domain/load/media";

/** Folders inside it for what is no event; whatever lies at its top, or in `events`, is events. */
export const feedFolders = ["events", "users", "tickets", "articles"] as const satisfies readonly Dataset[];

export interface InboxItem {
  /** `events.ndjson`, `users/2026-11.csv.gz`. */
  name: string;
  uri: string;
  /** Another content under the same name has another one. */
  fingerprint: string;
  /** False while somebody may still be writing to it. */
  isSettled: boolean;
}

export interface Inbox {
  /** Everything that lies there, what is put away apart, in order of names. */
  list(): AsyncIterable<InboxItem>;
  /** The bytes of an item; throws AppError `not-found` when somebody has taken it away. */
  open(item: InboxItem): AsyncIterable<Uint8Array>;
  /** Moves it to a folder beside it, under a free name. An item that is gone was put away by somebody else. */
  putAway(item: InboxItem, where: "done" | "failed"): Promise<void>;
  close(): Promise<void>;
}

/** What others use while they write. */
export function isUnfinishedName(name: string): boolean {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return base.startsWith(".") || base.endsWith(".tmp") || base.endsWith(".part");
}
