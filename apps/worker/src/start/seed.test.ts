// The first start of several workers on one empty database.
import { listSyncs } from "@almanac/db/syncs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { finished, testWorker, type TestWorker } from "../../testing/worker.ts";
import { startWorker } from "../worker.ts";

let first: TestWorker;
beforeAll(async () => {
  first = await testWorker();
});
afterAll(() => first.close());

const start = { seed: "brief", cron: "0 3 * * *", tz: "Europe/Amsterdam", keepAllDays: 30, sampleEvents: 100 } as const;

test("workers that start at once seed once and ask for one first sync; the next start asks for none", async () => {
  const { deps } = first;
  const workers = await Promise.all(Array.from({ length: 4 }, () => startWorker(deps, start)));
  const syncs = await listSyncs(deps.database, { limit: 10 });
  expect(syncs).toHaveLength(1);
  expect(syncs[0]).toMatchObject({ trigger: "start", total: 13 });
  expect(await finished(deps, syncs[0]!.syncId)).toMatchObject({ status: "succeeded", changed: 13 });
  workers.push(await startWorker(deps, start));
  expect(await listSyncs(deps.database, { limit: 10 })).toHaveLength(1);
  expect((await deps.queues.schedules()).map(({ key, cron, tz }) => ({ key, cron, tz })).toSorted(byKey)).toEqual([
    { key: "scheduled-prune", cron: "30 4 * * *", tz: "Europe/Amsterdam" },
    { key: "scheduled-sync", cron: "0 3 * * *", tz: "Europe/Amsterdam" },
  ]);
  workers.push(await startWorker(deps, { ...start, cron: "off", keepAllDays: "off" }));
  expect(await deps.queues.schedules()).toEqual([]);
  await Promise.all(workers.map((worker) => worker.stop(5_000)));
});

test("the brief's four places in England resolve to England, its nine provinces to the Netherlands", async () => {
  const { rows } = await first.deps.database.query<{ region: string; codes: string[] }>(
    `select c.region, array_agg(m.subdivision_code order by m.subdivision_code) as codes
     from location_mapping m join region_resolution r using (subdivision_code) join calendar c using (calendar_id)
     group by c.region order by c.region`,
  );
  expect(rows).toEqual([
    { region: "GB-ENG", codes: ["GB-NSM", "GB-SOM", "GB-WLL", "GB-WRT"] },
    { region: "NL", codes: ["NL-DR", "NL-FL", "NL-FR", "NL-GE", "NL-GR", "NL-LI", "NL-NH", "NL-UT", "NL-ZH"] },
  ]);
});

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}
