// The violations that must turn `npm run check` red, each with the step and the rule that has to say so.

export interface Planting {
  /** What the fence keeps out. */
  fence: string;
  /** File → its content, or how an existing file is changed. */
  files: Record<string, string | ((before: string) => string)>;
  step: string;
  file: string;
  /** Part of the rule that has to report it, and of what it says. */
  rule: string;
  text?: string;
}

/** Every planting: the ones below, and one of each tool's in every folder, so that no folder goes unread. */
export function plantings(workspaces: string[]): Planting[] {
  const folders = workspaces.map((folder) => (folder.includes("/") ? `${folder}/src` : folder));
  return [
    ...imports,
    ...screens,
    ...words,
    ...domain,
    ...modules,
    ...manifests,
    ...folders.flatMap((folder) => everyFolder(folder)),
  ];
}

/** One file with one violation for one step. */
function plant(fence: string, step: string, rule: string, file: string, content: string, text?: string): Planting {
  return { fence, step, rule, file, files: { [file]: content }, ...(text === undefined ? {} : { text }) };
}

function everyFolder(folder: string): Planting[] {
  const file = `${folder}/canary-everywhere.ts`;
  const content = `export const  canary: any = 1;\nexport const wrong: string = 1;\nimport "nobody-declared-this";\n`;
  return [
    plant(`unformatted code in ${folder}`, "format", "format", file, content),
    plant(`any in ${folder}`, "lint", "no-explicit-any", file, content),
    plant(`a type error in ${folder}`, "types", "TS2322", file, content),
    plant(`an unused file in ${folder}`, "dead code", "unused files", file, content),
    plant(`an undeclared package in ${folder}`, "boundaries", "boundaries", file, content, "nobody-declared-this"),
  ];
}

/** A file of a folder that imports what it must not know. */
function forbidden(folder: string, specifier: string, says: string, name = specifier): Planting {
  const file = `${folder}/src/canary-imports-${name.replaceAll(/[^a-z]+/g, "-")}.ts`;
  return plant(`${specifier} in ${folder}`, "lint", "no-restricted-imports", file, `import "${specifier}";\n`, says);
}

/** The console's screens are TSX, under a tsconfig of their own. */
const screens: Planting[] = [
  plant(
    "an image that nobody can hear",
    "lint",
    "alt-text",
    "apps/console/src/canary-image.tsx",
    `export const Canary = () => <img src="/x.png" />;\n`,
  ),
  plant(
    "a type error in TSX",
    "types",
    "TS2322",
    "apps/console/src/canary-type.tsx",
    `export const wrong: string = 1;\n`,
  ),
];

const imports: Planting[] = [
  forbidden("apps/worker", "hono", "Only apps/api"),
  forbidden("apps/cli", "hono", "Only apps/api"),
  forbidden("packages/client", "hono/jwt", "takes hono/client"),
  forbidden("packages/client", "node:fs", "no node: built-in"),
  forbidden("packages/domain", "@almanac/client/read", "nothing from outside"),
  forbidden("packages/usecases", "@almanac/client/read", "arrows point down"),
  forbidden("apps/cli", "@almanac/db/database", "arrows point down"),
  forbidden("apps/console", "@almanac/domain/dates", "arrows point down"),
  forbidden("packages/usecases", "@hono/zod-openapi", "Only apps/api"),
  forbidden("apps/worker", "@bull-board/api", "Only apps/api"),
  forbidden("apps/api", "pg", "Only packages/db"),
  forbidden("packages/usecases", "pg", "Only packages/db"),
  forbidden("packages/usecases", "@mikro-orm/postgresql", "Only packages/db"),
  forbidden("packages/queue", "@mikro-orm/core", "Only packages/db"),
  forbidden("apps/worker", "bullmq", "Only packages/queue"),
  forbidden("apps/api", "ioredis", "Only packages/queue"),
  forbidden("packages/db", "bullmq", "Only packages/queue"),
  forbidden("apps/worker", "date-holidays", "Only packages/sources"),
  forbidden("apps/api", "hyparquet-writer", "Only packages/gate"),
  forbidden("packages/db", "@almanac/queue/catalogue", "arrows point down"),
  forbidden("packages/queue", "@almanac/db/testing", "arrows point down"),
  forbidden("packages/sources", "@almanac/db/embedded", "arrows point down"),
  forbidden("packages/db", "@almanac/usecases/sync", "arrows point down"),
  forbidden("apps/api", "@almanac/worker/main", "arrows point down"),
  forbidden("apps/worker", "@almanac/api/app", "arrows point down"),
  forbidden("apps/worker", "../../api/src/app.ts", "by its name", "api-by-path"),
  forbidden("packages/db", "../../../packages/queue/src/catalogue.ts", "by its name", "queue-by-path"),
  plant(
    "a file of another workspace by its path",
    "boundaries",
    "boundaries",
    "apps/worker/src/canary-leaves.ts",
    `import "../../api/src/app.ts";\n`,
    "leaves the package",
  ),
  plant(
    "a deep import past a package's exports",
    "types",
    "TS2307",
    "packages/usecases/src/canary-deep.ts",
    `import "@almanac/domain/src/errors.ts";\nimport { AppError } from "@almanac/domain/src/errors.ts";\nthrow new AppError();\n`,
  ),
  plant(
    "process.env outside config.ts",
    "lint",
    "no-restricted-properties",
    "apps/worker/src/canary-environment.ts",
    `export const level = process.env.LOG_LEVEL;\n`,
    "config.ts",
  ),
  plant(
    "env of node:process outside config.ts",
    "lint",
    "no-restricted-imports",
    "packages/queue/src/canary-environment.ts",
    `import { env } from "node:process";\nexport const level = env.LOG_LEVEL;\n`,
    "'env'",
  ),
];

const lintOf = (name: string, fence: string, rule: string, content: string): Planting =>
  plant(fence, "lint", rule, `packages/usecases/src/canary-${name}.ts`, content);
const lintOfTest = (name: string, fence: string, rule: string, content: string): Planting =>
  plant(
    fence,
    "lint",
    rule,
    `packages/usecases/src/canary-${name}.test.ts`,
    `import { it, vi } from "vitest";\n${content}`,
  );

const words: Planting[] = [
  lintOf("floating", "a floating promise", "no-floating-promises", `const later = async () => 1;\nlater();\n`),
  lintOf(
    "misused",
    "a promise where a truth value stands",
    "no-misused-promises",
    `const later = async () => true;\nexport const answer = () => (later() ? 1 : 2);\n`,
  ),
  lintOf("console", "console outside main.ts", "no-console", `console.log("x");\n`),
  lintOf("todo", "unfinished work", "no-warning-comments", `// hack: later\nexport const x = 1;\n`),
  lintOf("exit", "process.exit outside main.ts", "no-process-exit", `process.exit(1);\n`),
  lintOf("long", "a file over 300 lines", "max-lines", "export const x = [\n" + "  1,\n".repeat(310) + "];\n"),
  lintOf("CamelCase", "a file name that is not kebab-case", "filename-case", `export const x = 1;\n`),
  lintOf(
    "union",
    "a union handled in part",
    "switch-exhaustiveness-check",
    `export function f(x: "a" | "b") {\n  switch (x) {\n    case "a":\n      return 1;\n  }\n}\n`,
  ),
  lintOf(
    "unused-directive",
    "a lint exception that excuses nothing",
    "",
    `// oxlint-disable-next-line no-console\nexport const x = 1;\n`,
  ),
  ...[
    ["only", "a focused test", "no-focused-tests"],
    ["skip", "a skipped test", "no-disabled-tests"],
    ["todo", "a test to be written", "warn-todo"],
  ].map(([mark = "", fence = "", rule = ""]) => lintOfTest(mark, fence, rule, `it.${mark}("x", () => vi.fn());\n`)),
  lintOfTest("empty", "a test that asserts nothing", "expect-expect", `it("x", () => vi.fn());\n`),
  lintOfTest("mock", "a mock of our own code", "no-restricted-vi-methods", `vi.mock("./x.ts");\nit.each([]);\n`),
];

const inDomain = (name: string, rule: string, content: string, says?: string): Planting =>
  plant(
    `${name} in domain`,
    "lint",
    rule,
    `packages/domain/src/canary-${name.replaceAll(/\W+/g, "-")}.ts`,
    content,
    says,
  );

const domain: Planting[] = [
  inDomain("node:fs", "no-restricted-imports", `import { readFileSync } from "node:fs";\n`, "nothing from outside"),
  inDomain("zod", "no-restricted-imports", `import { z } from "zod";\n`, "nothing from outside"),
  inDomain("the db package", "no-restricted-imports", `import "@almanac/db/database";\n`, "nothing from outside"),
  inDomain("date-now", "no-restricted-globals", `export const now = Date.now();\n`, "'Date'"),
  inDomain("new-date", "no-restricted-globals", `export const now = new Date();\n`, "'Date'"),
  inDomain("performance", "no-restricted-globals", `export const now = performance.now();\n`),
  inDomain("temporal-now", "no-restricted-properties", `export const now = Temporal.Now.instant();\n`),
  inDomain("chance", "no-restricted-properties", `export const x = Math.random();\n`),
  inDomain("uuid", "no-restricted-globals", `export const x = crypto.randomUUID();\n`),
  inDomain("process", "no-restricted-globals", `export const x = process.pid;\n`),
  inDomain("timer", "no-restricted-globals", `setTimeout(() => undefined, 1);\n`),
  inDomain("fetch", "no-restricted-globals", `export const x = fetch;\n`),
];

const usecases = "packages/usecases/src";
const modules: Planting[] = [
  {
    fence: "an import cycle",
    step: "lint",
    rule: "no-cycle",
    file: `${usecases}/canary-cycle-a.ts`,
    files: {
      [`${usecases}/canary-cycle-a.ts`]: `import { b } from "./canary-cycle-b.ts";\nexport const a = () => b;\n`,
      [`${usecases}/canary-cycle-b.ts`]: `import { a } from "./canary-cycle-a.ts";\nexport const b = () => a;\n`,
    },
  },
  {
    fence: "an unused export",
    step: "dead code",
    rule: "unused exports",
    file: `${usecases}/canary-export.ts`,
    text: "neverUsed",
    files: {
      [`${usecases}/canary-export.ts`]: `export const used = 1;\nexport const neverUsed = 2;\n`,
      [`${usecases}/canary-export.test.ts`]: `import { used } from "./canary-export.ts";\nexport default used;\n`,
    },
  },
  plant("export *", "house", "export-all", `${usecases}/canary-star.ts`, `export * from "./canary-export.ts";\n`),
  ...["utils", "shared", "common", "helpers", "types"].map((name) =>
    plant(`a file named ${name}`, "house", "empty-name", `${usecases}/${name}.ts`, `export const x = 1;\n`),
  ),
  plant("a folder named shared", "house", "empty-name", "apps/api/src/shared/x.ts", `export const x = 1;\n`),
  plant("a class named Manager", "house", "empty-word", `${usecases}/canary-word.ts`, `export class SyncManager {}\n`),
  plant("upper-case SQL", "house", "sql-case", "packages/db/src/canary-sql.ts", "export const x = `SELECT 1`;\n"),
  plant("upper-case SQL in a file", "house", "sql-case", "packages/db/migrations/canary.sql", `CREATE TABLE x ();\n`),
  plant("an enum", "types", "TS1294", `${usecases}/canary-enum.ts`, `export enum Colour {\n  red,\n}\n`),
];

type Json = Record<string, Record<string, string>>;
const change = (edit: (json: Json) => Json) => (before: string) =>
  `${JSON.stringify(edit(JSON.parse(before) as Json), null, 2)}\n`;
const depend = (name: string, version: string) =>
  change((json) => ({ ...json, dependencies: { ...json.dependencies, [name]: version } }));

const manifests: Planting[] = [
  {
    fence: "a dependency between db and sources",
    step: "boundaries",
    rule: "boundaries",
    file: "packages/sources/turbo.json",
    text: "`@almanac/db`",
    files: { "packages/db/package.json": depend("@almanac/sources", "workspace:*") },
  },
  {
    fence: "an app that depends on an app",
    step: "boundaries",
    rule: "boundaries",
    file: "apps/worker/turbo.json",
    text: "`@almanac/api`",
    files: { "apps/api/package.json": depend("@almanac/worker", "workspace:*") },
  },
  {
    fence: "a root that depends on a workspace",
    step: "house",
    rule: "root-dependency",
    file: "package.json",
    files: { "package.json": depend("@almanac/db", "workspace:*") },
  },
  {
    fence: "an unused dependency",
    step: "dead code",
    rule: "unused dependencies",
    file: "packages/domain/package.json",
    text: "zod",
    files: { "packages/domain/package.json": depend("zod", "catalog:") },
  },
  {
    fence: "a version range",
    step: "house",
    rule: "exact-version",
    file: "packages/usecases/package.json",
    files: { "packages/usecases/package.json": depend("dataloader", "^2.0.0") },
  },
  {
    fence: "a package that exports everything",
    step: "house",
    rule: "package-exports",
    file: "packages/sources/package.json",
    files: {
      "packages/sources/package.json": change((json) => ({
        ...json,
        exports: { ...json.exports, "./*": "./nothing/*.ts" },
      })),
    },
  },
  {
    fence: "a workspace without a tag",
    step: "house",
    rule: "no-tag",
    file: "packages/queue/turbo.json",
    files: { "packages/queue/turbo.json": `{ "extends": ["//"] }\n` },
  },
];
