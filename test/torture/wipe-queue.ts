// The queue's schema dropped, or Redis flushed, with jobs waiting: Postgres knows what they were.
import { findSync } from "@almanac/db/syncs";
import type { SyncId } from "@almanac/domain/ids";
import { until } from "@almanac/worker/testing";
import type { Stage } from "../stage/stage.ts";
import { codesOf, type Outcome, outcomeOf, stopwatch, type Suite } from "./outcome.ts";

/** `locations` jobs wait each time: most of one sync, a tenth of syncs of one location each. */
export async function wipeQueues({ stage, size, random }: Suite): Promise<Outcome> {
  const ids = await stage.addLocations(codesOf(size.locations));
  const problems: string[] = [];
  const watch = stopwatch();
  for (let run = 1; run <= size.runs; run += 1) {
    const asked = random.shuffle(ids);
    const alone = asked.slice(0, Math.ceil(ids.length / 10));
    const syncIds = [await stage.request(asked.slice(alone.length)), ...(await requestAlone(stage, alone))];
    stage.gate.shut();
    const filler = await stage.start("worker");
    await until(async () => (await waitingJobs(stage)) >= ids.length);
    await filler.kill();
    await stage.wipeQueue();
    const wiped = performance.now();
    // A started worker would be the supervisor's: the clock counts its start, too.
    const worker = await stage.start("worker");
    stage.gate.open();
    await until(async () => (await doneOfAll(stage)) + (await waitingJobs(stage)) >= ids.length * run);
    watch.note("jobs back", wiped);
    await until(async () => (await doneOfAll(stage)) === ids.length * run);
    const syncs = await Promise.all(syncIds.map((syncId) => stage.finished(syncId)));
    watch.note("finished", wiped);
    const bad = syncs.filter((sync) => sync.status !== "succeeded");
    if (bad.length > 0) problems.push(`run ${run}: ${bad.length} syncs did not succeed`);
    await worker.stop();
  }
  return outcomeOf(stage, { runs: size.runs, size: `${size.locations} jobs`, slowest: watch.slowest, problems });
}

/** The same under a worker that runs and stays. */
export async function wipeUnderWorker({ stage, size, random }: Suite): Promise<Outcome> {
  const problems: string[] = [];
  const watch = stopwatch();
  // Before there are locations: a start that finds some unsynced asks for a sync of its own.
  const worker = await stage.start("worker");
  const ids = await stage.addLocations(codesOf(size.locations));
  for (let run = 1; run <= size.runs; run += 1) {
    const syncId = await stage.request(ids);
    const share = random.below(ids.length);
    await until(async () => (await done(stage, syncId)) >= share);
    await stage.wipeQueue();
    const wiped = performance.now();
    const sync = await stage.finished(syncId);
    watch.note("finished", wiped);
    if (sync.status !== "succeeded") problems.push(`run ${run}: the sync ${sync.status}`);
  }
  if (!worker.isAlive()) problems.push(`the worker ended with ${await worker.ended}`);
  await worker.stop();
  return outcomeOf(stage, { runs: size.runs, size: `${size.locations} jobs`, slowest: watch.slowest, problems });
}

/** A sync of one location each, as many callers at a time as there are connections. */
async function requestAlone(stage: Stage, ids: readonly string[]): Promise<SyncId[]> {
  const left = [...ids];
  const asked: SyncId[] = [];
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) asked.push(await stage.request([id]));
    }),
  );
  return asked;
}

/** Locations of all syncs that have an outcome. */
async function doneOfAll({ database }: Stage): Promise<number> {
  const { rows } = await database.query<{ done: number }>(
    "select coalesce(sum(changed + unchanged + failed + quarantined), 0)::int as done from sync",
  );
  return rows[0]!.done;
}

async function waitingJobs({ queues }: Stage): Promise<number> {
  const counts = await queues.counts("holiday-sync");
  return counts.waiting + counts.active + counts.delayed;
}

async function done(stage: Stage, syncId: SyncId): Promise<number> {
  const sync = await findSync(stage.database, syncId);
  return sync!.changed + sync!.unchanged;
}
