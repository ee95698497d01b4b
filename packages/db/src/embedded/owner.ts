// Which process uses a data folder: one at a time. The file `owner` names it by id and start time, so that an id that
// was given to another process since then counts for nothing, and a killed owner's folder can be taken over.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@almanac/domain/errors";

// Two starts that find a dead owner at the same moment both put their name there; after this time the last one has it.
const settleMs = 150;

/** Takes the folder for this process, or throws `embedded.in_use`. Taking what one has is fine. Returns the release. */
export async function takeFolder(dataDir: string): Promise<() => void> {
  const path = join(dataDir, "owner");
  const me = `${process.pid} ${startOf(process.pid)}`;
  const mine = join(dataDir, `owner-${randomUUID()}`);
  writeFileSync(mine, me, { mode: 0o600 });
  try {
    if (!claim(mine, path)) {
      const other = readOwner(path);
      if (other !== me) {
        refuseIfAlive(other, dataDir);
        renameSync(mine, path);
        await delay(settleMs);
        const winner = readOwner(path);
        if (winner !== me) refuseIfAlive(winner, dataDir);
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const release = () => {
    process.off("exit", release);
    if (readOwner(path) === me) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return release;
}

function claim(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readOwner(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function refuseIfAlive(owner: string, dataDir: string): void {
  const pid = Number(owner.split(" ", 1)[0]);
  const start = Number.isSafeInteger(pid) && pid > 0 ? startOf(pid) : undefined;
  if (start === undefined || owner !== `${pid} ${start}`) return;
  throw new AppError("conflict", {
    code: "embedded.in_use",
    detail: `Almanac already runs on ${dataDir} (process ${pid}): stop it, or set ALMANAC_DATA_DIR to another folder.`,
  });
}

/** When a process started, in the system's own words; undefined when there is no such process. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== "linux")
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    // The name in parentheses may hold anything; start time is the 20th field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
