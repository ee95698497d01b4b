// What the use cases about syncs need, from what the api has.
import type { RequestSyncDeps } from "@almanac/usecases/request-sync";
import type { ApiDeps } from "../deps.ts";

export function syncDeps({ database, queues, source, log, settings }: ApiDeps): RequestSyncDeps {
  return {
    database,
    queues,
    sourceName: source.name,
    window: { back: settings.yearsBack, ahead: settings.yearsAhead },
    now: () => Temporal.Now.instant(),
    onWakeFailed: (error, sync) =>
      log.warn(
        { err: error, sync_id: sync.syncId },
        "the queue could not be woken; the sync is stored and will be picked up",
      ),
  };
}
