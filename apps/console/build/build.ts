// Makes the console's files when its sources are newer than what was made: at a start, in a test, by `npm run console`.
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("..", import.meta.url));
const mark = "built-from";

/** Where the files are: `index.html` and `assets/`. */
export const consoleFiles = join(home, "dist");

/**
 * Builds into `consoleFiles` unless what lies there was built from these very sources. False: nothing had to be done.
 * Two at once are fine: each builds beside it, and the last rename stands.
 */
export async function buildConsole(): Promise<boolean> {
  const sources = await fingerprint();
  if ((await readFile(join(consoleFiles, mark), "utf8").catch(() => "")) === sources) return false;
  const beside = join(home, `dist.${process.pid}`);
  const { build } = await import("vite");
  await build({
    configFile: join(home, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: beside, emptyOutDir: true },
  });
  await writeFile(join(beside, mark), sources);
  await rm(consoleFiles, { recursive: true, force: true });
  try {
    await rename(beside, consoleFiles);
  } catch (error) {
    // Somebody else was quicker; theirs is as good.
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await rm(beside, { recursive: true, force: true });
  }
  return true;
}

/** Of everything that goes into the files: own sources, the client's, and the versions of all packages. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  const lock = join(home, "../../pnpm-lock.yaml");
  const folders = [join(home, "src"), join(home, "../../packages/client/src")];
  const inside = await Promise.all(folders.map(filesBelow));
  for (const path of [join(home, "index.html"), join(home, "vite.config.ts"), lock, ...inside.flat()]) {
    hash
      .update(path.slice(home.length))
      .update("\0")
      .update(await readFile(path))
      .update("\0");
  }
  return hash.digest("hex");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
