// A server that outlived the process that started it (killed with -9): is it really ours, and how is it stopped?
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@almanac/domain/errors";
import { Client } from "pg";
import { startOf } from "./owner.ts";

const pollMs = 25;

/** The signals that stop a server, each with the time it gets before the next: fast, immediate, kill. */
const stopSteps = [
  { signal: "SIGINT", patienceMs: 10_000 },
  { signal: "SIGQUIT", patienceMs: 5_000 },
  { signal: "SIGKILL", patienceMs: 5_000 },
] as const;

/**
 * Stops the server that still runs on this cluster, if there is one, and says so by its process id. A process id that
 * by now belongs to another program is left alone and its lock file, which would stop a start, is removed.
 */
export async function stopLeftover(cluster: string, password: string): Promise<number | undefined> {
  const lockFile = join(cluster, "postmaster.pid");
  if (!existsSync(lockFile)) return undefined;
  const [pidLine, , , portLine] = readFileSync(lockFile, "utf8").split("\n");
  const pid = Math.abs(Number(pidLine));
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  const start = startOf(pid);
  if (start === undefined) return undefined;
  if (!(await isServerOf(cluster, pid, Number(portLine), password))) {
    rmSync(lockFile, { force: true });
    return undefined;
  }
  for (const { signal, patienceMs } of stopSteps) {
    if (startOf(pid) === start) process.kill(pid, signal);
    const deadline = performance.now() + patienceMs;
    while (startOf(pid) === start && performance.now() < deadline) await delay(pollMs);
    if (startOf(pid) !== start) return pid;
  }
  throw new AppError("unavailable", {
    code: "embedded.leftover",
    detail: `A database server of an earlier start (process ${pid}) still runs on ${cluster} and cannot be stopped.`,
  });
}

/** A server works inside its cluster folder; where the system does not tell, it is asked with our password. */
async function isServerOf(cluster: string, pid: number, port: number, password: string): Promise<boolean> {
  if (process.platform === "linux") {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    } catch {
      return false;
    }
  }
  const client = new Client({ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" });
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    return rows[0] !== undefined && realpathSync(rows[0].folder) === realpathSync(cluster);
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
