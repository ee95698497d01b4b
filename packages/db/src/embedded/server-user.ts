// Who runs the database server. PostgreSQL refuses to run as root, so a root start runs it as "nobody" (65534) or as
// the user that owns the existing cluster; everybody else runs it as oneself.
import { spawnSync } from "node:child_process";
import { lstatSync, statSync } from "node:fs";
import { AppError } from "@almanac/domain/errors";

/** What `spawn` is given; undefined means oneself. */
export interface ServerUser {
  uid: number;
  gid: number;
}

const nobody: ServerUser = { uid: 65534, gid: 65534 };

/** Nothing of the caller's environment (PG*, DATABASE_URL, keys, locale) reaches the server's processes. */
export const serverEnvironment = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** The user that must run the server on this cluster folder, which need not exist. */
export function serverUser(cluster: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  return owner === undefined || owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid };
}

/** Whether `user` can reach the inside of a folder. Asked of a process of that user: access lists count, too. */
export function canEnter(folder: string, user: ServerUser | undefined): boolean {
  const probe = spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", folder], { ...user, cwd: "/", stdio: "ignore" });
  return probe.status === 0;
}

/** Throws unless the folder is a real folder of ours that nobody else can write: /var/tmp is open to everyone. */
export function ownFolder(folder: string): void {
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new AppError("unavailable", {
      code: "embedded.folder_not_ours",
      detail: `${folder} belongs to somebody else or can be written by others: remove it and start again.`,
    });
  }
}
