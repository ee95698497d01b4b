// Is what the documents say still so? Settings, commands, links and paths in them are compared with the code.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { settings as apiSettings } from "@almanac/api/config";
import type { Settings } from "@almanac/process/settings";
import { settingsTable } from "@almanac/process/settings";
import { settings as workerSettings } from "@almanac/worker/config";
import { expect, test } from "vitest";

const checkout = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(checkout, path), "utf8");
const documents = [...globSync("*.md", { cwd: checkout }), ...globSync("docs/**/*.md", { cwd: checkout })];

const settingsOf: Record<string, Settings> = { api: apiSettings, worker: workerSettings };

/** A table's row without the spaces that line its columns up. */
const cells = (row: string) => row.replaceAll(/\s*\|\s*/g, "|");

test.each(["api", "worker"])("the README's table has every setting of the %s, word for word", (app) => {
  const shown = new Set(read("README.md").split("\n").map(cells));
  const rows = settingsTable(settingsOf[app]!).split("\n").slice(2).map(cells);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !shown.has(row))).toEqual([]);
});

test("the README's table has no setting that nobody reads", () => {
  const known = [...Object.keys(apiSettings), ...Object.keys(workerSettings), "ALMANAC_DATA_DIR"];
  const shown = [...read("README.md").matchAll(/^\| `([A-Z0-9_]+)`/gm)].map((match) => match[1]!);
  expect(shown.toSorted()).toEqual([...new Set(known)].toSorted());
});

test("both first commands can be copied as a line", () => {
  const code = read("README.md")
    .match(/^```sh\n[\s\S]*?^```/gm)!
    .join("\n");
  expect(code).toMatch(/^npm start$/m);
  expect(code).toMatch(/^npm test$/m);
});

test("the documents keep to their length", () => {
  const lines = (path: string) => read(path).trimEnd().split("\n").length;
  expect(lines("README.md")).toBeLessThanOrEqual(150);
  expect(lines("ARCHITECTURE.md")).toBeLessThanOrEqual(250);
  for (const path of globSync("docs/adr/*.md", { cwd: checkout }))
    expect([path, lines(path) <= 60]).toEqual([path, true]);
});

test("every link leads to a file", () => {
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(checkout, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("every path of the tree that is named exists", () => {
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(/(?<![\w./-])(?:apps|packages|scripts|bench|test|docs)\/[\w./-]*\w/g)]
      .map((match) => match[0])
      .filter((path) => !existsSync(join(checkout, path)))
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test("every npm script that is named exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(/npm run ([a-z]+)/g)].map((match) => match[1]!),
  );
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test("every guard in the table of invariants is a test of that name in that file", () => {
  const rows = [...read("ARCHITECTURE.md").matchAll(/^\| .*\]\(([^)]+\.ts)\): "(.+?)" *\|$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  const unknown = rows
    .filter(([, path, name]) => !read(path!).includes(name!))
    .map(([, path, name]) => `${path}: ${name}`);
  expect(unknown).toEqual([]);
});
