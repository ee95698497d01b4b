// (c) How fast do locations sync? 13, 1,000 and 10,000 of them on two calendars, through the jobs of a real worker and
// both queues; and how much of a queue's bare rate for empty jobs is left when the jobs are syncs.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "@almanac/db/database";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import { writeLocationStates } from "@almanac/db/locations";
import { findSync, readSyncOrder } from "@almanac/db/syncs";
import type { CalendarId, LocationId, SyncId } from "@almanac/domain/ids";
import { openLake } from "@almanac/lake/open";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { redisForTest } from "@almanac/queue/testing";
import { openSource } from "@almanac/sources/open";
import type { HolidaySource } from "@almanac/sources/source";
import { refreshCalendar } from "@almanac/usecases/refresh-calendar";
import { requestSync } from "@almanac/usecases/request-sync";
import { defaultSettings, type WorkerDeps } from "@almanac/worker/deps";
import { startWorker } from "@almanac/worker/worker";
import { type BareQueue, silent, startBareQueue } from "./bare-queue.ts";
import { type Mark, rounded, type Say, type Scale, table } from "./marks.ts";
import { alternate, medianRatio } from "./measure.ts";
import { startScratchServer } from "./scratch-server.ts";

interface Size {
  locations: readonly number[];
  /** Locations of one measurement of the rate, and how often it is taken in turns with the bare queue's. */
  rate: { locations: number; rounds: number };
  /** What a source on the internet would take to answer. */
  answerMs: number;
}

const sizes: Record<Scale, Size> = {
  full: { locations: [13, 1_000, 10_000], rate: { locations: 10_000, rounds: 3 }, answerMs: 200 },
  quick: { locations: [13, 40], rate: { locations: 40, rounds: 1 }, answerMs: 5 },
};

// The subdivisions of the brief's locations: two calendars, NL and GB-ENG.
const codes = [
  "NL-FL",
  "NL-GR",
  "NL-ZH",
  "NL-DR",
  "NL-FR",
  "NL-UT",
  "NL-NH",
  "NL-LI",
  "NL-GE",
  "GB-NSM",
  "GB-WLL",
  "GB-SOM",
  "GB-WRT",
];
const window = { back: 5, ahead: 2 };
// The worker's default.
const concurrency = 300;

export async function syncs(scale: Scale, say: Say): Promise<Mark[]> {
  const marks = await onQueue({ name: "Postgres", url: null, scale, say });
  const redis = await redisForTest("the rate of syncs on a Redis queue");
  if (redis === undefined) return marks;
  try {
    return [...marks, ...(await onQueue({ name: "Redis", url: redis.url, scale, say }))];
  } finally {
    await redis.close();
  }
}

interface QueueRun {
  name: string;
  /** Null: in the database. */
  url: string | null;
  scale: Scale;
  say: Say;
}

/** A database, a worker and its queue, and beside it a queue of jobs that do nothing. */
async function onQueue({ name, url: queueUrl, scale, say }: QueueRun): Promise<Mark[]> {
  const size = sizes[scale];
  const server = await startScratchServer(scale);
  const source = countCalls(openSource({ kind: "offline" }), size.answerMs);
  const url = queueUrl ?? server.url;
  const queues = await connectQueues({ url, log: silent });
  const lakeFolder = mkdtempSync(join(tmpdir(), "almanac-bench-lake-"));
  const deps: WorkerDeps = {
    database: server.database,
    queues,
    lake: openLake(`file:${lakeFolder}`),
    source,
    log: silent,
    now: () => Temporal.Now.instant(),
    settings: { ...defaultSettings, window, concurrency },
  };
  const worker = await startWorker(deps, { seed: "none", cron: "off", tz: "UTC", keepAllDays: "off" });
  const bare = await startBareQueue(url, concurrency);
  try {
    const rows: string[][] = [];
    const calls: number[] = [];
    for (const locations of size.locations) {
      await haveLocations(deps.database, locations);
      const first = await measureSync(deps, source);
      const second = await measureSync(deps, source);
      calls.push(second.calls);
      for (const [which, run] of [
        ["first", first],
        ["unchanged", second],
      ] as const) {
        rows.push([
          `${locations}, ${which}`,
          `${rounded(run.tookMs)} ms`,
          String(run.calls),
          `${rounded((1 - run.waitedMs / run.tookMs) * 100)} %`,
          String(run.rows.versions),
          String(run.rows.holidays),
          String(run.rows.ledger),
        ]);
      }
    }
    say(`\n${name}: one worker, ${concurrency} jobs at a time, a source that answers in ${size.answerMs} ms`);
    say(
      table(
        ["locations", "time", "source calls", "not waiting for it", "versions", "holiday rows", "ledger rows"],
        rows,
      ),
    );
    return [
      {
        name: `source calls of ${size.locations.at(-1)} locations / of ${size.locations[0]} (${name})`,
        value: calls.at(-1)! / calls[0]!,
        wants: "at most",
        limit: 1,
      },
      await measureRate({ name, deps, bare, size, say }),
    ];
  } finally {
    await Promise.all([worker.stop(5_000), bare.close()]);
    await Promise.all([queues.close(), deps.lake.close()]);
    await server.close();
    rmSync(lakeFolder, { recursive: true, force: true });
  }
}

interface CountedSource extends HolidaySource {
  calls: number;
  /** For how long at least one answer was awaited, in milliseconds. */
  waitedMs: number;
}

function countCalls(source: HolidaySource, answerMs: number): CountedSource {
  let open = 0;
  let since = 0;
  const counted: CountedSource = {
    ...source,
    calls: 0,
    waitedMs: 0,
    async fetch(request) {
      counted.calls += 1;
      if (open === 0) since = performance.now();
      open += 1;
      try {
        await pause(answerMs);
        return await source.fetch(request);
      } finally {
        open -= 1;
        if (open === 0) counted.waitedMs += performance.now() - since;
      }
    },
  };
  return counted;
}

/** Registers as many locations as are missing. */
async function haveLocations(database: Database, wanted: number): Promise<void> {
  const { rows } = await database.query<{ there: number }>("select count(*)::int as there from location");
  const states = Array.from({ length: Math.max(0, wanted - rows[0]!.there) }, (_, place) => {
    const subdivisionCode = codes[place % codes.length]!;
    return {
      locationId: randomUUID() as LocationId,
      countryCode: subdivisionCode.slice(0, 2),
      subdivisionCode,
      timeZone: null,
      active: true,
    };
  });
  await database.transaction(async (tx) => {
    await writeLocationStates(tx, await stampHistory(tx), states);
    await bumpEpoch(tx);
  });
}

async function measureSync(deps: WorkerDeps, source: CountedSource) {
  const rowsBefore = await countRows(deps.database);
  const before = { calls: source.calls, waitedMs: source.waitedMs };
  const begun = performance.now();
  await finished(deps.database, (await request(deps, deps.queues)).syncId);
  const tookMs = performance.now() - begun;
  const rows = await countRows(deps.database);
  await drained(deps.queues);
  return {
    tookMs,
    calls: source.calls - before.calls,
    waitedMs: source.waitedMs - before.waitedMs,
    rows: {
      versions: rows.versions - rowsBefore.versions,
      holidays: rows.holidays - rowsBefore.holidays,
      ledger: rows.fetches - rowsBefore.fetches,
    },
  };
}

async function request(deps: WorkerDeps, queues: Pick<Queues, "enqueue">) {
  const { sync } = await requestSync(
    { database: deps.database, queues, sourceName: deps.source.name, window, now: deps.now, onWakeFailed: fail },
    { trigger: "api", requestKey: null, requestedBy: "bench", locationIds: null, years: null },
  );
  return sync;
}

function fail(error: unknown): never {
  throw error;
}

async function finished(database: Database, syncId: SyncId): Promise<void> {
  for (;;) {
    const sync = await findSync(database, syncId);
    if (sync?.finishedAt != null) {
      if (sync.status === "succeeded") return;
      throw new Error(`the sync ended ${sync.status}`);
    }
    await pause(40);
  }
}

async function countRows(database: Database) {
  const { rows } = await database.query<{ versions: number; holidays: number; fetches: number }>(
    `select (select coalesce(sum(cardinality(versions)), 0)::int from location_version_run) as versions,
       (select count(*)::int from holiday) as holidays,
       (select coalesce(sum(fetches), 0)::int from calendar_year) as fetches`,
  );
  return rows[0]!;
}

/** Waits until no job of a sync is left, so that the next measurement has the queue to itself. */
async function drained(queues: Queues): Promise<void> {
  for (const name of ["holiday-sync", "holiday-sync-all"] as const) {
    for (;;) {
      const { waiting, active, delayed } = await queues.counts(name);
      if (waiting + active + delayed === 0) break;
      await pause(20);
    }
  }
}

interface RateMeasurement {
  name: string;
  deps: WorkerDeps;
  bare: BareQueue;
  size: Size;
  say: Say;
}

async function measureRate({ name, deps, bare, size, say }: RateMeasurement): Promise<Mark> {
  const { locations, rounds } = size.rate;
  await haveLocations(deps.database, locations);
  const perSecond = async (run: () => Promise<void>) => {
    const begun = performance.now();
    await run();
    return locations / ((performance.now() - begun) / 1000);
  };

  const ours = async () => {
    // The calendars are fetched after the request and before the job: what is left is what every location costs.
    const sync = await request(deps, { enqueue: async () => "" });
    await fetchCalendars(deps, sync.syncId);
    const rate = await perSecond(async () => {
      await deps.queues.enqueue("holiday-sync-all", { sync_id: sync.syncId });
      await finished(deps.database, sync.syncId);
    });
    await drained(deps.queues);
    return rate;
  };

  const { rows } = await deps.database.query<{ location_id: string }>("select location_id from location");
  const locationIds = rows.slice(0, locations).map((row) => row.location_id);
  const limit = async () => {
    const rate = await perSecond(async () => {
      const ran = bare.ran(locations);
      await bare.queues.enqueue("holiday-sync-all", { sync_id: randomUUID(), location_ids: locationIds });
      await ran;
    });
    await drained(bare.queues);
    return rate;
  };

  const pairs = await alternate(rounds, { ours, limit });
  for (const pair of pairs) say(`${name}: ${rounded(pair.ours)} locations/s, ${rounded(pair.limit)} empty jobs/s`);
  return {
    name: `locations a second / empty jobs a second (${name})`,
    value: medianRatio(pairs, (rate) => rate),
    wants: "at least",
    limit: 0.7,
  };
}

async function fetchCalendars(deps: WorkerDeps, syncId: SyncId): Promise<void> {
  const order = (await readSyncOrder(deps.database, syncId))!;
  const { rows } = await deps.database.query<{ calendar_id: CalendarId }>("select calendar_id from calendar");
  const { leaseMs, coolDownMs, longestPauseMs } = deps.settings;
  const refresh = { ...deps, leaseMs, coolDownMs, longestPauseMs, log: () => undefined };
  const { signal } = new AbortController();
  await Promise.all(
    rows.map((row) => refreshCalendar(refresh, { calendarId: row.calendar_id, years: order.years, order, signal })),
  );
}
