// The api process: waits for the database and the queue, listens, and ends in order.
import "@almanac/process/frugal-start";
import "./heap.ts";
import { fileURLToPath } from "node:url";
import { dropExpiredAccess } from "@almanac/db/access/sign-ins";
import { asAppError, type Database, openDatabase } from "@almanac/db/database";
import { prepareSchema } from "@almanac/db/migrate";
import { openReader } from "@almanac/db/reader";
import { openLake } from "@almanac/lake/open";
import { eventually } from "@almanac/process/eventually";
import { endFrugalStart } from "@almanac/process/frugal-start";
import { type ProcessContext, runProcess } from "@almanac/process/run";
import { connectQueues } from "@almanac/queue/connect";
import { openSource } from "@almanac/sources/open";
import { openSigner } from "@almanac/usecases/audit/signing";
import { createApp } from "./app.ts";
import { type ApiConfig, readConfig } from "./config.ts";
import type { ApiDeps } from "./deps.ts";
import { listen } from "./listen.ts";

const poolSize = 10;
const sweepEveryMs = 3_600_000;
// Where the console's own build puts it.
const consoleDir = fileURLToPath(new URL("../../console/dist", import.meta.url));

await runProcess({ name: "api", readConfig: () => readConfig(), asAppError, begin, endWithinMs: 10_000 });

async function begin({ config, log, shutdown, open }: ProcessContext<ApiConfig>): Promise<void> {
  const wait = { signal: shutdown, asAppError, log };
  const source = openSource(config.source);
  const connection = {
    url: config.DATABASE_URL,
    onConnectionError: (error: Error) => log.warn({ reason: error.message }, "a database connection was lost"),
  };
  const database = await openDatabase({ ...connection, poolSize, applicationName: "almanac api" });
  open.defer(() => database.close());
  await eventually(() => checkSchema(database, { config, log }), { ...wait, what: "the database" });
  const queues = await eventually(() => connectQueues({ url: config.queueUrl, log }), { ...wait, what: "the queue" });
  open.defer(() => queues.close());
  const lake = openLake(config.lakeUrl, config.lake);
  open.defer(() => lake.close());
  const reader = openReader({ ...connection, applicationName: "almanac api reads" });
  open.defer(() => reader.close());
  if (config.ALMANAC_ADMIN_KEY === undefined) {
    log.warn("ALMANAC_ADMIN_KEY is unset: only keys that exist already are accepted");
  }
  if (config.ALMANAC_SIGNING_KEY === undefined) {
    log.warn("ALMANAC_SIGNING_KEY is unset: the audit is not anchored in the lake");
  }
  const signer = config.ALMANAC_SIGNING_KEY === undefined ? undefined : openSigner(config.ALMANAC_SIGNING_KEY);
  const app = createApp({
    database,
    reader,
    queues,
    lake,
    source,
    signer,
    log,
    settings: settingsOf(config),
    shutdown,
  });
  const server = await listen(app, { host: config.HOST, port: config.PORT });
  open.defer(() => server.close());
  sweep(database, log);
  log.info({ url: server.url }, `listening on ${server.url}`);
  endFrugalStart();
  process.send?.({ type: "listening", url: server.url });
}

function settingsOf(config: ApiConfig): ApiDeps["settings"] {
  return {
    adminKey: config.ALMANAC_ADMIN_KEY ?? null,
    anonymousRole: config.ALMANAC_ANONYMOUS_ROLE,
    rateLimit: config.rateLimit,
    trustedProxies: config.ALMANAC_TRUSTED_PROXIES,
    yearsBack: config.HOLIDAY_YEARS_BACK,
    yearsAhead: config.HOLIDAY_YEARS_AHEAD,
    loadMaxBytes: config.LOAD_MAX_BYTES,
    consoleDir,
    isDemo: config.ALMANAC_DEMO === "on",
  };
}

/** An old schema is no reason not to listen: readiness says what is missing. */
async function checkSchema(
  database: Database,
  { config, log }: Pick<ProcessContext<ApiConfig>, "config" | "log">,
): Promise<void> {
  const { applied, isNewest } = await prepareSchema(database, config.DATABASE_URL, config.ALMANAC_MIGRATE);
  if (applied.length > 0) {
    log.info({ applied }, "the schema was brought to the newest version");
  }
  if (!isNewest) {
    log.warn("the schema is not the newest and ALMANAC_MIGRATE is off: run npm run migrate");
  }
}

/** Ended sign-ins and old answers take no room for ever. */
function sweep(database: Database, log: ApiDeps["log"]): void {
  const timer = setInterval(() => {
    dropExpiredAccess(database).catch((error: unknown) => log.warn({ err: error }, "could not sweep expired sign-ins"));
  }, sweepEveryMs);
  timer.unref();
}
