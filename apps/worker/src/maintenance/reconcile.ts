// The queue only wakes; Postgres knows what is unfinished. Whatever is unfinished and in no queue is enqueued again.
import { readOpenTargets, readQuietSyncs } from "@almanac/db/syncs";
import type { SyncId } from "@almanac/domain/ids";
import { jobId, type JobInput } from "@almanac/queue/catalogue";
import type { JobState } from "@almanac/queue/connect";
import { consume, type Consumer } from "@almanac/queue/consume";
import type { WorkerDeps } from "../deps.ts";

export interface ReconcileSettings {
  /** A sync that moved more recently than this is left alone. */
  quietMs: number;
  /** Syncs looked at in one go. */
  limit: number;
}

export const reconcileDefaults: ReconcileSettings = { quietMs: 5_000, limit: 5_000 };

/** Starts taking `reconcile` jobs: an operator's "look now", which finds recent syncs too. */
export function consumeReconcile(deps: WorkerDeps): Consumer {
  return consume({
    queues: deps.queues,
    log: deps.log,
    name: "reconcile",
    handler: async () => ({ enqueued: await reconcile(deps, { ...reconcileDefaults, quietMs: 0 }) }),
  });
}

/**
 * Repairs a wiped queue, then enqueues the jobs that unfinished syncs have lost. Safe to run in several workers at once:
 * a lost job comes back under its own identity, so that it is there once. Returns how many jobs were enqueued.
 */
export async function reconcile(deps: WorkerDeps, settings: ReconcileSettings = reconcileDefaults): Promise<number> {
  await deps.queues.heal();
  const quiet = await readQuietSyncs(deps.database, settings);
  if (quiet.length === 0) {
    return 0;
  }
  const parents = await lost(
    deps,
    "holiday-sync-all",
    quiet.filter((sync) => sync.total > 1 && sync.done === 0).map(parentPayload),
  );
  const again = new Set(parents.all.map((payload) => payload.sync_id));
  const children = await lost(
    deps,
    "holiday-sync",
    await openChildren(
      deps,
      quiet.filter((sync) => !again.has(sync.syncId)),
    ),
  );
  await enqueueLost(deps, "holiday-sync-all", parents);
  await enqueueLost(deps, "holiday-sync", children);
  const count = parents.all.length + children.all.length;
  if (count > 0) {
    deps.log.warn(
      { syncs: parents.all.length, locations: children.all.length },
      "enqueued again what the queue had lost",
    );
  }
  return count;
}

type QuietSync = Awaited<ReturnType<typeof readQuietSyncs>>[number];

function parentPayload(sync: { syncId: SyncId }): JobInput<"holiday-sync-all"> {
  return { sync_id: sync.syncId };
}

type SyncJob = "holiday-sync" | "holiday-sync-all";

/** Jobs that no queue will run: those it has forgotten, and those it remembers as ended although their work is open. */
interface Lost<Name extends SyncJob> {
  forgotten: JobInput<Name>[];
  ended: JobInput<Name>[];
  all: JobInput<Name>[];
}

async function lost<Name extends SyncJob>(
  deps: WorkerDeps,
  name: Name,
  payloads: readonly JobInput<Name>[],
): Promise<Lost<Name>> {
  const states = await deps.queues.jobStates(
    name,
    payloads.map((payload) => jobId(name, payload)!),
  );
  const inState = (...wanted: JobState[]) =>
    payloads.filter((payload) => wanted.includes(states.get(jobId(name, payload)!) ?? "missing"));
  // A fan-out that has completed has made its children; a failed one may not have.
  const ended = name === "holiday-sync" ? inState("completed", "failed") : inState("failed");
  const forgotten = inState("missing");
  return { forgotten, ended, all: [...forgotten, ...ended] };
}

async function enqueueLost<Name extends SyncJob>(deps: WorkerDeps, name: Name, jobs: Lost<Name>): Promise<void> {
  await deps.queues.enqueueMany(name, jobs.forgotten);
  // The queue still holds their identity: a new one a minute, the same in every worker.
  const round = Math.floor(deps.now().epochMilliseconds / 60_000);
  await deps.queues.enqueueMany(name, jobs.ended, { round });
}

/** What is open of syncs that have fanned out. */
async function openChildren(deps: WorkerDeps, syncs: readonly QuietSync[]): Promise<JobInput<"holiday-sync">[]> {
  const payloads: JobInput<"holiday-sync">[] = [];
  for (const { syncId } of await fannedOut(deps, syncs)) {
    const open = await readOpenTargets(deps.database, syncId);
    payloads.push(...open.map((locationId) => ({ location_id: locationId, sync_id: syncId })));
  }
  return payloads;
}

/** A fan-out job that still waits for its turn, or for a retry, will make the children itself. */
async function fannedOut(deps: WorkerDeps, syncs: readonly QuietSync[]): Promise<QuietSync[]> {
  // A sync of one location has none: its one job was enqueued with the request.
  const idOf = (sync: QuietSync) => jobId("holiday-sync-all", parentPayload(sync))!;
  const states = await deps.queues.jobStates("holiday-sync-all", syncs.map(idOf));
  return syncs.filter((sync) => !["waiting", "delayed"].includes(states.get(idOf(sync)) ?? "missing"));
}
