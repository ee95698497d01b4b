// kill -9 of the worker in the middle of a sync, and SIGTERM under load: another one finishes, nothing is lost or doubled.
import type { Running } from "../stage/processes.ts";
import { codesOf, type Outcome, outcomeOf, stopwatch, type Suite } from "./outcome.ts";
import { doneOf, midSync, movesOn } from "./progress.ts";

/** Ends one worker and returns with the next one running. */
type Strike = (worker: Running, problems: string[]) => Promise<void>;

export function killWorkers(suite: Suite): Promise<Outcome> {
  return strikeWorkers(suite, (worker) => worker.kill());
}

export function endWorkers(suite: Suite): Promise<Outcome> {
  return strikeWorkers(suite, async (worker, problems) => {
    const code = await worker.stop();
    if (code !== 0) problems.push(`SIGTERM ended with ${code}`);
  });
}

async function strikeWorkers({ stage, size, random }: Suite, strike: Strike): Promise<Outcome> {
  const problems: string[] = [];
  const watch = stopwatch();
  // Before there are locations: a start that finds some unsynced asks for a sync of its own.
  let worker = await stage.start("worker");
  const ids = await stage.addLocations(codesOf(size.locations));
  for (let run = 1; run <= size.runs; run += 1) {
    const syncId = await midSync(stage, ids, random);
    const done = await doneOf(stage, syncId);
    const struck = performance.now();
    const gone = strike(worker, problems);
    stage.gate.open();
    await gone;
    watch.note("ended", struck);
    worker = await stage.start("worker");
    await movesOn(stage, syncId, done);
    watch.note("resumed", struck);
    const sync = await stage.finished(syncId);
    watch.note("finished", struck);
    if (sync.status !== "succeeded") problems.push(`run ${run}: the sync ${sync.status}`);
  }
  await worker.stop();
  return outcomeOf(stage, { runs: size.runs, size: `${size.locations} locations`, slowest: watch.slowest, problems });
}
