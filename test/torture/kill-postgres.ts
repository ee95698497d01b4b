// kill -9 of PostgreSQL in the middle of a sync: the worker stays, connects again and finishes.
import { codesOf, type Outcome, outcomeOf, stopwatch, type Suite } from "./outcome.ts";
import { doneOf, midSync, movesOn } from "./progress.ts";

export async function killPostgres({ stage, size, random }: Suite): Promise<Outcome> {
  const problems: string[] = [];
  const watch = stopwatch();
  // Before there are locations: a start that finds some unsynced asks for a sync of its own.
  const worker = await stage.start("worker");
  const ids = await stage.addLocations(codesOf(size.locations));
  for (let run = 1; run <= size.runs; run += 1) {
    const syncId = await midSync(stage, ids, random);
    const done = await doneOf(stage, syncId);
    await stage.server.kill();
    stage.gate.open();
    await stage.server.restart();
    const back = performance.now();
    await movesOn(stage, syncId, done);
    watch.note("resumed", back);
    const sync = await stage.finished(syncId);
    watch.note("finished", back);
    if (sync.status !== "succeeded") problems.push(`run ${run}: the sync ${sync.status}`);
    if (!worker.isAlive()) {
      problems.push(`run ${run}: the worker ended with ${await worker.ended}`);
      break;
    }
  }
  await worker.stop();
  return outcomeOf(stage, { runs: size.runs, size: `${size.locations} locations`, slowest: watch.slowest, problems });
}
