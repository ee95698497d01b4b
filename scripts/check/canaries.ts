// Does each fence bite? Violations are planted in a throw-away copy of the checkout, every step runs there once, and
// each violation must be found in its own file by its own rule. A second round hides the sources: a step that reads
// nothing must not call that a success.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { plantings, type Planting } from "./plantings.ts";
import { steps, type Finding, type Step } from "./steps.ts";
import { copyTree, listWorkspaces } from "./tree.ts";

export const canaries: Step = {
  name: "canaries",
  async run(root) {
    const planted = plantings(listWorkspaces(root));
    const silent = [...(await inCopy(root, (copy) => notFound(copy, planted))), ...(await inCopy(root, blindSteps))];
    return { findings: silent, read: `${planted.length} violations planted`, output: "" };
  },
};

/** Plants everything at once, for one run of each tool; returns the plantings that no step reported as it should. */
async function notFound(copy: string, planted: Planting[]): Promise<Finding[]> {
  for (const { files } of planted) {
    for (const [path, content] of Object.entries(files)) write(join(copy, path), content);
  }
  const found = new Map<string, Finding[]>();
  for (const step of steps) found.set(step.name, (await step.run(copy)).findings);
  return planted
    .filter(({ step, file, rule, text }) =>
      (found.get(step) ?? []).every(
        (finding) => finding.file !== file || !finding.rule.includes(rule) || !finding.text.includes(text ?? ""),
      ),
    )
    .map(({ fence, step, file, rule }) => ({
      file,
      rule: "silent-fence",
      text: `${fence}: ${step} did not say ${rule}`,
    }));
}

/** Hides every source from each tool by its own means; returns the steps that do not complain. */
async function blindSteps(copy: string): Promise<Finding[]> {
  write(join(copy, ".gitignore"), "node_modules/\n*.ts\n*.tsx\n*.mjs\n*.json\n");
  for (const project of ["tsconfig.json", "apps/console/tsconfig.json"]) {
    write(join(copy, project), '{ "files": [] }\n');
  }
  write(join(copy, "pnpm-workspace.yaml"), "packages: []\n");
  write(join(copy, "turbo.json"), "{}\n");
  const blind: Finding[] = [];
  for (const step of steps) {
    const { findings } = await step.run(copy);
    const file = `the step "${step.name}"`;
    if (findings.length === 0) blind.push({ file, rule: "blind-fence", text: "reads nothing and calls it a success" });
  }
  return blind;
}

async function inCopy<T>(root: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), "almanac-check-"));
  try {
    copyTree(root, copy);
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function write(path: string, content: string | ((before: string) => string)): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : content(readFileSync(path, "utf8")));
}
