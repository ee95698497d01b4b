// The worker process: waits for the database and the queue, takes jobs, and ends in order.
import "@almanac/process/frugal-start";
import "./heap.ts";
import { asAppError, type Database, openDatabase } from "@almanac/db/database";
import { prepareSchema } from "@almanac/db/migrate";
import { AppError } from "@almanac/domain/errors";
import { openLake } from "@almanac/lake/open";
import { openInbox } from "@almanac/lake/open-inbox";
import { eventually } from "@almanac/process/eventually";
import { endFrugalStart } from "@almanac/process/frugal-start";
import { type ProcessContext, runProcess } from "@almanac/process/run";
import { connectQueues } from "@almanac/queue/connect";
import { openSource } from "@almanac/sources/open";
import { openSigner } from "@almanac/usecases/audit/signing";
import { readConfig, type WorkerConfig } from "./config.ts";
import { defaultSettings, type WorkerDeps } from "./deps.ts";
import { startWorker } from "./worker.ts";

// Each load takes a connection a lane, beside those of the syncs.
const poolSize = 20;
const jobsEndWithinMs = 10_000;

await runProcess({
  name: "worker",
  readConfig: () => readConfig(),
  asAppError,
  begin,
  // Jobs first, then what they used.
  endWithinMs: jobsEndWithinMs + 3_000,
});

async function begin({ config, log, shutdown, open }: ProcessContext<WorkerConfig>): Promise<void> {
  const wait = { signal: shutdown, asAppError, log };
  const database = await openDatabase({
    url: config.DATABASE_URL,
    poolSize,
    applicationName: "almanac worker",
    onConnectionError: (error) => log.warn({ reason: error.message }, "a database connection was lost"),
  });
  open.defer(() => database.close());
  await eventually(() => requireSchema(database, config), { ...wait, what: "the database" });
  const queues = await eventually(() => connectQueues({ url: config.queueUrl, log }), { ...wait, what: "the queue" });
  open.defer(() => queues.close());
  const lake = openLake(config.lakeUrl, config.lake);
  open.defer(() => lake.close());
  const inbox = config.LOAD_INBOX === undefined ? undefined : await openInbox(config.LOAD_INBOX, config.lake);
  open.defer(() => inbox?.close());
  if (config.ALMANAC_SIGNING_KEY === undefined) {
    log.warn("ALMANAC_SIGNING_KEY is unset: the audit is not anchored in the lake");
  }
  const deps: WorkerDeps = {
    database,
    queues,
    lake,
    inbox,
    signer: config.ALMANAC_SIGNING_KEY === undefined ? undefined : openSigner(config.ALMANAC_SIGNING_KEY),
    source: openSource({ ...config.source, onCall: (call) => log.debug({ call }, "asked the holiday source") }),
    log,
    now: () => Temporal.Now.instant(),
    settings: {
      ...defaultSettings,
      window: { back: config.HOLIDAY_YEARS_BACK, ahead: config.HOLIDAY_YEARS_AHEAD },
      concurrency: config.WORKER_CONCURRENCY,
      loadConcurrency: config.LOAD_CONCURRENCY,
      reprocessConcurrency: config.REPROCESS_CONCURRENCY,
      load: { ...defaultSettings.load, lineMaxBytes: config.LOAD_LINE_MAX_BYTES },
    },
  };
  const start = {
    seed: config.ALMANAC_SEED,
    cron: config.SYNC_CRON,
    tz: config.SYNC_TZ,
    keepAllDays: config.RETENTION_KEEP_ALL_DAYS,
    inboxCron: config.LOAD_INBOX_CRON,
    reprocessCron: config.REPROCESS_CRON,
    openLineage: config.openLineage,
  };
  const worker = await eventually(() => startWorker(deps, start), { ...wait, what: "the database and the queue" });
  open.defer(() => worker.stop(jobsEndWithinMs));
  endFrugalStart();
  log.info({ source: deps.source.name, queue: queues.backend }, "taking jobs");
  process.send?.({ type: "ready" });
}

/** Somebody else migrates before a deployment: wait for it rather than work on an old schema. */
async function requireSchema(database: Database, config: WorkerConfig): Promise<void> {
  const { isNewest } = await prepareSchema(database, config.DATABASE_URL, config.ALMANAC_MIGRATE);
  if (!isNewest) {
    throw new AppError("unavailable", {
      code: "database.not_migrated",
      detail: "The schema is not the newest and ALMANAC_MIGRATE is off: run npm run migrate.",
    });
  }
}
