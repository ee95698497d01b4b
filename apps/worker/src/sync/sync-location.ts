// One location of one sync: record a version; if its calendar is stale, see that it is refreshed, then record again.
import { setTimeout as pause } from "node:timers/promises";
import type { SourcePause } from "@almanac/db/refresh";
import { readSyncOrder, type SyncOrder } from "@almanac/db/syncs";
import { AppError } from "@almanac/domain/errors";
import type { ChangeCounts } from "@almanac/domain/holiday/diff";
import type { CalendarId, LocationId, SyncId } from "@almanac/domain/ids";
import {
  quotaExhausted,
  refreshCalendar,
  type RefreshDeps,
  resolveSubdivision,
} from "@almanac/usecases/refresh-calendar";
import type { WorkerDeps } from "../deps.ts";
import { createRecorder, type Recorder } from "./recorder.ts";

export interface LocationSync {
  syncId: SyncId;
  locationId: LocationId;
  signal: AbortSignal;
  /** One line for the job's log. */
  log: (line: string) => void;
}

/** What a job says it came to; shown by Bull Board as its return value. */
export type LocationSyncResult = { version: number; changes?: ChangeCounts } | { ended: string };

export interface LocationSyncs {
  /** Throws what decides about a retry: `unavailable` while the source fails, with a known wait while it is paused. */
  sync(job: LocationSync): Promise<LocationSyncResult>;
  /** Writes a location off: no attempt is left. */
  fail(job: Pick<LocationSync, "syncId" | "locationId">, error: AppError): Promise<void>;
  order(syncId: SyncId): Promise<SyncOrder>;
}

// How often a waiting job looks whether another process is done with the calendar.
const busyPollMs = 100;
const ordersKept = 1_000;

export function createLocationSyncs(deps: WorkerDeps): LocationSyncs {
  const recorder = createRecorder({
    database: deps.database,
    sourceName: deps.source.name,
    coolDownMs: deps.settings.coolDownMs,
  });
  const refreshing = new Map<CalendarId, Promise<unknown>>();
  const order = keepOrders(deps);
  return {
    order,
    sync: async (job) => syncLocation({ deps, recorder, refreshing, job, order: await requireTarget(order, job) }),
    fail: async (job, { code, detail }) => {
      await recorder.record({
        order: await requireTarget(order, job),
        locationId: job.locationId,
        failure: { code, detail },
      });
    },
  };
}

/** What a sync is for never changes: read once, kept for the jobs to come. */
function keepOrders(deps: WorkerDeps): (syncId: SyncId) => Promise<SyncOrder> {
  const kept = new Map<SyncId, Promise<SyncOrder>>();
  const read = async (syncId: SyncId) => {
    const order = await readSyncOrder(deps.database, syncId);
    if (order === null) {
      throw new AppError("not-found", { code: "sync.not_found", detail: `There is no sync ${syncId}.` });
    }
    return order;
  };
  return (syncId) => {
    const order = kept.getOrInsertComputed(syncId, () => read(syncId));
    order.catch(() => kept.delete(syncId));
    if (kept.size > ordersKept) {
      kept.delete(kept.keys().next().value!);
    }
    return order;
  };
}

async function requireTarget(
  orderOf: (syncId: SyncId) => Promise<SyncOrder>,
  { syncId, locationId }: Pick<LocationSync, "syncId" | "locationId">,
): Promise<SyncOrder> {
  const order = await orderOf(syncId);
  if (!order.locationIds.has(locationId)) {
    throw new AppError("incorrect", {
      code: "sync.location_not_asked",
      detail: `The sync ${syncId} is not for the location ${locationId}.`,
    });
  }
  return order;
}

interface Attempt {
  deps: WorkerDeps;
  recorder: Recorder;
  refreshing: Map<CalendarId, Promise<unknown>>;
  job: LocationSync;
  order: SyncOrder;
}

async function syncLocation(attempt: Attempt): Promise<LocationSyncResult> {
  const { deps, recorder, job, order } = attempt;
  for (;;) {
    job.signal.throwIfAborted();
    const result = await recorder.record({ order, locationId: job.locationId });
    switch (result.kind) {
      case "recorded":
        return { version: result.version, changes: result.changes };
      case "already":
        return { version: result.version };
      case "ended":
        return { ended: result.code };
      case "stale":
        await refreshTogether(attempt, result.calendarId, result.years);
        break;
      case "unresolved":
        if (!(await resolveSubdivision(deps, result.subdivisionCode))) {
          throw new AppError("incorrect", {
            code: "location.region_unknown",
            detail: `No region of the source ${deps.source.name} answers for ${result.subdivisionCode}.`,
          });
        }
        break;
      case "failed":
        throw new AppError("unavailable", { code: result.code, detail: result.detail });
      case "paused":
        throw pausedError(result.pause);
    }
  }
}

/** A pause is waited for without spending an attempt; a quota that is used up for long ends the job. */
function pausedError({ code, reason, leftMs }: SourcePause): AppError {
  return code === quotaExhausted
    ? new AppError("incorrect", { code, detail: reason })
    : new AppError("unavailable", { code, detail: reason, retryAfterMs: Math.max(leftMs, 1) });
}

/** Jobs of this process that need the same calendar wait for one refresh, whoever started it. */
async function refreshTogether(attempt: Attempt, calendarId: CalendarId, years: readonly number[]): Promise<void> {
  const { deps, refreshing, job, order } = attempt;
  const running = refreshing.get(calendarId);
  if (running) {
    // What it came to is in the database; its starter throws what is to be thrown.
    await running.catch(() => undefined);
    return;
  }
  const refresh = refreshCalendar(refreshDeps(deps, job.log), { calendarId, years, order, signal: job.signal });
  refreshing.set(calendarId, refresh);
  try {
    const result = await refresh;
    if (result.kind === "busy") {
      await pause(Math.min(result.waitMs, busyPollMs), undefined, { signal: job.signal });
    }
  } finally {
    refreshing.delete(calendarId);
  }
}

function refreshDeps(deps: WorkerDeps, log: (line: string) => void): RefreshDeps {
  const { leaseMs, coolDownMs, longestPauseMs } = deps.settings;
  return { database: deps.database, source: deps.source, now: deps.now, leaseMs, coolDownMs, longestPauseMs, log };
}
