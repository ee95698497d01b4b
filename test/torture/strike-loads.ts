// Loads are struck: their process is killed at every named point, their database dies, their process stands still for
// three locks. Whoever goes on must come to exactly what the lines come to.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { findLoad, type LoadView } from "@almanac/db/loads";
import { endStillCopies } from "@almanac/db/still-copies";
import type { LoadId } from "@almanac/domain/ids";
import { openLake } from "@almanac/lake/open";
import { lockMs } from "@almanac/queue/consume";
import { acceptLoad } from "@almanac/usecases/accept-load";
import { runLoad } from "@almanac/usecases/run-load";
import { until } from "@almanac/worker/testing";
import { type LoadProcessOrder, startLoadProcess } from "@almanac/worker/testing/load-processes";
import type { Random } from "../stage/random.ts";
import type { Stage } from "../stage/stage.ts";
import { type StruckBody, struckBody } from "./load-bodies.ts";
import { loadBooks, type LoadOutcome, wrongEvents } from "./load-outcome.ts";
import { stopwatch } from "./outcome.ts";

export interface LoadSuite {
  stage: Stage;
  runs: number;
  random: Random;
}

const settings = { lanes: 2, chunkLines: 50, lineMaxBytes: 1_048_576 };
const groups = 60;
const stoppedAtOnce = 5;
/** How often a worker looks. */
const lookMs = 5_000;
const runPoints = ["claimed", "parse", "copy-half", "copy-end", "merge", "history", "before-commit", "after-commit"];
const acceptPoints = ["raw-opened", "raw-half", "raw-fsynced", "raw-renamed", "manifest-inserted", "accepted"];

/** Everything that a strike needs, and the books at its end. */
async function openScene({ stage }: LoadSuite) {
  const folder = await mkdtemp(join(tmpdir(), "almanac-struck-"));
  const lakeUrl = pathToFileURL(join(folder, "lake")).href;
  const lake = openLake(lakeUrl);
  const { books, ended } = loadBooks();
  const watch = stopwatch();
  const newest = new Map<string, number>();
  const now = () => Temporal.Now.instant();
  const at = { url: stage.databaseUrl, lakeUrl, queueUrl: stage.queueUrl, load: settings };
  const path = join(folder, "body");

  const accept = async (body: StruckBody, wakes: boolean): Promise<LoadId> => {
    for (const [id, version] of body.newest) newest.set(id, version);
    const queues = wakes ? stage.queues : { enqueue: () => Promise.resolve("") };
    const deps = { database: stage.database, lake, now, queues, onWakeFailed: () => undefined };
    const { load } = await acceptLoad(deps, {
      body: once(Buffer.from(body.text)),
      dataset: "events",
      channel: "upload",
      mediaType: "application/x-ndjson",
      timeZone: null,
      requestedBy: "torture",
    });
    return load.loadId;
  };
  return {
    path,
    at,
    watch,
    accept,
    ended,
    run: (loadId: LoadId) =>
      runLoad({ database: stage.database, lake, now, settings }, { loadId, signal: new AbortController().signal }),
    start: (order: Omit<LoadProcessOrder, keyof typeof at>) => startLoadProcess({ ...at, ...order }),
    async outcome(runs: number, problems: string[]): Promise<LoadOutcome> {
      books.wrong = await wrongEvents(stage, newest);
      await lake.close();
      await rm(folder, { recursive: true, force: true });
      const wrong = [
        ...(books.miscounted > 0 ? [`${books.miscounted} loads miscounted`] : []),
        ...(books.wrong > 0 ? [`${books.wrong} events wrong`] : []),
      ];
      return { runs, books, slowest: watch.slowest, problems: [...problems, ...wrong] };
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Kills a process at each named point, `runs` times, each time at another occurrence of it. */
export async function killAtPoints(suite: LoadSuite): Promise<LoadOutcome> {
  const scene = await openScene(suite);
  const problems: string[] = [];
  let strikes = 0;
  for (let run = 1; run <= suite.runs; run += 1) {
    for (const point of [...runPoints, "before-ack", ...acceptPoints]) {
      const body = struckBody(groups);
      const isAccept = acceptPoints.includes(point);
      const times = isAccept || ["claimed", "parse", "before-ack"].includes(point) ? 1 : 1 + suite.random.below(6);
      if (isAccept) await writeFile(scene.path, body.text);
      const order = isAccept
        ? { kind: "accept" as const, path: scene.path }
        : { kind: "run" as const, loadId: await scene.accept(body, false) };
      const how = await scene.start({ ...order, point, times, strike: "kill" }).ended;
      if (how !== "SIGKILL") problems.push(`run ${run}, ${point}: it ended with ${how}`);
      const struck = performance.now();
      scene.ended(await scene.run(await scene.accept(body, false)), body.rows);
      scene.watch.note("finished", struck);
      strikes += 1;
    }
  }
  return scene.outcome(strikes, problems);
}

/** Kills workers that took a load from the queue; the next worker has to find the job. */
export async function killLoadWorkers(suite: LoadSuite): Promise<LoadOutcome> {
  const scene = await openScene(suite);
  const problems: string[] = [];
  for (let run = 1; run <= suite.runs; run += 1) {
    const body = struckBody(groups);
    const point = suite.random.pick(runPoints.slice(2));
    const victim = scene.start({ kind: "work", point, times: 1 + suite.random.below(5), strike: "kill" });
    await victim.at("ready");
    const loadId = await scene.accept(body, true);
    const how = await victim.ended;
    if (how !== "SIGKILL") problems.push(`run ${run}, ${point}: it ended with ${how}`);
    const struck = performance.now();
    const next = scene.start({ kind: "work" });
    scene.ended(await endOf(suite.stage, loadId), body.rows);
    scene.watch.note("finished", struck);
    next.child.kill("SIGKILL");
    await next.ended;
  }
  return scene.outcome(suite.runs, problems);
}

/** Kills the server while a worker loads. */
export async function killPostgresUnderLoads(suite: LoadSuite): Promise<LoadOutcome> {
  const { stage, random } = suite;
  const scene = await openScene(suite);
  const worker = scene.start({ kind: "work" });
  await worker.at("ready");
  const problems: string[] = [];
  for (let run = 1; run <= suite.runs; run += 1) {
    const body = struckBody(groups * 2);
    const share = random.below(body.rows.total);
    const loadId = await scene.accept(body, true);
    await until(async () => {
      const load = await findLoad(stage.database, loadId);
      return load !== null && (load.finishedAt !== null || load.rows.total >= share);
    });
    await stage.server.kill();
    await stage.server.restart();
    const back = performance.now();
    scene.ended(await endOf(stage, loadId), body.rows);
    scene.watch.note("finished", back);
  }
  worker.child.kill("SIGKILL");
  await worker.ended;
  return scene.outcome(suite.runs, problems);
}

/** Stops processes in the middle of their loads, has others finish those, and lets them go on three locks later. */
export async function stopLoads(suite: LoadSuite): Promise<LoadOutcome> {
  const { stage, random } = suite;
  const scene = await openScene(suite);
  const problems: string[] = [];
  // What every worker does beside its loads: without it, whoever takes over waits behind a COPY that has no end.
  using _looking = setInterval(() => void endStillCopies(stage.database).catch(() => 0), lookMs);
  let strikes = 0;
  for (let run = 1; run <= suite.runs; run += stoppedAtOnce) {
    const bodies = Array.from({ length: stoppedAtOnce }, () => struckBody(groups));
    const stopped = [];
    for (const body of bodies) {
      const loadId = await scene.accept(body, false);
      const point = random.pick(runPoints.slice(2));
      const victim = scene.start({ kind: "run", loadId, point, times: 1 + random.below(5), strike: "stop" });
      await victim.at(point);
      stopped.push({ victim, loadId, body });
      strikes += 1;
    }
    const since = performance.now();
    for (const { loadId, body } of stopped) scene.ended(await scene.run(loadId), body.rows);
    scene.watch.note("taken over and finished", since);
    await pause(Math.max(0, 3 * lockMs - (performance.now() - since)));
    const before = await batchesOf(stage);
    for (const { victim } of stopped) victim.child.kill("SIGCONT");
    for (const { victim } of stopped) await victim.ended;
    if ((await batchesOf(stage)) !== before) problems.push(`run ${run}: a process that had been stopped wrote`);
  }
  return await scene.outcome(strikes, problems);
}

async function endOf(stage: Stage, loadId: LoadId): Promise<LoadView> {
  return until(async () => {
    const load = await findLoad(stage.database, loadId).catch(() => null);
    return load?.finishedAt == null ? null : load;
  });
}

async function batchesOf({ database }: Stage): Promise<string> {
  const { rows } = await database.query<{ content: string }>(
    "select md5(string_agg(b::text, ';' order by batch_id)) as content from batch b",
  );
  return rows[0]!.content;
}
