// Many syncs of one location at once, over two workers, while two processes have registered the same schedule.
import { connectQueues } from "@almanac/queue/connect";
import { until } from "@almanac/worker/testing";
import { type Outcome, outcomeOf, stopwatch, type Suite } from "./outcome.ts";

const everySecond = { key: "every-second", name: "holiday-sync-all", payload: {}, cron: "* * * * * *", tz: "UTC" } as const;

/** `runs` syncs of one location; at least three slots of the schedule. */
export async function raceSyncs({ stage, size }: Suite): Promise<Outcome> {
  const problems: string[] = [];
  const watch = stopwatch();
  const workers = await Promise.all([stage.start("worker"), stage.start("worker")]);
  const [id = ""] = await stage.addLocations(["NL-UT"]);
  const other = await connectQueues({ url: stage.queueUrl, log: { info() {}, warn() {}, error() {} } });
  const began = performance.now();
  await Promise.all([stage.queues.schedule(everySecond), other.schedule(everySecond)]);
  const syncIds = await Promise.all(Array.from({ length: size.runs }, () => stage.request([id])));
  const syncs = await Promise.all(syncIds.map((syncId) => stage.finished(syncId)));
  watch.note("finished", began);
  if (syncs.some((sync) => sync.status !== "succeeded")) problems.push("a sync did not succeed");
  const scheduled = async () =>
    (
      await stage.database.query<{ request_key: string }>("select request_key from sync where trigger = 'schedule'")
    ).rows.map((row) => Math.floor(Number(row.request_key.split(":").at(-1)) / 1_000));
  await until(async () => (await scheduled()).length >= 3);
  await other.unschedule(everySecond.key);
  await stage.queues.unschedule(everySecond.key);
  // A slot's job that was under way may still ask for its sync.
  await until(async () => (await unfinished(stage)) === 0);
  const slots = await scheduled();
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

async function unfinished({ database, queues }: Suite["stage"]): Promise<number> {
  const counts = await queues.counts("holiday-sync-all");
  const { rows } = await database.query<{ open: number }>(
    "select count(*)::int as open from sync where finished_at is null",
  );
  return counts.waiting + counts.active + counts.delayed + rows[0]!.open;
}
