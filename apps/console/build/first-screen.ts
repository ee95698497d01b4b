// What must a browser fetch before the first screen is there? The page, the first chunk, the overview's, and what both need.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { consoleFiles } from "./build.ts";

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

const entries = ["index.html", "src/screens/overview/overview.tsx"];

/** Bytes over the wire with gzip, of the files of a build that is there; source: Vite's manifest. */
export async function firstScreenBytes(): Promise<{ total: number; files: number }> {
  const manifest = JSON.parse(await readFile(join(consoleFiles, ".vite", "manifest.json"), "utf8")) as Record<
    string,
    Chunk
  >;
  const files = new Set(["index.html"]);
  const open = [...entries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`The build has no ${name}.`);
    if (files.has(chunk.file)) continue;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    open.push(...(chunk.imports ?? []));
  }
  const sizes = await Promise.all(
    [...files].map(async (file) => gzipSync(await readFile(join(consoleFiles, file))).length),
  );
  return { total: sizes.reduce((sum, size) => sum + size, 0), files: files.size };
}
