// Reprocess runs are struck: their process is killed at every named point, each time at another occurrence of it. Whoever goes
// on must leave exactly what an undisturbed run leaves.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { migrate } from "@almanac/db/migrate";
import { startLoadProcess } from "@almanac/worker/testing/load-processes";
import {
  leftBy,
  runPoints,
  struckLines,
  struckLoad,
  struckPlace,
  struckRun,
} from "@almanac/worker/testing/struck-runs";
import type { LoadOutcome } from "./load-outcome.ts";
import { stopwatch } from "./outcome.ts";
import type { LoadSuite } from "./strike-loads.ts";

const template = "struck_runs";
// A strike mostly waits for a process to start.
const atOnce = 4;

export async function killRuns({ stage, runs, random }: LoadSuite): Promise<LoadOutcome> {
  const folder = await mkdtemp(join(tmpdir(), "almanac-struck-runs-"));
  const body = struckLines();
  const books = { loads: 0, lines: 0, miscounted: 0, wrong: 0 };
  const problems: string[] = [];
  const watch = stopwatch();
  const urlOf = (name: string) => Object.assign(new URL(stage.databaseUrl), { pathname: `/${name}` }).href;
  await stage.database.query(`create database ${template}`);
  await migrate(urlOf(template));

  const place = async (name: string) => {
    await stage.database.query(`create database ${name} template ${template}`);
    const close = async () => void (await stage.database.query(`drop database ${name} with (force)`));
    return struckPlace({ url: urlOf(name), close }, pathToFileURL(join(folder, name)).href, body);
  };
  const told = async ({ database, run }: Awaited<ReturnType<typeof place>>, runId: Parameters<typeof run>[0]) => {
    const { status, rows, rejects } = await run(runId);
    return { told: { status, rows, rejects }, left: await leftBy(database, runId) };
  };
  async function undisturbed() {
    await using there = await place("undisturbed");
    // Awaited here: the place is gone when this returns.
    return await told(there, await there.ask());
  }
  const expected = await undisturbed();
  const strike = async (name: string, [point, most]: (typeof runPoints)[number]) => {
    await using there = await place(name);
    const runId = await there.ask();
    const order = { ...there.at, kind: "reprocess" as const, runId, load: struckLoad, reprocess: struckRun };
    const times = 1 + random.below(most);
    const how = await startLoadProcess({ ...order, point, times, strike: "kill" }).ended;
    if (how !== "SIGKILL") problems.push(`${name}, ${point}: it ended with ${how}`);
    const struck = performance.now();
    const found = await told(there, runId);
    watch.note("finished", struck);
    books.loads += 1;
    books.lines += found.told.rows.scanned;
    if (!isDeepStrictEqual(found.told, expected.told)) books.miscounted += 1;
    if (!isDeepStrictEqual(found.left, expected.left)) books.wrong += 1;
  };
  for (let run = 1; run <= runs; run += 1) {
    for (let from = 0; from < runPoints.length; from += atOnce) {
      const points = runPoints.slice(from, from + atOnce);
      await Promise.all(points.map((point, place) => strike(`struck_${run}_${from + place}`, point)));
    }
  }
  await rm(folder, { recursive: true, force: true });
  if (books.miscounted > 0) problems.push(`${books.miscounted} runs miscounted`);
  if (books.wrong > 0) problems.push(`${books.wrong} runs left something else`);
  return { runs: books.loads, books, slowest: watch.slowest, problems };
}
