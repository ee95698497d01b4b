// A worker that is stopped while it holds claims on calendars, and goes on three locks later with answers that are old
// by then: not one of them may be written over what its successor brought.
import { setTimeout as pause } from "node:timers/promises";
import { lockMs } from "@almanac/queue/consume";
import { until } from "@almanac/worker/testing";
import type { Stage } from "../stage/stage.ts";
import { codesOf, type Outcome, outcomeOf, stopwatch, type Suite } from "./outcome.ts";

const nextYear = new Date().getUTCFullYear() + 1;
const regions = ["NL", "GB-ENG", "DE-BE", "FR", "BE", "AT", "ES", "IT", "PT", "DK"];

/** Each run stops a worker that has ten calendars in hand, at a random moment around its writes. */
export async function stopWorkers({ stage, size, random }: Suite): Promise<Outcome> {
  const ids = await stage.addLocations(codesOf(size.locations));
  const problems: string[] = [];
  const watch = stopwatch();
  for (let run = 1; run <= size.runs; run += 1) {
    stage.gate.shut();
    // Asked before the start: a start that finds locations unsynced asks for a sync of its own.
    const syncId = await stage.request(ids);
    const stopped = await stage.start("worker");
    await until(async () => stage.gate.waiting > 0);
    for (const region of regions) {
      stage.double.setHolidays(region, nextYear, [
        {
          do: "add",
          holiday: { name: `News of run ${run}`, date: `${nextYear}-07-${String(1 + (run % 28)).padStart(2, "0")}` },
        },
      ]);
    }
    stage.gate.open();
    // The moment is the point: before its answers arrive, among its writes, or after them.
    await pause(random.below(60));
    stopped.signal("SIGSTOP");
    const since = performance.now();
    const successor = await stage.start("worker");
    const sync = await stage.finished(syncId);
    watch.note("taken over and finished", since);
    if (sync.status !== "succeeded") problems.push(`run ${run}: the sync ${sync.status}`);
    const before = await contentOf(stage);
    await pause(Math.max(0, 3 * lockMs - (performance.now() - since)));
    const beats = await beatsOf(stage);
    stopped.signal("SIGCONT");
    await until(async () => (await beatsOf(stage)).filter((beat) => !beats.includes(beat)).length >= 2);
    if ((await contentOf(stage)) !== before) problems.push(`run ${run}: the worker that had been stopped wrote`);
    const next = await stage.finished(await stage.request(ids));
    if (next.status !== "succeeded") problems.push(`run ${run}: the sync after it ${next.status}`);
    await Promise.all([stopped.stop(), successor.stop()]);
  }
  return outcomeOf(stage, {
    runs: size.runs,
    size: `${regions.length} calendars in hand, ${size.locations} locations`,
    slowest: watch.slowest,
    problems,
  });
}

/** Everything that a stale write would change. */
async function contentOf({ database }: Stage): Promise<string> {
  const { rows } = await database.query<{ content: string }>(
    `select md5(concat(
       (select string_agg(h::text, ';' order by h::text) from holiday h),
       (select string_agg(concat(calendar_id, ' ', current_revision), ';' order by calendar_id) from calendar),
       (select string_agg(r::text, ';' order by location_id, first_version) from location_version_run r)
     )) as content`,
  );
  return rows[0]!.content;
}

/** Who has said when that it is alive. */
async function beatsOf({ database }: Stage): Promise<string[]> {
  const { rows } = await database.query<{ beat: string }>(
    "select concat(worker_id, ' ', seen_at) as beat from worker_heartbeat",
  );
  return rows.map((row) => row.beat);
}
