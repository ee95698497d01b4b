// Many syncs of one location at once, over two workers, while two processes have registered the same schedule.
import { connectQueues } from "@almanac/queue/connect";
import { until } from "@almanac/worker/testing";
import { type Outcome, outcomeOf, stopwatch, type Suite } from "./outcome.ts";

const everySecond = {
  key: "every-second",
  name: "holiday-sync-all",
  payload: {},
  cron: "* * * * * *",
  tz: "UTC",
} as const;

/** `runs` syncs of one location; at least three slots of the schedule. */
export async function raceSyncs({ stage, size }: Suite): Promise<Outcome> {
  const problems: string[] = [];
  const watch = stopwatch();
  const workers = await Promise.all([stage.start("worker"), stage.start("worker")]);
  const [id = ""] = await stage.addLocations(["NL-UT"]);
  const other = await connectQueues({ url: stage.queueUrl, log: { info() {}, warn() {}, error() {} } });
  const began = performance.now();
  await Promise.all([stage.queues.schedule(everySecond), other.schedule(everySecond)]);
  let left = size.runs;
  // As many callers as connections: more would only wait in this process.
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (left-- > 0) await stage.request([id]);
    }),
  );
  await until(async () => (await openSyncs(stage, "api")) === 0);
  watch.note("finished", began);
  await until(async () => (await slotsOf(stage)).length >= 3);
  await other.unschedule(everySecond.key);
  await stage.queues.unschedule(everySecond.key);
  // Only now nothing is added any more: a machine that needs longer than a second for a sync would always have an open one.
  await until(async () => (await scheduledJobs(stage)) + (await openSyncs(stage, "schedule")) === 0);
  const slots = await slotsOf(stage);
  if (new Set(slots).size !== slots.length) problems.push("a slot was synced twice");
  const { rows } = await stage.database.query<{ newest: number; asked: number }>(
    `select max(version) as newest, (select count(*)::int from sync) as asked
     from location_version where location_id = $1`,
    [id],
  );
  const { newest, asked } = rows[0]!;
  if (newest !== asked || asked !== size.runs + slots.length) problems.push(`version ${newest} after ${asked} syncs`);
  await other.close();
  await Promise.all(workers.map((worker) => worker.stop()));
  return outcomeOf(stage, {
    runs: size.runs,
    size: `of one location, ${slots.length} slots beside them`,
    slowest: watch.slowest,
    problems,
  });
}

async function scheduledJobs({ queues }: Suite["stage"]): Promise<number> {
  const counts = await queues.counts("holiday-sync-all");
  return counts.waiting + counts.active + counts.delayed;
}

async function openSyncs({ database }: Suite["stage"], trigger: "api" | "schedule"): Promise<number> {
  const { rows } = await database.query<{ open: number }>(
    "select count(*)::int as open from sync where finished_at is null and trigger = $1",
    [trigger],
  );
  return rows[0]!.open;
}

/** The seconds that the schedule's syncs are for. */
async function slotsOf({ database }: Suite["stage"]): Promise<number[]> {
  const { rows } = await database.query<{ request_key: string }>(
    "select request_key from sync where trigger = 'schedule'",
  );
  return rows.map((row) => Math.floor(Number(row.request_key.split(":").at(-1)) / 1_000));
}
