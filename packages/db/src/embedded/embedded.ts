// A PostgreSQL 18 from npm as a child process: for `npm start` without a server, and for tests. Started as root or
// not, below a closed folder or not, after a clean stop or a kill: the same call gives a database that answers.
import { existsSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@almanac/domain/errors";
import { findBinaries } from "./binaries.ts";
import { ensureCluster, placeCluster, readPassword } from "./cluster.ts";
import { probePort } from "./free-port.ts";
import { stopLeftover } from "./leftover.ts";
import { takeFolder } from "./owner.ts";
import { serverUser } from "./server-user.ts";
import { startServer, TransientStart, type ServerExit, type ServerPlan, type ServerRun } from "./server.ts";

export { probePort } from "./free-port.ts";

export interface EmbeddedOptions {
  /** Holds the cluster, its password and the name of the process that uses it; made when it is missing. */
  dataDir: string;
  /** Default: any free one. With a port the start waits for it for some seconds: a restart keeps its address. */
  port?: number;
  /** The server's log, line by line. */
  log?: (line: string) => void;
  /**
   * Default true. False is for tests: no fsync (a killed server loses nothing, a crashed machine may), and the folder
   * is removed when this process ends without stopping the server.
   */
  durable?: boolean;
}

export interface Embedded {
  /** With the password in it: for an environment variable or a pool, not for a log. */
  url: string;
  port: number;
  pid: number;
  /** Where the cluster lies: `dataDir`, unless the server's user cannot enter that. */
  folder: string;
  /** What somebody who looks for the files should know; one line each. */
  notices: string[];
  /** Resolves when the server process is gone, whatever the reason; never rejects. */
  exited: Promise<ServerExit>;
  /** Fast stop; frees the folder for another process. */
  stop(): Promise<void>;
}

/**
 * Starts the server on `dataDir`, at 127.0.0.1 only, and resolves when it answers. A server left over from a killed
 * process is stopped first. Throws `embedded.in_use` when another live process uses the folder, and one-line
 * `embedded.*` errors for everything that a person has to change.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log = () => undefined, durable = true } = options;
  const dataDir = makeFolder(options.dataDir);
  const release = await takeFolder(dataDir).catch((error: unknown) => {
    throw explain(error, dataDir);
  });
  try {
    const password = readPassword(dataDir);
    const nobody = serverUser(join(dataDir, "cluster"));
    const place = placeCluster(dataDir, password, nobody);
    const cluster = join(place.folder, "cluster");
    const user = serverUser(cluster);
    const binaries = findBinaries(user);
    ensureCluster(binaries.initdb, place.folder, password, user, durable);
    const stopped = await stopLeftover(cluster, password);
    const plan = { program: binaries.postgres, folder: place.folder, password, user, durable, log };
    const run = await startOnPort(plan, options.port);
    const leftover =
      stopped === undefined ? undefined : `stopped a database server of an earlier start (process ${stopped})`;
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${run.port}/almanac`,
      port: run.port,
      pid: run.pid,
      folder: place.folder,
      notices: [place.notice, binaries.notice, leftover].filter((notice) => notice !== undefined),
      exited: run.exited,
      stop: async () => {
        await run.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw explain(error, dataDir);
  }
}

/**
 * Removes the server's files of `dataDir`, wherever they lie, and stops a server that was left over on them. Throws
 * `embedded.in_use` when a live process uses the folder.
 */
export async function removeEmbedded(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const folder = makeFolder(dataDir);
  try {
    const release = await takeFolder(folder);
    const password = readPassword(folder);
    const place = placeCluster(folder, password, serverUser(join(folder, "cluster")));
    await stopLeftover(join(place.folder, "cluster"), password);
    if (place.folder !== folder) rmSync(place.folder, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    release();
  } catch (error) {
    throw explain(error, folder);
  }
}

/** Port races and the last moments of a killed server's backends pass by themselves. */
async function startOnPort(
  plan: Omit<ServerPlan, "port">,
  wanted: number | undefined,
): Promise<ServerRun & { port: number }> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const port = wanted ?? (await probePort("127.0.0.1", 0)) ?? 0;
    try {
      return { ...(await startServer({ ...plan, port })), port };
    } catch (error) {
      if (!(error instanceof TransientStart)) throw error;
      if (performance.now() > deadline) {
        const detail = `The embedded PostgreSQL did not start: ${error.message.split("\n").at(-1)}`;
        throw new AppError("unavailable", { code: "embedded.start_failed", detail, cause: error });
      }
    }
    await delay(100);
  }
}

function makeFolder(wanted: string): string {
  const path = resolve(wanted);
  try {
    // Root's server runs as somebody else, who must be able to pass.
    mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    return realpathSync(path);
  } catch (error) {
    throw explain(error, path);
  }
}

/** A folder that this user may not use is an everyday mistake (started as root first, say), so it gets a sentence. */
function explain(error: unknown, dataDir: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (!["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOSPC"].includes(code)) return error;
  const detail = `The data folder ${dataDir} cannot be used (${code}): set ALMANAC_DATA_DIR to a folder of yours.`;
  return new AppError("unavailable", { code: "embedded.no_access", detail, cause: error });
}
