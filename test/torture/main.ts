// `npm run torture`: every fault suite in numbers, on both queues, written down in docs/reliability.md.
// `-- --seed 7` repeats a run's choices; `--only worker` runs the suites with that word in their name, `--runs 1` strikes
// that often; both write nothing.
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { freshSeed } from "../stage/random.ts";
import type { QueueKind } from "../stage/stage.ts";
import { type LoadFaultSuite, loadSuites, runLoadSuite } from "./load-suites.ts";
import { type Line, type LoadLine, report } from "./report.ts";
import { type FaultSuite, runSuite, suites } from "./suites.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, only: { type: "string" }, queue: { type: "string" }, runs: { type: "string" } },
});
const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
if (!Number.isSafeInteger(seed)) {
  console.error(`--seed takes a whole number, not "${values.seed}"`);
  process.exit(2);
}
const runs = values.runs === undefined ? undefined : Number(values.runs);
if (runs !== undefined && !(Number.isSafeInteger(runs) && runs > 0)) {
  console.error(`--runs takes a whole number from 1, not "${values.runs}"`);
  process.exit(2);
}
console.log(`seed ${seed}`);
// Every server that is started again listens for this process's end.
process.setMaxListeners(1_000);

/** What has not ended by then never will. */
const longestMs = 40 * 60_000;

const began = performance.now();
const lines: Line[] = [];
const loadLines: LoadLine[] = [];
// More lanes than two cores: a suite mostly waits for locks to run out, and for processes to start.
const kinds = (["postgres", "redis"] as const).filter((kind) => (values.queue ?? kind) === kind);
await Promise.all(kinds.flatMap((kind) => [syncLane(kind), loadLane(kind)]));
const minutes = Math.round((performance.now() - began) / 6_000) / 10;
loadLines.sort((a, b) => loadSuites.indexOf(a.suite) - loadSuites.indexOf(b.suite) || a.queue.localeCompare(b.queue));
lines.sort((a, b) => suites.indexOf(a.suite) - suites.indexOf(b.suite) || a.queue.localeCompare(b.queue));
if (values.only === undefined && values.queue === undefined && runs === undefined) {
  const path = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));
  writeFileSync(path, report({ lines, loadLines, seed, minutes }));
  console.log(`${minutes} minutes; written to docs/reliability.md`);
}
const bad = [...lines, ...loadLines].filter((line) => line.problems.length > 0);
process.exit(bad.length > 0 ? 1 : 0);

function isWanted(suite: { name: string; queues?: readonly QueueKind[] }, queue: QueueKind): boolean {
  return suite.name.includes(values.only ?? "") && (suite.queues ?? [queue]).includes(queue);
}

async function syncLane(queue: QueueKind): Promise<void> {
  for (const suite of suites) if (isWanted(suite, queue)) await one(suite, queue);
}

async function loadLane(queue: QueueKind): Promise<void> {
  for (const suite of loadSuites) if (isWanted(suite, queue)) await oneOfLoads(suite, queue);
}

async function one(suite: FaultSuite, queue: QueueKind): Promise<void> {
  const outcome = await told(
    `${suite.name} · ${queue}`,
    runSuite(suite, { queue, size: { ...suite.large, runs: runs ?? suite.large.runs }, seed }),
  );
  if (outcome !== undefined) lines.push({ suite, queue, seed, ...outcome });
}

async function oneOfLoads(suite: LoadFaultSuite, queue: QueueKind): Promise<void> {
  const outcome = await told(
    `${suite.name} · ${queue}`,
    runLoadSuite(suite, { queue, runs: runs ?? suite.runs, seed }),
  );
  if (outcome !== undefined) loadLines.push({ suite, queue, seed, ...outcome });
}

/** Waits for a suite and says what it came to; undefined when the machine lacks what it needs. */
async function told<Told extends { problems: readonly string[] }>(
  label: string,
  running: Promise<Told | undefined>,
): Promise<{ outcome: Told | null; problems: readonly string[] } | undefined> {
  try {
    const late = pause(longestMs, undefined, { ref: false }).then(() => {
      throw new Error(`not at its end after ${longestMs / 60_000} minutes`);
    });
    const outcome = await Promise.race([running, late]);
    if (outcome === undefined) {
      console.log(`left out   ${label}`);
      return undefined;
    }
    const state = outcome.problems.length === 0 ? "held     " : "NOT HELD ";
    console.log(`${state} ${label}: ${JSON.stringify({ ...outcome, seed })}`);
    return { outcome, problems: outcome.problems };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(`NOT RUN   ${label}: ${reason}`);
    return { outcome: null, problems: [reason] };
  }
}
