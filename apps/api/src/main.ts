// The api process: reads its configuration, waits for the database and the queue, listens, and ends in order.
import { dropExpiredAccess } from "@almanac/db/access/sign-ins";
import { asAppError, type Database, openDatabase } from "@almanac/db/database";
import { isMigrated, migrate } from "@almanac/db/migrate";
import { openReader, type Reader } from "@almanac/db/reader";
import { AppError } from "@almanac/domain/errors";
import { eventually } from "@almanac/process/eventually";
import { createLog, type Logger } from "@almanac/process/log";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { openSource } from "@almanac/sources/open";
import { createApp } from "./app.ts";
import { type ApiConfig, readConfig } from "./config.ts";
import { listen, type Listening } from "./listen.ts";

const poolSize = 10;
const endWithinMs = 10_000;
const sweepEveryMs = 3_600_000;

function configured(): ApiConfig {
  try {
    return readConfig();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

const config = configured();
const log = createLog({ name: "api", level: config.LOG_LEVEL, format: config.LOG_FORMAT });
const shutdown = new AbortController();
const open: { server?: Listening; queues?: Queues; database?: Database; reader?: Reader } = {};

process.once("SIGTERM", () => void end("SIGTERM"));
process.once("SIGINT", () => void end("SIGINT"));
// The supervisor holds the other end: when it is gone, so is our reason to run.
process.once("disconnect", () => void end("the supervisor is gone"));
process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "an error that nobody expected; ending");
  process.exit(1);
});

await begin().catch((error: unknown) => {
  if (shutdown.signal.aborted) {
    return;
  }
  const known = asAppError(error);
  process.stderr.write(`${known instanceof AppError ? known.detail : String((error as Error).stack)}\n`);
  process.exit(1);
});

async function begin(): Promise<void> {
  const wait = { signal: shutdown.signal, asAppError, log };
  const source = openSource(config.source);
  const database = await openDatabase({
    url: config.DATABASE_URL,
    poolSize,
    applicationName: "almanac api",
    onConnectionError: (error) => log.warn({ reason: error.message }, "a database connection was lost"),
  });
  open.database = database;
  await eventually(() => prepareSchema(database), { ...wait, what: "the database" });
  const queues = await eventually(() => connectQueues({ url: config.queueUrl, log }), { ...wait, what: "the queue" });
  open.queues = queues;
  if (config.ALMANAC_ADMIN_KEY === undefined) {
    log.warn("ALMANAC_ADMIN_KEY is unset: only keys that exist already are accepted");
  }
  const reader = openReader({
    url: config.DATABASE_URL,
    applicationName: "almanac api reads",
    onConnectionError: (error) => log.warn({ reason: error.message }, "a database connection for reads was lost"),
  });
  open.reader = reader;
  const app = createApp({
    database,
    reader,
    queues,
    source,
    log,
    settings: {
      adminKey: config.ALMANAC_ADMIN_KEY ?? null,
      anonymousRole: config.ALMANAC_ANONYMOUS_ROLE,
      rateLimit: config.rateLimit,
      trustedProxies: config.ALMANAC_TRUSTED_PROXIES,
      yearsBack: config.HOLIDAY_YEARS_BACK,
      yearsAhead: config.HOLIDAY_YEARS_AHEAD,
    },
    shutdown: shutdown.signal,
  });
  open.server = await listen(app, { host: config.HOST, port: config.PORT });
  sweep(database, log);
  log.info({ url: open.server.url }, `listening on ${open.server.url}`);
  process.send?.({ type: "listening", url: open.server.url });
}

async function prepareSchema(database: Database): Promise<void> {
  if (config.ALMANAC_MIGRATE === "on") {
    const { applied } = await migrate(config.DATABASE_URL);
    if (applied.length > 0) {
      log.info({ applied }, "the schema was brought to the newest version");
    }
    return;
  }
  await database.query("select 1");
  if (!(await isMigrated((text) => database.query<{ name: string }>(text)))) {
    log.warn("the schema is not the newest and ALMANAC_MIGRATE is off: run npm run migrate");
  }
}

/** Ended sign-ins and old answers take no room for ever. */
function sweep(database: Database, to: Logger): void {
  const timer = setInterval(() => {
    dropExpiredAccess(database).catch((error: unknown) => to.warn({ err: error }, "could not sweep expired sign-ins"));
  }, sweepEveryMs);
  timer.unref();
}

/** Stops listening, lets running requests finish within the deadline, then closes what is open. */
async function end(reason: string): Promise<void> {
  if (shutdown.signal.aborted) {
    return;
  }
  log.info({ reason }, "ending");
  setTimeout(() => {
    log.warn("requests were still running at the deadline; ending all the same");
    process.exit(0);
  }, endWithinMs).unref();
  shutdown.abort();
  await open.server?.close();
  await Promise.allSettled([open.queues?.close(), open.reader?.close(), open.database?.close()]);
  process.exit(0);
}
