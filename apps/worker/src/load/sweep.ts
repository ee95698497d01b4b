// The drop folder: looked at by a schedule, or by hand, and taken in.
import { consume, type Consumer, type RunningJob } from "@almanac/queue/consume";
import { sweepInbox } from "@almanac/usecases/sweep-inbox";
import type { WorkerDeps } from "../deps.ts";

const scheduledSweep = "scheduled-inbox-sweep";

/** Starts taking `inbox-sweep` jobs. */
export function consumeSweeps(deps: WorkerDeps): Consumer {
  return consume({
    queues: deps.queues,
    log: deps.log,
    name: "inbox-sweep",
    handler: (job) => processSweep(deps, job),
  });
}

async function processSweep(deps: WorkerDeps, job: RunningJob<"inbox-sweep">) {
  if (deps.inbox === undefined) return { ended: "LOAD_INBOX is unset" };
  const { inbox } = deps;
  const requestedBy = job.id.startsWith("repeat:") ? "schedule" : `job:${job.name}:${job.id}`;
  return sweepInbox({ ...acceptDeps(deps), inbox }, { requestedBy, signal: job.signal, ...deps.settings.sweep });
}

/** What taking in a body needs, from the worker's parts. */
export function acceptDeps(deps: WorkerDeps) {
  return {
    database: deps.database,
    queues: deps.queues,
    lake: deps.lake,
    now: deps.now,
    reached: deps.reached,
    onWakeFailed: (error: unknown) =>
      deps.log.warn({ err: error }, "the queue could not be woken; the reconciler will"),
  };
}

/** Registers when the drop folder is looked at, or takes the schedule away where there is none. */
export async function registerSweep(deps: WorkerDeps, { cron, tz }: { cron: string; tz: string }): Promise<void> {
  if (deps.inbox === undefined) {
    await deps.queues.unschedule(scheduledSweep);
  } else {
    await deps.queues.schedule({ key: scheduledSweep, name: "inbox-sweep", payload: {}, cron, tz });
  }
}
