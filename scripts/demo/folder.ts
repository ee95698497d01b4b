// Where the demo lives: a folder that is made anew at each run. Only a folder that bears the demo's own mark is emptied.
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { removeEmbedded } from "@almanac/db/embedded";
import { BadSetting } from "../settings.ts";

const usualFolder = ".almanac-demo";
const markName = "almanac-demo.json";
const markText = `${JSON.stringify({ made_by: "npm run demo", holds: "synthetic sales over real holidays" })}\n`;

/** What would lead the demo to data that is not its own. */
const foreign = ["DATABASE_URL", "QUEUE_URL", "REDIS_URL", "LAKE_URL", "LOAD_INBOX"];

/** The environment of a demo's start. Throws BadSetting for a setting that names data elsewhere or another source. */
export function demoEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = foreign.find((name) => (env[name] ?? "") !== "");
  if (given !== undefined)
    throw new BadSetting(`${given} is set: the demo has a database and a lake of its own. Unset it.`);
  if ((env["HOLIDAY_SOURCE"] || "offline") !== "offline")
    throw new BadSetting("HOLIDAY_SOURCE is set: the demo's history is the offline source's. Unset it.");
  return { ...env, ALMANAC_DATA_DIR: env["ALMANAC_DATA_DIR"] || usualFolder, ALMANAC_DEMO: "on" };
}

/**
 * Makes the folder, empty but for its mark. Throws BadSetting for one that holds anything and is no demo's, or that a demo
 * runs on; nothing was removed then.
 */
export async function freshDemoFolder(checkout: string, wanted: string = usualFolder): Promise<void> {
  const path = resolve(checkout, wanted);
  try {
    if (isThere(path)) await emptyFolder(path);
    mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    writeFileSync(join(path, markName), markText, { mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw new BadSetting(
      `The demo's folder ${path} cannot be used (${code}): set ALMANAC_DATA_DIR to a folder of yours.`,
    );
  }
}

/** A link is not followed: what it leads to is not ours. */
function isThere(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (found.isDirectory()) return true;
  throw new BadSetting(`${path} is no folder: set ALMANAC_DATA_DIR to a folder that is empty or a demo's.`);
}

async function emptyFolder(path: string): Promise<void> {
  const entries = readdirSync(path);
  if (entries.length === 0) return;
  if (!entries.includes(markName) || readFileSync(join(path, markName), "utf8") !== markText) {
    throw new BadSetting(
      `${path} is not empty and no demo made it: it stays as it is. Set ALMANAC_DATA_DIR to a folder that is empty or a demo's.`,
    );
  }
  await removeEmbedded(join(path, "postgres"));
  // The mark last: what is interrupted here is a demo's folder still.
  for (const entry of entries.filter((name) => name !== markName)) {
    rmSync(join(path, entry), { recursive: true, force: true });
  }
}
