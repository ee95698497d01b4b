// A place to strike: a database server and a queue of its own, a holiday source with a gate before it, and processes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@almanac/db/database";
import { findSync, type SyncView } from "@almanac/db/syncs";
import { embeddedForTest, type KillableDatabase } from "@almanac/db/testing";
import type { LocationId, SyncId } from "@almanac/domain/ids";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { redisForTest } from "@almanac/queue/testing";
import { type HolidayApiDouble, startHolidayApiDouble } from "@almanac/sources/double";
import { requestSync } from "@almanac/usecases/request-sync";
import { setLocations, until } from "@almanac/worker/testing";
import { wipeQueue } from "@almanac/worker/testing/wipe-queue";
import { type Gate, openGate } from "./gate.ts";
import { type App, type Running, startProcess } from "./processes.ts";

export type QueueKind = "postgres" | "redis";

export interface Stage {
  readonly kind: QueueKind;
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly database: Database;
  readonly queues: Queues;
  readonly server: KillableDatabase;
  readonly double: HolidayApiDouble;
  readonly gate: Gate;
  /** Starts a process on this stage; without settings of its own: HolidayAPI behind the gate, this year and the next. */
  start(app: App, settings?: Record<string, string>): Promise<Running>;
  /** What all processes have printed, the dead ones included. */
  printed(): string;
  wipeQueue(): Promise<void>;
  /** Registers locations, one of each code, and gives their ids. */
  addLocations(codes: readonly string[]): Promise<string[]>;
  /** Stores the request for a sync and wakes whoever listens. */
  request(ids: readonly string[]): Promise<SyncId>;
  /** Waits until a sync has finished, however long the database is away meanwhile. */
  finished(syncId: SyncId): Promise<SyncView>;
  close(): Promise<void>;
}

const silent = { info() {}, warn() {}, error() {} };

/** Undefined when the machine has no Redis to put the queue on (in CI that is an error). */
export async function openStage(kind: QueueKind): Promise<Stage | undefined> {
  const redis = kind === "redis" ? await redisForTest("the fault suites on Redis") : undefined;
  if (kind === "redis" && redis === undefined) return undefined;
  const server = await embeddedForTest();
  const double = await startHolidayApiDouble({ quota: 10_000_000 });
  const gate = await openGate(double.url);
  const database = await openDatabase({ url: server.url, onConnectionError: () => undefined });
  const queueUrl = redis?.url ?? server.url;
  const queues = await connectQueues({ url: queueUrl, log: silent });
  const started: Running[] = [];
  const dataDir = await mkdtemp(join(tmpdir(), "almanac-stage-"));
  const settings = {
    ALMANAC_DATA_DIR: dataDir,
    DATABASE_URL: server.url,
    QUEUE_URL: queueUrl,
    HOLIDAY_SOURCE: "holidayapi",
    HOLIDAYAPI_KEY: double.key,
    HOLIDAYAPI_BASE_URL: gate.url,
    HOLIDAY_YEARS_BACK: "0",
    HOLIDAY_YEARS_AHEAD: "1",
    LOG_LEVEL: "debug",
  };
  const forWorkers = { SYNC_CRON: "off", ALMANAC_SEED: "none" };
  const requestDeps = {
    database,
    queues,
    sourceName: "holidayapi",
    window: { back: 0, ahead: 1 },
    now: () => Temporal.Now.instant(),
    onWakeFailed: () => undefined,
  };
  return {
    kind,
    databaseUrl: server.url,
    queueUrl,
    database,
    queues,
    server,
    double,
    gate,
    async start(app, own = {}) {
      const running = await startProcess(app, { ...settings, ...(app === "worker" ? forWorkers : {}), ...own });
      started.push(running);
      return running;
    },
    printed: () => started.map((running) => running.output()).join(""),
    wipeQueue: () => wipeQueue({ database, queueUrl }),
    async addLocations(codes) {
      const added = codes.map((code) => ({ id: crypto.randomUUID(), code }));
      await setLocations(database, added);
      return added.map((location) => location.id);
    },
    async request(ids) {
      // By its key it is one request, however often a database that is too busy to answer is asked.
      const requestKey = `test:${crypto.randomUUID()}`;
      const asked = { trigger: "api", requestKey, requestedBy: "test", years: null } as const;
      const { sync } = await until(() => requestSync(requestDeps, { ...asked, locationIds: ids as LocationId[] }));
      return sync.syncId;
    },
    finished: (syncId) =>
      until(async () => {
        const sync = await findSync(database, syncId).catch(() => null);
        return sync?.finishedAt == null ? null : sync;
      }),
    async close() {
      gate.open();
      await Promise.all(started.filter((running) => running.isAlive()).map((running) => running.kill()));
      await queues.close();
      await database.close();
      await gate.close();
      await double.close();
      await redis?.close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
