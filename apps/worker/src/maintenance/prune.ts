// Retention as a job: dry by default; says what it would take, or takes it, location by location.
import { recordAudit } from "@almanac/db/audit";
import { stampHistory, bumpEpoch } from "@almanac/db/history";
import { epochMs } from "@almanac/db/instants";
import { readPrunableLocations, readVersionStamps, removeUnpinnedStates, removeVersions } from "@almanac/db/prune";
import { readPinnedInstants } from "@almanac/db/snapshots";
import { AppError } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import { planRetention, type RetentionPolicy } from "@almanac/domain/retention/plan";
import { consume, type Consumer, type RunningJob } from "@almanac/queue/consume";
import type { WorkerDeps } from "../deps.ts";

/** What a pruning took, or would take. */
export interface PruneReport {
  dry_run: boolean;
  keep_all_days: number;
  then_last_of: "day" | "month";
  /** Instants of snapshots that are not released: what reads as of them need is kept. */
  pinned_instants: number;
  locations: number;
  versions_kept: number;
  versions_pruned: number;
  revisions_pruned: number;
  holiday_rows_pruned: number;
}

const slice = 200;

/** Starts taking `prune` jobs. */
export function consumePrune(deps: WorkerDeps): Consumer {
  return consume({ queues: deps.queues, log: deps.log, name: "prune", handler: (job) => process(deps, job) });
}

async function process(deps: WorkerDeps, job: RunningJob<"prune">): Promise<PruneReport> {
  const { dry_run, keep_all_days, then_last_of } = job.payload;
  if (keep_all_days === undefined) {
    throw new AppError("incorrect", {
      code: "prune.no_policy",
      detail: "Say keep_all_days: nothing is pruned without a stated policy.",
      errors: [{ pointer: "/keep_all_days", code: "required", detail: "A whole number of days, at least 1." }],
    });
  }
  const report = await prune(deps, {
    policy: { keepAllDays: keep_all_days, thenLastOf: then_last_of ?? "day" },
    isDry: dry_run,
    actor: `job:prune:${job.id}`,
    signal: job.signal,
  });
  await job.log(JSON.stringify(report));
  return report;
}

/** Prunes by a policy, or says what pruning would take. Audited when it takes something. */
async function prune(
  deps: Pick<WorkerDeps, "database">,
  options: { policy: RetentionPolicy; isDry: boolean; actor: string; signal: AbortSignal },
): Promise<PruneReport> {
  const report: PruneReport = {
    dry_run: options.isDry,
    keep_all_days: options.policy.keepAllDays,
    then_last_of: options.policy.thenLastOf,
    pinned_instants: 0,
    locations: 0,
    versions_kept: 0,
    versions_pruned: 0,
    revisions_pruned: 0,
    holiday_rows_pruned: 0,
  };
  for (let after: LocationId | null = null; ;) {
    const locations = await readPrunableLocations(deps.database, {
      days: options.policy.keepAllDays,
      after,
      limit: slice,
    });
    for (const locationId of locations) {
      options.signal.throwIfAborted();
      await pruneLocation(deps, options, locationId, report);
    }
    if (locations.length < slice) {
      break;
    }
    after = locations.at(-1)!;
  }
  if (!options.isDry) {
    await finish(deps, options.actor, report);
  }
  return report;
}

async function pruneLocation(
  deps: Pick<WorkerDeps, "database">,
  { policy, isDry, actor }: { policy: RetentionPolicy; isDry: boolean; actor: string },
  locationId: LocationId,
  report: PruneReport,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const nowMs = epochMs(await stampHistory(tx));
    // A snapshot is made under the same lock: it is seen here, or finds what is left.
    const pins = await readPinnedInstants(tx);
    const versions = await readVersionStamps(tx, locationId);
    const plan = planRetention({ versions, policy, nowMs, pins });
    report.pinned_instants = pins.length;
    report.locations += 1;
    report.versions_kept += plan.keep.length;
    report.versions_pruned += plan.prune.length;
    if (!isDry && plan.prune.length > 0) {
      await removeVersions(tx, { locationId, versions: plan.prune, prunedTo: plan.thenLastOf });
      // Each by itself: a pruning that dies on its way has said what it took.
      await recordAudit(tx, {
        actor,
        action: "location.versions_pruned",
        objectType: "location",
        objectId: locationId,
        after: { versions: plan.prune.length, kept: plan.keep.length, then_last_of: plan.thenLastOf },
      });
      await bumpEpoch(tx);
    }
  });
}

async function finish(deps: Pick<WorkerDeps, "database">, actor: string, report: PruneReport): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await stampHistory(tx);
    const unpinned = await removeUnpinnedStates(tx);
    report.revisions_pruned = unpinned.revisions;
    report.holiday_rows_pruned = unpinned.holidays;
    await recordAudit(tx, {
      actor,
      action: "retention.pruned",
      objectType: "retention",
      objectId: "holidays",
      after: report,
    });
  });
}
