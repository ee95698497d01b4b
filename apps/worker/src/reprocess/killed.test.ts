// kill -9 at every named point of a run: whoever goes on afterwards comes to exactly the same end.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { testDatabase } from "@almanac/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLoadProcess } from "../../testing/load-processes.ts";
import { leftBy, runPoints, struckLines, struckLoad, struckPlace, struckRun } from "../../testing/struck-runs.ts";

const body = struckLines();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "almanac-struck-runs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = async (name: string) => struckPlace(await testDatabase(), pathToFileURL(join(folder, name)).href, body);

async function undisturbed() {
  await using there = await place("undisturbed");
  const runId = await there.ask();
  const { status, rows, rejects } = await there.run(runId);
  return { told: { status, rows, rejects }, left: await leftBy(there.database, runId) };
}
const expected = Promise.withResolvers<Awaited<ReturnType<typeof undisturbed>>>();
beforeAll(async () => expected.resolve(await undisturbed()));

test("the run that is struck changes, leaves and fails events, and brings rejects in", async () => {
  const { told, left } = await expected.promise;
  expect(told).toEqual({
    status: "partial",
    rows: { scanned: 120, changed: 100, unchanged: 10, failed: 10 },
    rejects: { replayed: 10, passed: 10 },
  });
  // Four ranges of thirty events, each in chunks of twelve, twelve and six.
  expect(left["batches"]).toHaveLength(12);
});

test("workers that are killed one after the other, at every point of a run, lose nothing and do nothing twice", async () => {
  await using there = await place("struck");
  const runId = await there.ask();
  const order = { ...there.at, kind: "reprocess" as const, runId, load: struckLoad, reprocess: struckRun };
  // Each goes on where the one before died; `npm run torture` strikes a run of its own at each point.
  for (const [point, , next] of runPoints) {
    const how = await startLoadProcess({ ...order, point, times: next, strike: "kill" }).ended;
    expect([point, how]).toEqual([point, "SIGKILL"]);
  }
  const { status, rows, rejects } = await there.run(runId);
  const { told, left } = await expected.promise;
  expect({ status, rows, rejects }).toEqual(told);
  expect(await leftBy(there.database, runId)).toEqual(left);
}, 120_000);
