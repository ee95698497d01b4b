// The steps of `npm run check`: which tool each one runs, what it found, and whether it has read the tree at all.
import { join, relative } from "node:path";
import { houseFindings } from "./house.ts";
import { runTool, type ToolAnswer } from "./tool.ts";
import { listFiles, listWorkspaces } from "./tree.ts";

export interface Finding {
  /** Relative to the checkout. */
  file: string;
  line?: number;
  rule: string;
  text: string;
}

export interface StepResult {
  findings: Finding[];
  /** What was read, in words, for the summary line. */
  read: string;
  /** What the tool printed, shown when it failed without a finding that could be made out. */
  output: string;
}

export interface Step {
  name: string;
  run(root: string): Promise<StepResult>;
}

/** In the order in which they run: the quick ones first. */
export const steps: Step[] = [
  { name: "format", run: format },
  { name: "house", run: house },
  { name: "boundaries", run: boundaries },
  { name: "types", run: types },
  { name: "lint", run: lint },
  { name: "dead code", run: deadCode },
];

async function format(root: string): Promise<StepResult> {
  const expected = sources(root);
  const answer = await runTool(root, "oxfmt", ["--check"]);
  const findings = [...answer.output.matchAll(/^(\S.*) \(\d+m?s\)$/gm)].map((match) => ({
    file: match[1] ?? "",
    rule: "format",
    text: "is not formatted: run npx oxfmt",
  }));
  const read = Number(/on (\d+) files/.exec(answer.output)?.[1] ?? 0);
  return result(answer, findings, read, expected.length);
}

async function house(root: string): Promise<StepResult> {
  const paths = listFiles(root);
  return { findings: houseFindings(root, paths), read: `${paths.length} files`, output: "" };
}

async function boundaries(root: string): Promise<StepResult> {
  const workspaces = listWorkspaces(root);
  const expected = sources(root).filter((path) => workspaces.some((folder) => path.startsWith(`${folder}/`)));
  const answer = await runTool(root, "turbo", ["boundaries", "--no-color"]);
  const findings = answer.output
    .split(/^(?= {2}x )/m)
    .filter((block) => block.startsWith("  x "))
    .map((block) => {
      const place = /,-\[(.+?):(\d+):\d+\]/.exec(block);
      const file = place?.[1] ?? "turbo.json";
      return {
        file: file.startsWith("/") ? relative(root, file) : file,
        line: Number(place?.[2] ?? 1),
        rule: "boundaries",
        text: (/^ {2}x ([\s\S]*?)\n\s*,-\[/.exec(block)?.[1] ?? block).replaceAll(/\s*\n\s*\|?\s*/g, " ").trim(),
      };
    });
  const [, files = 0, packages = 0] = /Checked (\d+) files in (\d+) packages/.exec(answer.output)?.map(Number) ?? [];
  return result(answer, findings, packages < workspaces.length ? 0 : files, expected.length);
}

async function types(root: string): Promise<StepResult> {
  const expected = sources(root).filter((path) => /\.tsx?$/.test(path));
  const answers = await Promise.all(
    ["tsconfig.json", "apps/console/tsconfig.json"].map((project) =>
      runTool(root, "tsc", ["-p", project, "--noEmit", "--pretty", "false", "--listFiles"]),
    ),
  );
  const answer = answers.find(({ exitCode }) => exitCode !== 0) ?? answers[0]!;
  const stdout = answers.map((each) => each.stdout).join("\n");
  const findings: Finding[] = [...stdout.matchAll(/^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/gm)].map(
    ([, file = "", line, rule = "", text = ""]) => ({ file, line: Number(line), rule, text }),
  );
  const read = new Set(stdout.split("\n").map((path) => relative(root, path)));
  const unread = expected.filter((path) => !read.has(path));
  findings.push(...unread.map((file) => ({ file, rule: "unread", text: "is not covered by a tsconfig.json" })));
  return result(answer, findings, expected.length - unread.length, 1);
}

interface OxlintReport {
  diagnostics: {
    message: string;
    code?: string;
    help?: string;
    filename: string;
    labels: { span: { line: number } }[];
  }[];
  number_of_files: number;
}

async function lint(root: string): Promise<StepResult> {
  const expected = sources(root);
  const answer = await runTool(root, "oxlint", ["--format=json"]);
  const report = (parse(answer.stdout) as OxlintReport | undefined) ?? { diagnostics: [], number_of_files: 0 };
  const findings = report.diagnostics.map((diagnostic) => ({
    file: diagnostic.filename,
    line: diagnostic.labels[0]?.span.line ?? 1,
    rule: diagnostic.code ?? "oxlint",
    text: `${diagnostic.message} ${diagnostic.help ?? ""}`.trim(),
  }));
  return result(answer, findings, report.number_of_files, expected.length);
}

type KnipIssue = { file: string } & Record<string, { name: string; line?: number }[]>;

async function deadCode(root: string): Promise<StepResult> {
  const answer = await runTool(root, "knip", ["--no-progress", "--reporter=json"]);
  const report = parse(answer.stdout.slice(answer.stdout.indexOf("{"))) as { issues: KnipIssue[] } | undefined;
  const findings = (report?.issues ?? []).flatMap(({ file, ...kinds }) =>
    Object.entries(kinds).flatMap(([kind, issues]) =>
      issues.map(({ name, line }) => ({ file, line: line ?? 1, rule: `unused ${kind}`, text: name })),
    ),
  );
  // knip does not say how much it read: its canaries, one in every folder, are the proof.
  return result(answer, findings, report === undefined ? 0 : 1, 1);
}

function sources(root: string): string[] {
  return listFiles(root).filter((path) => /\.(tsx?|mjs)$/.test(path));
}

/** Adds the two findings that no tool reports itself: it read too little, or it failed without saying where. */
function result(answer: ToolAnswer, findings: Finding[], read: number, expected: number): StepResult {
  const all = [...findings];
  if (read < expected) {
    all.push({
      file: "",
      rule: "unread",
      text: `read ${read} files where there are ${expected}: the fence sees too little`,
    });
  }
  if (answer.exitCode !== 0 && all.length === 0) {
    all.push({ file: "", rule: "failed", text: `exit code ${answer.exitCode}` });
  }
  return { findings: all, read: read > 1 ? `${read} files` : "", output: answer.output };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The folder of the checkout that this script belongs to. */
export const checkout = join(import.meta.dirname, "..", "..");
