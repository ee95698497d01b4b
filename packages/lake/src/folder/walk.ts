// Which objects does a folder hold, in the order in which a bucket would list them? That order compares whole names, so
// a folder sorts as if its name ended with a slash.
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../errors.ts";

/** Names of plain files below `root` that begin with `prefix`, and their sizes. Links and dot names are not objects. */
export async function* walk(root: string, prefix: string, folder = ""): AsyncGenerator<{ name: string; size: number }> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  });
  const names = entries
    .filter((entry) => !entry.name.startsWith(".") && (entry.isDirectory() || entry.isFile()))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort((a, b) => (a < b ? -1 : 1));
  for (const entry of names) {
    const name = `${folder}${entry}`;
    if (entry.endsWith("/")) {
      if (name.startsWith(prefix) || prefix.startsWith(name)) yield* walk(root, prefix, name);
    } else if (name.startsWith(prefix)) {
      const found = await lstat(join(root, name)).catch(() => null);
      if (found !== null) yield { name, size: found.size };
    }
  }
}
