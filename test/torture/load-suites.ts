// The fault suites of loads, in numbers. `npm test` strikes each point once (apps/worker/src/load).
import { randomOf } from "../stage/random.ts";
import { openStage, type QueueKind } from "../stage/stage.ts";
import type { LoadOutcome } from "./load-outcome.ts";
import { killAtPoints, killLoadWorkers, killPostgresUnderLoads, type LoadSuite, stopLoads } from "./strike-loads.ts";
import { killRuns } from "./strike-runs.ts";

export interface LoadFaultSuite {
  name: string;
  /** The mark it is held to, in the report. */
  mark: string;
  limits?: Readonly<Record<string, number>>;
  runs: number;
  /** Left out: on every queue. */
  queues?: readonly QueueKind[];
  run: (suite: LoadSuite) => Promise<LoadOutcome>;
}

export const loadSuites: readonly LoadFaultSuite[] = [
  {
    name: "kill -9 at each of fifteen points of a load",
    mark: "0 lost, 0 doubled, at every point ten times",
    runs: 10,
    queues: ["postgres"],
    run: killAtPoints,
  },
  {
    name: "kill -9 of a worker in mid-load",
    mark: "0 lost, 0 doubled, finished within 20 s",
    limits: { finished: 20_000 },
    runs: 10,
    run: killLoadWorkers,
  },
  {
    name: "kill -9 of PostgreSQL in mid-load",
    mark: "0 lost, 0 doubled",
    runs: 100,
    queues: ["postgres"],
    run: killPostgresUnderLoads,
  },
  {
    name: "load stopped for three locks (SIGSTOP), then continued",
    mark: "0 stale writes",
    runs: 100,
    queues: ["postgres"],
    run: stopLoads,
  },
  {
    name: "kill -9 at each of seventeen points of a reprocess run",
    mark: "0 lost, 0 done twice, at every point twenty times",
    runs: 20,
    queues: ["postgres"],
    run: killRuns,
  },
];

/** Runs one suite on a stage of its own; undefined when the machine lacks what the queue needs. */
export async function runLoadSuite(
  suite: LoadFaultSuite,
  options: { queue: QueueKind; runs: number; seed: number },
): Promise<LoadOutcome | undefined> {
  const stage = await openStage(options.queue);
  if (stage === undefined) return undefined;
  try {
    return await suite.run({ stage, runs: options.runs, random: randomOf(options.seed) });
  } finally {
    await stage.close();
  }
}
