// The database's files: where they lie, their password, and how they are made the first time.
import { spawnSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AppError } from "@almanac/domain/errors";
import { canEnter, ownFolder, serverEnvironment, type ServerUser } from "./server-user.ts";

const major = "18";

/** The password in `<dataDir>/password` (0600), generated on first use. Never given to a program as an argument. */
export function readPassword(dataDir: string): string {
  const path = join(dataDir, "password");
  if (!existsSync(path)) {
    const fresh = join(dataDir, `password-${randomUUID()}`);
    writeFileSync(fresh, randomBytes(24).toString("base64url"), { mode: 0o600, flush: true });
    try {
      linkSync(fresh, path);
    } catch (error) {
      // Another process was faster: its password counts.
      if (!existsSync(path)) throw error;
    } finally {
      rmSync(fresh);
    }
  }
  const password = readFileSync(path, "utf8");
  if (!/^[\w-]{32}$/.test(password)) {
    throw new AppError("unavailable", {
      code: "embedded.password_damaged",
      detail: `${path} does not hold the password that Almanac wrote: restore it, or remove ${dataDir} to start empty.`,
    });
  }
  return password;
}

/**
 * The folder that holds `cluster/`: `dataDir`, or, where the server's user cannot enter that (a parent such as /root
 * is closed to it), a folder under /var/tmp. Its name is drawn from the path and the password, so that it is the same
 * at every start, that nobody can prepare it, and that a data folder which was removed and made anew starts empty.
 */
export function placeCluster(dataDir: string, password: string, user: ServerUser | undefined) {
  if (user === undefined || canEnter(dataDir, user)) return { folder: dataDir, notice: undefined };
  const name = createHash("sha256").update(dataDir).update(password).digest("hex").slice(0, 16);
  const folder = join("/var/tmp", `almanac-data-${name}`);
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o711 });
  ownFolder(folder);
  if (!canEnter(folder, user)) {
    throw new AppError("unavailable", {
      code: "embedded.no_place",
      detail: `User ${user.uid}, who runs the database for root, can enter neither ${dataDir} nor ${folder}: set ALMANAC_DATA_DIR.`,
    });
  }
  return {
    folder,
    notice: `the database is in ${folder}: user ${user.uid}, who runs it for root, cannot enter ${dataDir}`,
  };
}

/** Makes `<folder>/cluster` when there is none; a crash on the way leaves nothing that looks like one. */
export function ensureCluster(
  initdb: string,
  folder: string,
  password: string,
  user: ServerUser | undefined,
  durable: boolean,
): void {
  const cluster = join(folder, "cluster");
  if (existsSync(cluster)) {
    refuseOtherVersion(cluster);
    return;
  }
  for (const name of readdirSync(folder)) {
    if (name.startsWith("new-")) rmSync(join(folder, name), { recursive: true, force: true });
  }
  const fresh = join(folder, `new-${randomUUID()}`);
  mkdirSync(fresh, { mode: 0o700 });
  const passwordFile = join(fresh, "password");
  const files = join(fresh, "cluster");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [fresh, passwordFile]) chownSync(path, user.uid, user.gid);
  const options = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--auth=scram-sha-256"];
  const made = spawnSync(
    initdb,
    [
      "-D",
      files,
      "-U",
      "postgres",
      ...options,
      `--pwfile=${passwordFile}`,
      "--no-instructions",
      ...(durable ? [] : ["--no-sync"]),
    ],
    { ...user, cwd: "/", env: serverEnvironment, encoding: "utf8" },
  );
  if (made.status === 0) renameSync(files, cluster);
  rmSync(fresh, { recursive: true, force: true });
  if (made.status !== 0) {
    const reason = made.error?.message ?? made.stderr.trim().split("\n").at(-1);
    throw new AppError("unavailable", {
      code: "embedded.initdb_failed",
      detail: `The database could not be made in ${folder}: ${reason}`,
    });
  }
}

function refuseOtherVersion(cluster: string): void {
  const found = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  if (found !== major) {
    throw new AppError("unavailable", {
      code: "embedded.other_version",
      detail: `${cluster} was made by PostgreSQL ${found}, this is ${major}: choose another ALMANAC_DATA_DIR.`,
    });
  }
}
