// The report of a torture run, as a page of the docs: only what ran, with the numbers it came to.
import { availableParallelism } from "node:os";
import type { QueueKind } from "../stage/stage.ts";
import type { LoadOutcome } from "./load-outcome.ts";
import type { LoadFaultSuite } from "./load-suites.ts";
import type { Outcome } from "./outcome.ts";
import type { FaultSuite } from "./suites.ts";

export interface Line {
  suite: FaultSuite;
  queue: QueueKind;
  seed: number;
  /** Null when it could not be run to its end. */
  outcome: Outcome | null;
  problems: readonly string[];
}

export interface LoadLine extends Omit<Line, "suite" | "outcome"> {
  suite: LoadFaultSuite;
  outcome: LoadOutcome | null;
}

export interface Run {
  lines: readonly Line[];
  loadLines: readonly LoadLine[];
  seed: number;
  minutes: number;
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** Markdown. */
export function report({ lines, loadLines, seed, minutes }: Run): string {
  const date = new Date().toISOString().slice(0, 10);
  const left = lines.some((line) => line.queue === "redis")
    ? ""
    : "\nThe machine had no redis-server: Redis was left out.\n";
  return `# What was done to Almanac, and what came of it

Written by \`npm run torture\` on ${date}: ${availableParallelism()} cores, ${minutes} minutes, Node ${process.versions.node}, PostgreSQL 18. Counts are exact; times
are noisy: the slowest of all runs, with the start of the next process in them, and taken while four suites shared the machine.
Workers are real processes, started from \`apps/worker/src/main.ts\`, killed and stopped by signals, on servers of their own; only
the misbehaving source is watched by a worker inside the suite. The source is always the loopback double.

The same choices again: \`npm run torture -- --seed ${seed}\`. One suite alone: \`npm run torture -- --only worker\`. Moments are
chosen by the seed; how far a process had come by then is not, so a run repeats the choices, not the interleaving.
${left}
${table(
  ["fault", "queue", "struck", "on", "versions", "lost", "given up", "doubled", "gaps", "not one current", "held"],
  lines.map((line) => [line.suite.name, line.queue, ...countsOf(line), line.problems.length === 0 ? "yes" : "**no**"]),
)}

- **struck**: how often. **versions**: recorded in all. **lost**: locations of syncs without a version or a reason.
- **given up**: locations whose sync ended with a recorded reason; expected only where the source misbehaves.
- **doubled**: two versions of one location by one sync, or a revision equal to the one before. **gaps**: locations whose versions
  are not 1, 2, 3 … at rising instants. **not one current**: locations without exactly one current version, holidays with two states.

## Loads of events

Every load that is struck has new events, newer and older versions, repetitions, conflicts and bad lines, and is compared with
what its lines come to when nobody strikes.

${table(
  ["fault", "queue", "struck", "loads", "lines", "miscounted loads", "wrong events", "held"],
  loadLines.map((line) => [
    line.suite.name,
    line.queue,
    ...loadCountsOf(line),
    line.problems.length === 0 ? "yes" : "**no**",
  ]),
)}

- **miscounted loads**: the six counters are not those of the lines. **wrong events**: missing, doubled, or not at their version.
  Of reprocess runs: runs struck, events looked at, runs with other counters, and runs that left anything else.

## Times and marks

${table(
  ["fault", "queue", "mark", "slowest", "in time"],
  [...lines, ...loadLines].map((line) => [line.suite.name, line.queue, line.suite.mark, timesOf(line), lateOf(line)]),
)}

## What did not hold

${troubles([...lines, ...loadLines])}

## What this does not show

- Ten kills of a sync's fault, not a hundred; they strike while answers of the source are on their way or at a random share
  of the recording. Loads are killed at named points of the code.
- Machines that vanish, networks that part, disks that fill: processes die here, servers and their files stay.
- Jobs that were running each time a process died over a poisonous one are given up with it after the third death; what was
  waiting is not harmed (\`apps/worker/src/sync/poison.test.ts\`).
- That a stopped worker's late write is refused by the claim's token is shown by \`apps/worker/src/sync/fencing.test.ts\`, step by
  step; here only the outcome is looked at.
`;
}

function countsOf({ outcome }: Line): string[] {
  if (outcome === null) return ["did not end", "", "", "", "", "", "", ""];
  const { books } = outcome;
  const counts = [books.versions, books.lost, books.failed, books.duplicated, books.gaps, books.currents];
  return [String(outcome.runs), outcome.size, ...counts.map(String)];
}

function loadCountsOf({ outcome }: LoadLine): string[] {
  if (outcome === null) return ["did not end", "", "", "", ""];
  const { loads, lines, miscounted, wrong } = outcome.books;
  return [outcome.runs, loads, lines, miscounted, wrong].map(String);
}

function timesOf({ outcome }: Line | LoadLine): string {
  return Object.entries(outcome?.slowest ?? {})
    .map(([what, ms]) => `${what} ${seconds(ms)}`)
    .join(", ");
}

/** Times over their limit, in words. */
function lateTimes({ suite, outcome }: Line | LoadLine): string[] {
  return Object.entries(suite.limits ?? {}).flatMap(([what, ms]) => {
    const slowest = outcome?.slowest[what] ?? 0;
    return slowest <= ms ? [] : [`${what} after ${seconds(slowest)} instead of ${seconds(ms)}, in the slowest run`];
  });
}

function lateOf(line: Line | LoadLine): string {
  if (line.suite.limits === undefined) return "";
  return lateTimes(line).length === 0 ? "yes" : "**no**";
}

function troubles(lines: readonly (Line | LoadLine)[]): string {
  const found = lines.flatMap((line) =>
    [...line.problems, ...lateTimes(line)].map((problem) => `- ${line.suite.name} (${line.queue}): ${problem}`),
  );
  return found.length === 0 ? "Everything held in this run." : found.join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
