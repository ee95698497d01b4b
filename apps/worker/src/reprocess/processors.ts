// The processors of reprocess runs: parse (done by the queue), call the use case, say what came of it.
import { isStopped } from "@almanac/db/reprocess/claims";
import type { RunId } from "@almanac/domain/ids";
import { consume, type Consumer, type FailedJob, type RunningJob } from "@almanac/queue/consume";
import { proposeScheduled } from "@almanac/usecases/reprocess/propose-run";
import { runRange } from "@almanac/usecases/reprocess/run-range";
import { endRunAsFailed, runReprocess } from "@almanac/usecases/reprocess/run-reprocess";
import type { WorkerDeps } from "../deps.ts";

const scheduledReprocess = "scheduled-reprocess";

/** Starts taking `reprocess-run` and `reprocess-range` jobs. */
export function consumeReprocess(deps: WorkerDeps): Consumer[] {
  const { queues, log } = deps;
  const onFinalFailure = (failed: FailedJob<"reprocess-run"> | FailedJob<"reprocess-range">) => writeOff(deps, failed);
  return [
    consume({ queues, log, name: "reprocess-run", handler: (job) => processRun(deps, job), onFinalFailure }),
    consume({
      queues,
      log,
      name: "reprocess-range",
      concurrency: deps.settings.reprocessConcurrency,
      handler: (job) => processRange(deps, job),
      onFinalFailure,
    }),
  ];
}

async function processRun(deps: WorkerDeps, job: RunningJob<"reprocess-run">) {
  const runId = job.payload.run_id as RunId | undefined;
  if (runId === undefined) return propose(deps, job);
  return unlessStopped(async () => {
    const { status, rows, rejects } = await runReprocess(workDeps(deps), {
      runId,
      signal: job.signal,
      doRanges: (run, ranges) => {
        const payloads = ranges.map((range_no) => ({ run_id: runId, range_no }));
        return job.fanOut("reprocess-range", payloads, { round: run.fence });
      },
    });
    return { status, rows, rejects };
  });
}

async function processRange(deps: WorkerDeps, job: RunningJob<"reprocess-range">) {
  const { run_id, range_no } = job.payload;
  return unlessStopped(async () => ({
    done: await runRange(workDeps(deps), { runId: run_id as RunId, rangeNo: range_no, signal: job.signal }),
  }));
}

/** Who was paused, cancelled or taken over ends quietly: asking for the work again would take it back. */
async function unlessStopped<Result>(work: () => Promise<Result>): Promise<Result | { ended: string }> {
  try {
    return await work();
  } catch (error) {
    if (isStopped(error)) return { ended: error.code };
    throw error;
  }
}

async function propose(deps: WorkerDeps, job: RunningJob<"reprocess-run">) {
  const isSchedule = job.id.startsWith("repeat:");
  const proposed = await proposeScheduled(workDeps(deps), {
    trigger: isSchedule ? "schedule" : "job",
    requestedBy: isSchedule ? "schedule" : `job:${job.name}:${job.id}`,
    reason: "Events are written in a lower schema version than the newest.",
  });
  return { run_ids: proposed.map((run) => run.runId) };
}

async function writeOff(
  deps: WorkerDeps,
  failed: FailedJob<"reprocess-run"> | FailedJob<"reprocess-range">,
): Promise<void> {
  const runId = failed.payload?.run_id;
  if (runId === undefined || failed.error.code === "reprocess.not_found") return;
  await endRunAsFailed(deps, runId as RunId, failed.error);
}

/** What the use cases of runs need, from the worker's parts. */
function workDeps(deps: WorkerDeps) {
  const { database, queues, lake, now, reached, settings, log } = deps;
  return {
    database,
    queues,
    lake,
    now,
    reached,
    settings: { ...settings.reprocess, lineMaxBytes: settings.load.lineMaxBytes },
    onWakeFailed: (error: unknown) => log.warn({ err: error }, "the queue could not be woken; the reconciler will"),
  };
}

/** Registers when runs are proposed, or takes the schedule away. */
export async function registerReprocess(deps: WorkerDeps, { cron, tz }: { cron: string; tz: string }): Promise<void> {
  if (cron === "off") {
    await deps.queues.unschedule(scheduledReprocess);
  } else {
    await deps.queues.schedule({ key: scheduledReprocess, name: "reprocess-run", payload: {}, cron, tz });
  }
}
