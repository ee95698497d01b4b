// A running worker: what it does on start, what it does all the time, and how it stops.
import { readResolutions } from "@almanac/db/calendars";
import type { Consumer } from "@almanac/queue/consume";
import { resolveSubdivision } from "@almanac/usecases/refresh-calendar";
import { consumeAnchors, registerAnchors, writeAnchor } from "./audit/anchors.ts";
import type { WorkerDeps } from "./deps.ts";
import { consumeLoads } from "./load/processors.ts";
import { consumeSweeps, registerSweep } from "./load/sweep.ts";
import { startJournal } from "./load/write-journal.ts";
import { startHeartbeat } from "./maintenance/heartbeat.ts";
import { consumePrune } from "./maintenance/prune.ts";
import { consumeReconcile, reconcile, reconcileDefaults, type ReconcileSettings } from "./maintenance/reconcile.ts";
import { type OpenLineageSettings, startOpenLineage } from "./openlineage/start.ts";
import { consumeReprocess, registerReprocess } from "./reprocess/processors.ts";
import { loadSample } from "./start/sample.ts";
import { requestFirstSync, seedLocations } from "./start/seed.ts";
import { consumeSyncs } from "./sync/processors.ts";

export interface StartOptions {
  seed: "brief" | "none";
  /** `off`: the schedule is taken away. */
  cron: string;
  tz: string;
  /** `off`: nothing is pruned by itself. */
  keepAllDays: number | "off";
  /** When the drop folder is looked at, where there is one; default: every minute. */
  inboxCron?: string;
  /** When runs over outdated events are proposed; default: `off`. */
  reprocessCron?: string;
  /** How many events the sample of a first start has. */
  sampleEvents?: number;
  reconcile?: ReconcileSettings & { everyMs: number };
  /** Where run events go; nowhere without it. */
  openLineage?: OpenLineageSettings | undefined;
}

export interface RunningWorker {
  /** Stops taking jobs and waits for the running ones, `deadlineMs` at the most. */
  stop(deadlineMs: number): Promise<void>;
}

const reconcileEveryMs = 3_000;
const sampleEvents = 10_000;
const scheduledSync = "scheduled-sync";
const scheduledPrune = "scheduled-prune";

/** Registers schedules, seeds, asks for a first sync, takes jobs, and reconciles from then on. */
export async function startWorker(deps: WorkerDeps, options: StartOptions): Promise<RunningWorker> {
  for (const line of await deps.queues.warnings()) {
    deps.log.warn(line);
  }
  await refreshResolutions(deps);
  await registerSchedules(deps, options);
  if (options.seed === "brief" && (await seedLocations(deps))) {
    deps.log.info("registered the brief's 13 locations");
  }
  await requestFirstSync(deps);
  const consumers: Consumer[] = [
    ...consumeSyncs(deps),
    ...consumeLoads(deps),
    consumeSweeps(deps),
    ...consumeReprocess(deps),
    consumePrune(deps),
    consumeAnchors(deps),
    consumeReconcile(deps),
  ];
  const heartbeat = startHeartbeat(deps);
  const settings = options.reconcile ?? { ...reconcileDefaults, everyMs: reconcileEveryMs };
  const reconciler = startReconciler(deps, settings);
  const journal = startJournal(deps, settings.everyMs);
  const openLineage = options.openLineage && startOpenLineage(deps, options.openLineage, settings.everyMs);
  // What the last worker has left, and once more at the end what this one leaves.
  const anchored = writeAnchor(deps);
  const sample = options.seed === "brief" ? startSample(deps, options.sampleEvents ?? sampleEvents) : undefined;
  return {
    async stop(deadlineMs) {
      await reconciler.stop();
      await sample;
      await Promise.all(consumers.map((consumer) => consumer.close(deadlineMs)));
      await openLineage?.stop();
      await journal.stop();
      await anchored;
      await writeAnchor(deps);
      await heartbeat.stop();
    },
  };
}

/** A newer source, or a newer list of its regions, may answer for a subdivision otherwise than when it was resolved. */
async function refreshResolutions(deps: WorkerDeps): Promise<void> {
  for (const { subdivisionCode } of await readResolutions(deps.database, deps.source.name)) {
    await resolveSubdivision(deps, subdivisionCode);
  }
}

async function registerSchedules(deps: WorkerDeps, options: StartOptions): Promise<void> {
  const { cron, tz, keepAllDays, inboxCron = "* * * * *" } = options;
  if (cron === "off") {
    await deps.queues.unschedule(scheduledSync);
  } else {
    await deps.queues.schedule({ key: scheduledSync, name: "holiday-sync-all", payload: {}, cron, tz });
  }
  if (keepAllDays === "off") {
    await deps.queues.unschedule(scheduledPrune);
  } else {
    const payload = { dry_run: false, keep_all_days: keepAllDays, then_last_of: "day" as const };
    await deps.queues.schedule({ key: scheduledPrune, name: "prune", payload, cron: "30 4 * * *", tz });
  }
  await registerSweep(deps, { cron: inboxCron, tz });
  await registerReprocess(deps, { cron: options.reprocessCron ?? "off", tz });
  await registerAnchors(deps, { tz });
}

/** Beside everything else: nobody waits for the sample. */
async function startSample(deps: WorkerDeps, events: number): Promise<void> {
  try {
    if (await loadSample(deps, events)) {
      deps.log.info({ events }, "took in a sample of events");
    }
  } catch (error) {
    deps.log.warn({ err: error }, "the sample could not be taken in; the next start tries again");
  }
}

function startReconciler(deps: WorkerDeps, settings: ReconcileSettings & { everyMs: number }) {
  let running: Promise<unknown> | null = null;
  const tick = () => {
    // Trouble of the database or the queue is told by those who need them; the next tick tries again.
    running ??= reconcile(deps, settings)
      .catch((error: unknown) => deps.log.debug({ err: error }, "could not reconcile"))
      .finally(() => (running = null));
  };
  const timer = setInterval(tick, settings.everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
