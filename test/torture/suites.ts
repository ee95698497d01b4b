// Every fault suite: what it strikes, on which queues, small for `npm test` and in numbers for `npm run torture`.
import { randomOf } from "../stage/random.ts";
import { openStage, type QueueKind } from "../stage/stage.ts";
import { killPostgres } from "./kill-postgres.ts";
import { endWorkers, killWorkers } from "./kill-worker.ts";
import type { Outcome, Size, Suite } from "./outcome.ts";
import { raceSyncs } from "./races.ts";
import { stopWorkers } from "./stop-worker.ts";
import { misbehave } from "./upstream.ts";
import { wipeQueues, wipeUnderWorker } from "./wipe-queue.ts";

export interface FaultSuite {
  name: string;
  /** What must hold, as the name of its test. */
  promise: string;
  /** The mark it is held to, in the report. */
  mark: string;
  /** What the mark says of times, in milliseconds, by what they measure; a busy machine misses them without harm. */
  limits?: Readonly<Record<string, number>>;
  small: Size;
  large: Size;
  run: (suite: Suite) => Promise<Outcome>;
  /** Left out: on every queue. */
  queues?: readonly QueueKind[];
}

export const suites: readonly FaultSuite[] = [
  {
    name: "kill -9 of the worker in mid-sync",
    promise: "another worker finishes the sync",
    mark: "0 lost, 0 doubled, resumed within 10 s of the kill",
    limits: { resumed: 10_000 },
    small: { runs: 1, locations: 120 },
    large: { runs: 10, locations: 1_000 },
    run: killWorkers,
  },
  {
    name: "kill -9 of PostgreSQL in mid-sync",
    promise: "the worker stays, connects again and finishes",
    mark: "0 lost, 0 doubled, going on within 5 s of its return",
    limits: { resumed: 5_000 },
    small: { runs: 1, locations: 120 },
    large: { runs: 10, locations: 1_000 },
    run: killPostgres,
  },
  {
    name: "SIGTERM under load",
    promise: "the worker ends with 0, what it leaves is finished by the next",
    mark: "exit code 0 within 30 s, 0 lost",
    limits: { ended: 30_000 },
    small: { runs: 1, locations: 120 },
    large: { runs: 10, locations: 1_000 },
    run: endWorkers,
  },
  {
    name: "queue wiped with every job waiting",
    promise: "all jobs come back and finish",
    mark: "all jobs back within 30 s",
    limits: { "jobs back": 30_000 },
    small: { runs: 1, locations: 300 },
    large: { runs: 1, locations: 10_000 },
    run: wipeQueues,
  },
  {
    name: "queue wiped under a running worker",
    promise: "the worker stays and everything finishes",
    mark: "0 lost, 0 doubled",
    small: { runs: 1, locations: 120 },
    large: { runs: 5, locations: 1_000 },
    run: wipeUnderWorker,
  },
  {
    name: "syncs of one location at once, two workers, two schedulers",
    promise: "versions rise by one, a slot is synced once",
    mark: "versions without gaps, one current, one sync a slot",
    small: { runs: 200, locations: 1 },
    large: { runs: 1_000, locations: 1 },
    run: raceSyncs,
  },
  {
    name: "worker stopped for three locks (SIGSTOP), then continued",
    promise: "nothing that it writes late is taken",
    mark: "0 stale writes",
    small: { runs: 1, locations: 40 },
    large: { runs: 8, locations: 100 },
    run: stopWorkers,
  },
  {
    name: "fourteen misbehaviours of the holiday source, in random order",
    promise: "nothing is removed, versions come of successes alone, as-of answers never change",
    mark: "0 bad versions, 0 removed, 0 as-of answers changed",
    small: { runs: 1, locations: 3 },
    large: { runs: 2, locations: 14 },
    run: misbehave,
    queues: ["postgres"],
  },
];

/** Runs one suite on a stage of its own; undefined when the machine lacks what the queue needs. */
export async function runSuite(
  suite: FaultSuite,
  options: { queue: QueueKind; size: Size; seed: number },
): Promise<Outcome | undefined> {
  const stage = await openStage(options.queue);
  if (stage === undefined) return undefined;
  try {
    return await suite.run({ stage, size: options.size, random: randomOf(options.seed) });
  } finally {
    await stage.close();
  }
}
