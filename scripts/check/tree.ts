// Which files belong to the checkout, and how to make a throw-away copy of it in which a violation can be planted.
import { cpSync, globSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const notOurs = new Set([".git", ".turbo", ".almanac", "node_modules", "coverage", "dist"]);

/** Every file of the checkout except what is installed or produced, as paths relative to it, sorted. */
export function listFiles(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(root, path);
      return entry.isFile() ? [path] : [];
    })
    .toSorted();
}

/** Packages, apps and the folders of tools, as folders relative to the checkout: `packages/domain`. */
export function listWorkspaces(root: string): string[] {
  return globSync("{apps/*,packages/*,scripts,bench,test}/package.json", { cwd: root })
    .map((path) => path.slice(0, -"/package.json".length))
    .toSorted();
}

/**
 * Copies the checkout to `copy`. What is installed is linked, not copied, but the links between workspaces are made
 * anew: in the copy, `@almanac/domain` is the copy's own.
 */
export function copyTree(root: string, copy: string): void {
  for (const path of listFiles(root)) cpSync(join(root, path), join(copy, path));
  const installed = join(root, "node_modules");
  mkdirSync(join(copy, "node_modules"));
  for (const name of readdirSync(installed)) {
    if (name === "@almanac") cpSync(join(installed, name), join(copy, "node_modules", name), linksAsTheyAre);
    else if (name !== ".cache") symlinkSync(join(installed, name), join(copy, "node_modules", name));
  }
  for (const workspace of listWorkspaces(root)) {
    cpSync(join(root, workspace, "node_modules"), join(copy, workspace, "node_modules"), linksAsTheyAre);
  }
}

const linksAsTheyAre = { recursive: true, verbatimSymlinks: true };
