// `npm start`: the embedded default. The database, the api and the worker as separate supervised processes on one data
// folder, ended together. With DATABASE_URL there is no database of ours to start. With `--demo` (`npm run demo`) the folder
// is a fresh one, filled with a history before api and worker start.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildConsole } from "@almanac/console/build";
import { startEmbedded } from "@almanac/db/embedded";
import { startChild } from "./child.ts";
import { demoEnvironment, freshDemoFolder } from "./demo/folder.ts";
import { tour } from "./demo/tour.ts";
import { openLog } from "./logs.ts";
import { oneLine } from "./one-line.ts";
import { BadSetting, readSettings, type Settings } from "./settings.ts";
import { supervise, type Running, type Supervised } from "./supervisor.ts";
import { baseUrl, examplePath, signInLink, untilReady, untilSampled, welcome } from "./welcome.ts";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const programs = {
  api: join(checkout, "apps/api/src/main.ts"),
  worker: join(checkout, "apps/worker/src/main.ts"),
  replay: join(checkout, "scripts/demo/main.ts"),
};
const stopWithinMs = 15_000;
const readyWithinMs = 90_000;
const firstSyncWithinMs = 60_000;
const sampleWithinMs = 5_000;

const isDemo = process.argv[2] === "--demo";
let { env } = process;
const startedAt = performance.now();
const stopping = new AbortController();
const supervised: Supervised[] = [];

// While starting, the api and the worker may refuse the same value in the same words: those are printed once.
const refusals = new Set<string>();
let isStarting = true;

// A terminal that is gone must not keep us from ending everybody.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, requestStop);
// The bootstrap that started us is gone.
process.on("disconnect", requestStop);
process.channel?.unref();

process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  try {
    if (isDemo) {
      env = demoEnvironment(env);
      await freshDemoFolder(checkout, env["ALMANAC_DATA_DIR"]);
    }
    const settings = await readSettings(env, checkout);
    for (const notice of settings.notices) console.log(`Note: ${notice}.`);
    await startAll(settings);
    const failure = await Promise.race([serve(settings), ...supervised.map(failedEarly)]);
    if (failure !== undefined && refusals.size === 0) console.error(`almanac: ${failure}.`);
    await stopAll();
    return failure === undefined ? 0 : 1;
  } catch (error) {
    // An interrupted step fails; that is no failure of the start. The signal is heard one turn of the loop later.
    await new Promise(setImmediate);
    await stopAll();
    if (stopping.signal.aborted) return 0;
    console.error(`almanac: ${error instanceof BadSetting ? error.message : oneLine(error)}`);
    return 1;
  }
}

async function startAll(settings: Settings): Promise<void> {
  const logging = {
    folder: join(settings.dataDir, "logs"),
    showAll: (env["LOG_LEVEL"] ?? "") !== "",
    json: env["LOG_FORMAT"] === "json",
    print: printOnce,
  };
  // While the database comes up; the api serves it as soon as it is there.
  buildConsole().catch((error: unknown) => say(`the console could not be built: ${oneLine(error)}`));
  const url = settings.databaseUrl ?? (await startDatabase(settings, logging));
  const childEnv = {
    // glibc keeps an arena of freed memory for each thread otherwise; where the C library is another one they say nothing.
    MALLOC_ARENA_MAX: "1",
    MALLOC_TRIM_THRESHOLD_: "131072",
    ...env,
    DATABASE_URL: url,
    HOST: settings.host,
    PORT: String(settings.port),
    ALMANAC_DATA_DIR: settings.dataDir,
    LAKE_URL: env["LAKE_URL"] || pathToFileURL(join(settings.dataDir, "lake")).href,
    ALMANAC_ADMIN_KEY: settings.adminKey,
    ALMANAC_SIGNING_KEY: settings.signingKey,
    ALMANAC_ANONYMOUS_ROLE: anonymousRole(settings),
    LOG_FORMAT: "json",
  };
  if (isDemo) await replay(childEnv);
  for (const name of ["api", "worker"] as const) {
    if (stopping.signal.aborted) return;
    const line = openLog(name, logging);
    const launch = () => Promise.resolve(startChild({ program: programs[name], env: childEnv, line, stopWithinMs }));
    supervised.push(await supervise({ name, launch, say }));
  }
}

/** Fills the demo's database before anybody uses it; ends early when we are told to stop. */
async function replay(childEnv: NodeJS.ProcessEnv): Promise<void> {
  const running = startChild({
    program: programs.replay,
    env: childEnv,
    line: (text) => console.log(text),
    stopWithinMs,
  });
  const stop = () => void running.stop();
  stopping.signal.addEventListener("abort", stop);
  const { reason, isFine } = await running.exited;
  stopping.signal.removeEventListener("abort", stop);
  if (!isFine && !stopping.signal.aborted) throw new Error(`the replay of the demo's history ${reason}`);
}

/** Its port stays the same across restarts, so that the others find it again. */
async function startDatabase(settings: Settings, logging: Parameters<typeof openLog>[1]): Promise<string> {
  // The server writes plain text and says much that is no news; what matters comes back as the reason of its end.
  const log = openLog("database", { ...logging, print: () => undefined });
  let port: number | undefined;
  let url = "";
  const launch = async (): Promise<Running> => {
    const server = await startEmbedded({ dataDir: join(settings.dataDir, "postgres"), port, log });
    if (port === undefined) for (const notice of server.notices) console.log(`Note: ${notice}.`);
    ({ port, url } = server);
    const exited = server.exited.then(({ code, signal }) => ({
      reason: signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`,
      gaveUp: false,
    }));
    return { pid: server.pid, exited, stop: () => server.stop() };
  };
  supervised.push(await supervise({ name: "database", launch, say }));
  return url;
}

/** Says when all is up, then runs until it is told to stop. */
async function serve(settings: Settings): Promise<undefined> {
  const isReady = await untilReady(settings, readyWithinMs, stopping.signal);
  const seeds = env["ALMANAC_SEED"] !== "none";
  const path = isReady ? await examplePath(settings, seeds, firstSyncWithinMs, stopping.signal) : "/readyz";
  if (isReady && seeds) await untilSampled(settings, sampleWithinMs, stopping.signal);
  if (!stopping.signal.aborted) {
    leaveUrl(settings);
    const link =
      isReady && settings.databaseUrl === undefined ? await signInLink(settings, stopping.signal) : undefined;
    for (const one of supervised) one.settle();
    isStarting = false;
    const needsKey = anonymousRole(settings) === "none";
    const more = isDemo ? tour(settings) : undefined;
    console.log(welcome(settings, { path, link, needsKey, more, tookMs: performance.now() - startedAt }));
    if (!isReady) console.error(`Not everything is ready yet; ${join(settings.dataDir, "logs")} says why.`);
  }
  if (!stopping.signal.aborted) await new Promise((resolve) => stopping.signal.addEventListener("abort", resolve));
  return undefined;
}

/** The command line looks here for the server of this checkout; the port may be any. */
function leaveUrl(settings: Settings): void {
  const file = join(settings.dataDir, "url");
  writeFileSync(file, `${baseUrl(settings)}\n`);
  process.once("exit", () => rmSync(file, { force: true }));
}

/** Those who use the database first, it last. */
async function stopAll(): Promise<void> {
  const [users, database] = [
    supervised.filter(({ name }) => name !== "database"),
    supervised.find(({ name }) => name === "database"),
  ];
  await Promise.all(users.map((one) => one.stop()));
  await database?.stop();
}

async function failedEarly(one: Supervised): Promise<string> {
  return `${one.name} ${await one.failedEarly}`;
}

function anonymousRole({ databaseUrl }: Settings): string {
  return env["ALMANAC_ANONYMOUS_ROLE"] || (databaseUrl === undefined ? "reader" : "none");
}

function requestStop(): void {
  if (!stopping.signal.aborted) console.log("Stopping …");
  stopping.abort();
}

function say(line: string): void {
  console.error(`almanac: ${line}.`);
}

function printOnce(line: string): void {
  if (isStarting && refusals.has(line)) return;
  if (isStarting) refusals.add(line);
  console.error(line);
}
