// Which files are in a folder, whatever their depth?
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Their paths below the folder, in order; none where there is no such folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
