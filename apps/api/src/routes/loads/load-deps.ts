// What the use cases about loads need, from what the api has.
import type { AcceptLoadDeps } from "@almanac/usecases/accept-load";
import type { ApiDeps } from "../../deps.ts";

export function loadDeps({ database, queues, lake, log }: ApiDeps): AcceptLoadDeps {
  return {
    database,
    queues,
    lake,
    now: () => Temporal.Now.instant(),
    onWakeFailed: (error, load) =>
      log.warn(
        { err: error, load_id: load.loadId },
        "the queue could not be woken; the load is stored and will be picked up",
      ),
  };
}
