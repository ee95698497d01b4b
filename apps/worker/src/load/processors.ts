import { AppError } from "@almanac/domain/errors";
// The processors of loads: parse (done by the queue), call the use case, say what came of it.
import type { LoadId } from "@almanac/domain/ids";
import { consume, type Consumer, type FailedJob, type RunningJob } from "@almanac/queue/consume";
import { endAsFailed, runLoad } from "@almanac/usecases/run-load";
import { verifyLake } from "@almanac/usecases/verify-lake";
import type { WorkerDeps } from "../deps.ts";

/** Starts taking `event-load` and `lake-verify` jobs. */
export function consumeLoads(deps: WorkerDeps): Consumer[] {
  const { queues, log } = deps;
  return [
    consume({
      queues,
      log,
      name: "event-load",
      concurrency: deps.settings.loadConcurrency,
      handler: (job) => processLoad(deps, job),
      onFinalFailure: (failed) => writeOff(deps, failed),
    }),
    consume({ queues, log, name: "lake-verify", handler: (job) => processVerify(deps, job) }),
  ];
}

async function processLoad(deps: WorkerDeps, job: RunningJob<"event-load">) {
  const { database, lake, now, reached } = deps;
  const onProgress = (load: { progress: number }) => job.progress(load.progress);
  try {
    const request = { loadId: job.payload.load_id as LoadId, signal: job.signal, onProgress };
    const { status, rows } = await runLoad({ database, lake, now, reached, settings: deps.settings.load }, request);
    return { status, rows };
  } catch (error) {
    // Whoever took it over goes on: asking for it again would take it back, and so on.
    if (error instanceof AppError && error.code === "load.taken_over") return { ended: error.code };
    throw error;
  }
}

async function writeOff(deps: WorkerDeps, failed: FailedJob<"event-load">): Promise<void> {
  if (failed.payload === undefined || failed.error.code === "load.not_found") return;
  await endAsFailed(deps, failed.payload.load_id as LoadId, null, failed.error);
}

async function processVerify(deps: WorkerDeps, job: RunningJob<"lake-verify">) {
  const bad: string[] = [];
  const { checked } = await verifyLake(deps, { onBad: ({ name, reason }) => bad.push(`${name}: ${reason}`) });
  for (const line of bad) deps.log.error({ object: line }, "an object of the raw zone is damaged");
  if (bad.length > 0) await job.log(bad.join("\n"));
  return { checked, bad: bad.length };
}
