// What is a drop folder? A place where others leave files. It can list them, open one, and put one away.
import { AppError } from "@almanac/domain/errors";
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

/** A file's name and its `no`-th stand-in where names are taken: `day.ndjson`, `day.2.ndjson`, `day.3.ndjson`. */
export function freeNameNo(no: number, name: string): string {
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? dot : name.length;
  return no === 1 ? name : `${name.slice(0, stem)}.${no}${name.slice(stem)}`;
}

export function fileGone(item: InboxItem): AppError {
  return new AppError("not-found", { code: "inbox.file_gone", detail: `The file ${item.name} is gone.` });
}

export function inboxUnavailable(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", {
    code: "inbox.unavailable",
    detail: "The drop folder cannot be read or written right now.",
    message: `inbox: ${message}`,
    cause,
  });
}
