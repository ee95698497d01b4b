// The processors of the sync jobs: parse (done by the queue), call the use case, say what came of it.
import { markSyncRunning, readOpenTargets } from "@almanac/db/syncs";
import { AppError } from "@almanac/domain/errors";
import type { LocationId, SyncId } from "@almanac/domain/ids";
import { consume, type Consumer, type FailedJob, type RunningJob } from "@almanac/queue/consume";
import { requestSync, type SyncRequest } from "@almanac/usecases/request-sync";
import type { WorkerDeps } from "../deps.ts";
import { createLocationSyncs, type LocationSyncs } from "./sync-location.ts";

/** Starts taking `holiday-sync` and `holiday-sync-all` jobs. */
export function consumeSyncs(deps: WorkerDeps): Consumer[] {
  const syncs = createLocationSyncs(deps);
  const { queues, log } = deps;
  return [
    consume({
      queues,
      log,
      name: "holiday-sync",
      concurrency: deps.settings.concurrency,
      handler: (job) => processLocation(deps, syncs, job),
      onFinalFailure: (failed) => writeOff(syncs, failed),
    }),
    consume({ queues, log, name: "holiday-sync-all", handler: (job) => processAll(deps, job) }),
  ];
}

async function processLocation(deps: WorkerDeps, syncs: LocationSyncs, job: RunningJob<"holiday-sync">) {
  const locationId = job.payload.location_id as LocationId;
  const syncId = job.payload.sync_id as SyncId | undefined;
  if (syncId === undefined) {
    return ask(deps, job, { locationIds: [locationId], years: null });
  }
  const lines: string[] = [];
  try {
    return await syncs.sync({ syncId, locationId, signal: job.signal, log: (line) => lines.push(line) });
  } finally {
    if (lines.length > 0) {
      await job.log(lines.join("\n"));
    }
  }
}

async function processAll(deps: WorkerDeps, job: RunningJob<"holiday-sync-all">) {
  const syncId = job.payload.sync_id as SyncId | undefined;
  if (syncId === undefined) {
    const locationIds = (job.payload.location_ids as LocationId[] | undefined) ?? null;
    return ask(deps, job, { locationIds, years: job.payload.years ?? null });
  }
  if (!(await markSyncRunning(deps.database, syncId))) {
    throw new AppError("not-found", { code: "sync.not_found", detail: `There is no sync ${syncId}.` });
  }
  const open = await readOpenTargets(deps.database, syncId);
  return job.fanOut(
    "holiday-sync",
    open.map((locationId) => ({ location_id: locationId, sync_id: syncId })),
  );
}

/** A job without a sync (a schedule's, or by hand) asks for one; the same job tried again asks for the same one. */
async function ask(
  deps: WorkerDeps,
  job: RunningJob<"holiday-sync" | "holiday-sync-all">,
  what: Pick<SyncRequest, "locationIds" | "years">,
) {
  const isSchedule = job.id.startsWith("repeat:");
  const { sync } = await requestSync(requestDeps(deps), {
    trigger: isSchedule ? "schedule" : "job",
    // A slot has one job, whoever registers it. Other ids are counted anew when a queue was wiped.
    requestKey: isSchedule ? `job:${job.name}:${job.id}` : `job:${job.name}:${job.id}:${job.addedAtMs}`,
    requestedBy: isSchedule ? "schedule" : `job:${job.name}:${job.id}`,
    ...what,
  });
  await job.log(`requested sync ${sync.syncId} of ${sync.total} locations`);
  return { sync_id: sync.syncId };
}

/** What `requestSync` needs, from the worker's parts. */
export function requestDeps(deps: WorkerDeps) {
  return {
    database: deps.database,
    queues: deps.queues,
    sourceName: deps.source.name,
    window: deps.settings.window,
    now: deps.now,
    onWakeFailed: (error: unknown) =>
      deps.log.warn({ err: error }, "the queue could not be woken; the reconciler will"),
  };
}

async function writeOff(syncs: LocationSyncs, failed: FailedJob<"holiday-sync">): Promise<void> {
  const syncId = failed.payload?.sync_id as SyncId | undefined;
  if (failed.payload === undefined || syncId === undefined || failed.error.code.startsWith("sync.")) {
    return;
  }
  await syncs.fail({ syncId, locationId: failed.payload.location_id as LocationId }, failed.error);
}
