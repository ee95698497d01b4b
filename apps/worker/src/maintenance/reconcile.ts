// The queue only wakes; Postgres knows what is unfinished. Whatever is unfinished and in no queue is enqueued again.
import { readUnfinishedLoads } from "@almanac/db/loads";
import { readUnfinishedRuns } from "@almanac/db/reprocess/runs";
import { endStillCopies } from "@almanac/db/still-copies";
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
  /** How long a COPY of a load may go on before it is ended where it stands still; default: the store's own. */
  stillMs?: number;
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
 * Frees what a process that stands still holds, repairs a wiped queue, then enqueues the jobs that unfinished syncs, loads and runs
 * have lost. Safe to run in several workers at once: a lost job comes back under its own identity, so that it is there once.
 * Returns how many jobs were enqueued.
 */
export async function reconcile(deps: WorkerDeps, settings: ReconcileSettings = reconcileDefaults): Promise<number> {
  const still = await endStillCopies(deps.database, settings.stillMs);
  if (still > 0) deps.log.warn({ still }, "ended connections of loads whose process stands still");
  await deps.queues.heal();
  const counts = {
    ...(await reconcileSyncs(deps, settings)),
    loads: await reconcileLoads(deps, settings),
    runs: await reconcileRuns(deps, settings),
  };
  const count = counts.syncs + counts.locations + counts.loads + counts.runs;
  if (count > 0) {
    deps.log.warn(counts, "enqueued again what the queue had lost");
  }
  return count;
}

async function reconcileSyncs(deps: WorkerDeps, settings: ReconcileSettings) {
  const quiet = await readQuietSyncs(deps.database, settings);
  if (quiet.length === 0) {
    return { syncs: 0, locations: 0 };
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
  return { syncs: parents.all.length, locations: children.all.length };
}

async function reconcileLoads(deps: WorkerDeps, settings: ReconcileSettings): Promise<number> {
  const quiet = await readUnfinishedLoads(deps.database, settings);
  const loads = await lost(
    deps,
    "event-load",
    quiet.map(({ loadId }) => ({ load_id: loadId })),
  );
  // A load that is enqueued again takes over from whoever runs it: its jobs of the last hour are asked for, too.
  const ended = await withoutRecentJob(deps, loads.ended);
  await enqueueLost(deps, "event-load", { forgotten: loads.forgotten, ended });
  return loads.forgotten.length + ended.length;
}

const unfinishedStates = new Set<JobState>(["waiting", "active", "delayed"]);

/**
 * A run's parent job sees to its key ranges itself; only the parent may be lost. It was enqueued with the run's fence of that
 * time as its round, by the request or a resume, or here.
 */
async function reconcileRuns(deps: WorkerDeps, settings: ReconcileSettings): Promise<number> {
  const quiet = await readUnfinishedRuns(deps.database, settings);
  if (quiet.length === 0) return 0;
  const idsOf = (run: (typeof quiet)[number]) =>
    [run.fence, roundOf(deps)]
      .flatMap((newest) => Array.from({ length: recentRounds }, (_, before) => newest - before))
      .filter((round) => round >= 0)
      .map((round) => jobId("reprocess-run", { run_id: run.runId }, round)!);
  const states = await deps.queues.jobStates("reprocess-run", quiet.flatMap(idsOf));
  const lostRuns = quiet.filter((run) => !idsOf(run).some((id) => unfinishedStates.has(states.get(id) ?? "missing")));
  const payloads = lostRuns.map((run) => ({ run_id: run.runId }));
  await deps.queues.enqueueMany("reprocess-run", payloads, { round: roundOf(deps) });
  return payloads.length;
}

const recentRounds = 60;

async function withoutRecentJob(deps: WorkerDeps, loads: readonly JobInput<"event-load">[]) {
  const newest = roundOf(deps);
  const idsOf = (load: JobInput<"event-load">) =>
    Array.from({ length: recentRounds }, (_, before) => jobId("event-load", load, newest - before)!);
  const states = await deps.queues.jobStates("event-load", loads.flatMap(idsOf));
  const runs = (id: string) => unfinishedStates.has(states.get(id) ?? "missing");
  return loads.filter((load) => !idsOf(load).some(runs));
}

type QuietSync = Awaited<ReturnType<typeof readQuietSyncs>>[number];

function parentPayload(sync: { syncId: SyncId }): JobInput<"holiday-sync-all"> {
  return { sync_id: sync.syncId };
}

type LostJob = "holiday-sync" | "holiday-sync-all" | "event-load";

/** Jobs that no queue will run: those it has forgotten, and those it remembers as ended although their work is open. */
interface Lost<Name extends LostJob> {
  forgotten: JobInput<Name>[];
  ended: JobInput<Name>[];
  all: JobInput<Name>[];
}

async function lost<Name extends LostJob>(
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
  const ended = name === "holiday-sync-all" ? inState("failed") : inState("completed", "failed");
  const forgotten = inState("missing");
  return { forgotten, ended, all: [...forgotten, ...ended] };
}

async function enqueueLost<Name extends LostJob>(
  deps: WorkerDeps,
  name: Name,
  jobs: Pick<Lost<Name>, "forgotten" | "ended">,
): Promise<void> {
  await deps.queues.enqueueMany(name, jobs.forgotten);
  await deps.queues.enqueueMany(name, jobs.ended, { round: roundOf(deps) });
}

/** For jobs whose identity the queue still holds: a new one a minute, the same in every worker. */
function roundOf(deps: WorkerDeps): number {
  return Math.floor(deps.now().epochMilliseconds / 60_000);
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
