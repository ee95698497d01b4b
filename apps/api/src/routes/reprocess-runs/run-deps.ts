// What the use cases about reprocess runs need, from what the api has.
import type { SteerDeps } from "@almanac/usecases/reprocess/deps";
import type { ApiDeps } from "../../deps.ts";

export function runDeps({ database, queues, lake, log }: ApiDeps): SteerDeps {
  return {
    database,
    queues,
    lake,
    onWakeFailed: (error, run) =>
      log.warn(
        { err: error, run_id: run.runId },
        "the queue could not be woken; the run is stored and will be picked up",
      ),
  };
}
