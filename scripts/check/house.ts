// House rules that no tool has: words, names, SQL's case, what a package may export, where versions stand.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./steps.ts";
import { listWorkspaces } from "./tree.ts";

const emptyNames = /^(utils?|shared|common|helpers?|types)$/;
const emptyWords = /^\s*(?:export\s+)?(?:class|interface|type)\s+(\w+(?:Manager|Service|Helper|Impl)|I[A-Z][a-z]\w*)\b/;
const sqlWords =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|WHERE|RETURNING|CREATE (TABLE|INDEX|VIEW|FUNCTION)|ALTER TABLE|PRIMARY KEY|NOT NULL|REFERENCES)\b/;
const exactVersion = /^(catalog:|workspace:\*|\d+\.\d+\.\d+(-[\w.]+)?)$/;

/** Full of violations on purpose, and written by PostgreSQL in its own spelling. */
const notHeld = new Set(["scripts/check/plantings.ts", "packages/db/schema.sql"]);

/** Looks at every file of the checkout. */
export function houseFindings(root: string, paths: string[]): Finding[] {
  const findings = paths.flatMap((path) => [
    ...nameFindings(path),
    ...(/\.(tsx?|mjs|sql)$/.test(path) && !notHeld.has(path)
      ? textFindings(path, readFileSync(join(root, path), "utf8"))
      : []),
    ...(/(^|\/)package\.json$/.test(path) ? manifestFindings(path, readJson(root, path)) : []),
  ]);
  return [...findings, ...tagFindings(root)];
}

function nameFindings(path: string): Finding[] {
  if (!/^(apps|packages|scripts|bench|test)\//.test(path)) return [];
  const empty = path.split("/").find((part) => emptyNames.test(part.replace(/\.\w+$/, "")));
  if (empty === undefined) return [];
  return [{ file: path, rule: "empty-name", text: `"${empty}" says nothing about its content: name the subject` }];
}

function textFindings(path: string, text: string): Finding[] {
  const isSql = path.endsWith(".sql");
  return text.split("\n").flatMap((line, index) => {
    const found = isSql ? sqlFinding(line.replace(/--.*$/, "")) : sourceFinding(line);
    return found === undefined ? [] : [{ file: path, line: index + 1, ...found }];
  });
}

function sourceFinding(line: string): Pick<Finding, "rule" | "text"> | undefined {
  if (/^\s*(\/\/|\*|\/\*)/.test(line)) return undefined;
  if (/^\s*export\s+(type\s+)?\*/.test(line)) {
    return { rule: "export-all", text: "name what is exported: a star exports what nobody chose" };
  }
  const word = emptyWords.exec(line)?.[1];
  if (word !== undefined) return { rule: "empty-word", text: `${word}: name what it is, without the suffix or the I` };
  // Only inside a template or a string that begins with SQL: prose in messages may shout.
  return /["'`]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER) /.test(line) ? upperCaseSql : undefined;
}

const upperCaseSql = { rule: "sql-case", text: "SQL is lower case" };

function sqlFinding(line: string): Pick<Finding, "rule" | "text"> | undefined {
  return sqlWords.test(line.replaceAll(/'[^']*'/g, "")) ? upperCaseSql : undefined;
}

type Manifest = Partial<Record<string, unknown>>;

function manifestFindings(file: string, manifest: Manifest): Finding[] {
  const exported = Object.entries((manifest.exports ?? {}) as Record<string, unknown>)
    .filter(([name, target]) => name === "." || `${name}${String(target)}`.includes("*"))
    .map(([name]) => ({ file, rule: "package-exports", text: `"${name}": name one sub-path per subject` }));
  const all = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) =>
    Object.entries((manifest[kind] ?? {}) as Record<string, string>),
  );
  const versions = all
    .filter(([, version]) => !exactVersion.test(version))
    .map(([name, version]) => ({
      file,
      rule: "exact-version",
      text: `${name}@${version}: exact, or from the catalog`,
    }));
  // turbo takes a dependency of the root for one of every workspace: each tag would be broken.
  const ofRoot = all
    .filter(([name]) => file === "package.json" && name.startsWith("@almanac/"))
    .map(([name]) => ({ file, rule: "root-dependency", text: `${name}: belongs to the folder's own package.json` }));
  return [...exported, ...versions, ...ofRoot];
}

/** A workspace without a tag that turbo.json knows would pass `turbo boundaries` unseen. */
function tagFindings(root: string): Finding[] {
  const known = Object.keys(
    (readJson(root, "turbo.json") as { boundaries?: { tags?: object } }).boundaries?.tags ?? {},
  );
  return listWorkspaces(root).flatMap((folder) => {
    const file = `${folder}/turbo.json`;
    const tags = (readJson(root, file) as { tags?: string[] }).tags ?? [];
    if (tags.length === 1 && known.includes(tags[0] ?? "")) return [];
    return [{ file, rule: "no-tag", text: `needs one tag out of ${known.join(", ")}: boundaries go by tags` }];
  });
}

function readJson(root: string, path: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
  } catch {
    return {};
  }
}
