// The worker process: reads its configuration, waits for the database and the queue, takes jobs, and ends in order.
import { asAppError, type Database, openDatabase } from "@almanac/db/database";
import { isMigrated, migrate } from "@almanac/db/migrate";
import { AppError } from "@almanac/domain/errors";
import { eventually } from "@almanac/process/eventually";
import { createLog } from "@almanac/process/log";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { openSource } from "@almanac/sources/open";
import { readConfig, type WorkerConfig } from "./config.ts";
import { defaultSettings, type WorkerDeps } from "./deps.ts";
import { startWorker, type RunningWorker } from "./worker.ts";

const poolSize = 10;
const endWithinMs = 10_000;

function configured(): WorkerConfig {
  try {
    return readConfig();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

const config = configured();
const log = createLog({ name: "worker", level: config.LOG_LEVEL, format: config.LOG_FORMAT });
const shutdown = new AbortController();
const open: { worker?: RunningWorker; queues?: Queues; database?: Database } = {};

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
  const database = await openDatabase({
    url: config.DATABASE_URL,
    poolSize,
    applicationName: "almanac worker",
    onConnectionError: (error) => log.warn({ reason: error.message }, "a database connection was lost"),
  });
  open.database = database;
  await eventually(() => prepareSchema(database), { ...wait, what: "the database" });
  const queues = await eventually(() => connectQueues({ url: config.queueUrl, log }), { ...wait, what: "the queue" });
  open.queues = queues;
  const deps: WorkerDeps = {
    database,
    queues,
    source: openSource({ ...config.source, onCall: (call) => log.debug({ call }, "asked the holiday source") }),
    log,
    now: () => Temporal.Now.instant(),
    settings: {
      ...defaultSettings,
      window: { back: config.HOLIDAY_YEARS_BACK, ahead: config.HOLIDAY_YEARS_AHEAD },
      concurrency: config.WORKER_CONCURRENCY,
    },
  };
  open.worker = await eventually(
    () =>
      startWorker(deps, {
        seed: config.ALMANAC_SEED,
        cron: config.SYNC_CRON,
        tz: config.SYNC_TZ,
        keepAllDays: config.RETENTION_KEEP_ALL_DAYS,
      }),
    { ...wait, what: "the database and the queue" },
  );
  log.info({ source: deps.source.name, queue: queues.backend }, "taking jobs");
  process.send?.({ type: "ready" });
}

async function prepareSchema(database: Database): Promise<void> {
  if (config.ALMANAC_MIGRATE === "on") {
    await migrate(config.DATABASE_URL);
    return;
  }
  if (!(await isMigrated((text) => database.query<{ name: string }>(text)))) {
    // Somebody else migrates before a deployment: wait for it rather than work on an old schema.
    throw new AppError("unavailable", {
      code: "database.not_migrated",
      detail: "The schema is not the newest and ALMANAC_MIGRATE is off: run npm run migrate.",
    });
  }
}

/** Stops taking jobs, lets running ones finish within the deadline, then closes what is open. */
async function end(reason: string): Promise<void> {
  if (shutdown.signal.aborted) {
    return;
  }
  log.info({ reason }, "ending");
  shutdown.abort();
  setTimeout(() => {
    log.warn("jobs were still running at the deadline; they are handed back");
    process.exit(0);
  }, endWithinMs + 3_000).unref();
  await open.worker?.stop(endWithinMs);
  await Promise.allSettled([open.queues?.close(), open.database?.close()]);
  process.exit(0);
}
