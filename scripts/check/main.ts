// `npm run check`: format, house rules, boundaries, types, lint, dead code, then the canaries that prove each of them
// bites. `npm run check -- lint types` runs only the named steps.
import { canaries } from "./canaries.ts";
import { checkout, steps, type Finding, type Step } from "./steps.ts";

const asked = process.argv.slice(2);
const all: Step[] = [...steps, canaries];
const unknown = asked.filter((name) => !all.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(", ")}; there are: ${all.map((step) => step.name).join(", ")}`);
  process.exit(2);
}

let failed = 0;
const chosen = all.filter((step) => asked.length === 0 || asked.includes(step.name));
for (const step of chosen) {
  const begun = performance.now();
  const { findings, read, output } = await step.run(checkout);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const verdict = findings.length === 0 ? "ok    " : "failed";
  console.log(`${verdict}  ${step.name.padEnd(12)}${seconds.padStart(6)} s  ${read}`);
  if (findings.length === 0) continue;
  failed += 1;
  for (const finding of findings) console.log(`  ${show(finding)}`);
  if (findings.some((finding) => finding.rule === "failed")) console.log(output.trimEnd());
}
console.log(failed === 0 ? `check: ${chosen.length} ok` : `check: ${chosen.length - failed} ok, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function show({ file, line, rule, text }: Finding): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return [place, rule, text].filter((part) => part !== "").join("  ");
}
