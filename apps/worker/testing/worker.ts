// A whole worker for tests: a database of its own, real queues, any source, quick intervals.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Database, openDatabase } from "@almanac/db/database";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import { writeLocationStates } from "@almanac/db/locations";
import { findSync, readSyncLocations } from "@almanac/db/syncs";
import { testDatabase } from "@almanac/db/testing";
import { AppError } from "@almanac/domain/errors";
import type { LocationId, SyncId } from "@almanac/domain/ids";
import type { Inbox } from "@almanac/lake/inbox";
import type { Lake } from "@almanac/lake/lake";
import { openLake } from "@almanac/lake/open";
import { createLog } from "@almanac/process/log";
import { connectQueues } from "@almanac/queue/connect";
import { redisForTest } from "@almanac/queue/testing";
import { openSource } from "@almanac/sources/open";
import type { HolidaySource } from "@almanac/sources/source";
import { requestSync } from "@almanac/usecases/request-sync";
import { afterAll } from "vitest";
import { defaultSettings, type WorkerDeps, type WorkerSettings } from "../src/deps.ts";
import { requestDeps } from "../src/sync/processors.ts";
import { type StartOptions, startWorker } from "../src/worker.ts";

export interface TestWorker {
  deps: WorkerDeps;
  url: string;
  prefix: string;
  lakeUrl: string;
  lake: Lake;
  /** Stops what runs, starts a new worker on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface TestWorkerOptions {
  source?: HolidaySource;
  settings?: Partial<WorkerSettings>;
  start?: Partial<StartOptions>;
  /** Nothing runs before the first `restart`: the test starts processes beside it. */
  isStill?: boolean;
  /** A database that is there already, another worker's for example; default: a new one, dropped at the end. */
  url?: string;
  /** Another queue than the database. */
  queueUrl?: string;
  /** The queue's namespace; default: BullMQ's own on a new database, a random one on a queue shared with other tests. */
  prefix?: string;
  /** Default: a folder of its own, removed at the end. */
  lakeUrl?: string;
  inbox?: Inbox;
  signer?: WorkerDeps["signer"];
  reached?: WorkerDeps["reached"];
  now?: () => Temporal.Instant;
}

const quick: StartOptions = {
  seed: "none",
  cron: "off",
  tz: "UTC",
  keepAllDays: "off",
  reconcile: { quietMs: 500, limit: 1_000, everyMs: 250 },
};

export interface QueueBackend {
  kind: "postgres" | "redis";
  /** What `testWorker` takes to use it. */
  queue: Pick<TestWorkerOptions, "queueUrl">;
}

/**
 * Every queue that a suite is to pass on: the database, and Redis where the machine has one (in CI it must). Call it at
 * the top of a test file: the server ends with the file.
 */
export async function queueBackends(suite: string): Promise<QueueBackend[]> {
  const redis = await redisForTest(`${suite} on Redis`);
  afterAll(() => redis?.close());
  return [
    { kind: "postgres", queue: {} },
    ...(redis === undefined ? [] : [{ kind: "redis" as const, queue: { queueUrl: redis.url } }]),
  ];
}

/** Starts a worker; without options: offline source, no locations, no schedule, queue in the database. */
export async function testWorker(options: TestWorkerOptions = {}): Promise<TestWorker> {
  const clone = options.url === undefined ? await testDatabase() : { url: options.url, close: () => Promise.resolve() };
  const prefix =
    options.prefix ?? (options.queueUrl === undefined ? "bullmq" : `test_${randomBytes(6).toString("hex")}`);
  const database = await openDatabase({ url: clone.url, poolSize: 20, onConnectionError: () => undefined });
  const folder = options.lakeUrl === undefined ? await mkdtemp(join(tmpdir(), "almanac-lake-")) : undefined;
  const lakeUrl = options.lakeUrl ?? pathToFileURL(folder!).href;
  const lake = openLake(lakeUrl);
  const log = createLog({ name: "worker", level: process.env["TEST_LOG_LEVEL"] ?? "silent", format: "text" });
  const queues = await connectQueues({ url: options.queueUrl ?? clone.url, prefix, log });
  const deps: WorkerDeps = {
    database,
    queues,
    source: options.source ?? openSource({ kind: "offline" }),
    lake,
    inbox: options.inbox,
    signer: options.signer,
    reached: options.reached,
    log,
    now: options.now ?? (() => Temporal.Now.instant()),
    settings: { ...defaultSettings, window: { back: 1, ahead: 1 }, concurrency: 20, ...options.settings },
  };
  const start = () => startWorker(deps, { ...quick, ...options.start });
  let worker = options.isStill === true ? undefined : await start();
  return {
    deps,
    url: clone.url,
    prefix,
    lakeUrl,
    lake,
    stop: async () => worker?.stop(5_000),
    async restart() {
      await worker?.stop(5_000);
      worker = await start();
    },
    async close() {
      await worker?.stop(5_000);
      await queues.close();
      await lake.close();
      await database.close();
      await clone.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Registers, changes or deactivates locations, as the api would. */
export async function setLocations(
  database: Database,
  locations: readonly { id: string; code: string; active?: boolean }[],
): Promise<void> {
  await database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    await writeLocationStates(
      tx,
      stamp,
      locations.map(({ id, code, active }) => ({
        locationId: id as LocationId,
        countryCode: code.slice(0, 2),
        subdivisionCode: code,
        timeZone: null,
        active: active ?? true,
      })),
    );
    await bumpEpoch(tx);
  });
}

/** Asks for a sync of some locations, or of all, and waits until it has finished. */
export async function syncNow(deps: WorkerDeps, ids: readonly string[] | null = null, years: number[] | null = null) {
  const { sync } = await requestSync(requestDeps(deps), {
    trigger: "api",
    requestKey: null,
    requestedBy: "test",
    locationIds: ids as LocationId[] | null,
    years,
  });
  return finished(deps, sync.syncId);
}

/** Waits until a sync has finished; gives its header and its locations by id. */
export async function finished(deps: WorkerDeps, syncId: SyncId) {
  const sync = await until(async () => {
    const found = await findSync(deps.database, syncId);
    return found?.finishedAt === null ? null : found;
  });
  const locations = await readSyncLocations(deps.database, syncId);
  return { ...sync, locations: new Map(locations.map((each) => [each.locationId as string, each])) };
}

/**
 * Looks again and again until there is something; the test's own time-out ends it. On a busy machine even a look may be
 * refused: nobody was there to answer in time.
 */
export async function until<Found>(look: () => Promise<Found | null | undefined | false>): Promise<Found> {
  for (;;) {
    const found = await look().catch((error: unknown) => {
      if (error instanceof AppError && error.category === "unavailable") return null;
      throw error;
    });
    if (found) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
