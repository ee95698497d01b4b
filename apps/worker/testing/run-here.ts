// A reprocess run within one process, without a queue: its key ranges one after the other, then the replays it asks for.
import type { Database } from "@almanac/db/database";
import { listReplaysOf } from "@almanac/db/reprocess/rejects";
import type { RunView } from "@almanac/db/reprocess/runs";
import { AppError } from "@almanac/domain/errors";
import type { RunId } from "@almanac/domain/ids";
import type { Lake } from "@almanac/lake/lake";
import type { ReprocessSettings, RunPoint } from "@almanac/usecases/reprocess/deps";
import { runRange } from "@almanac/usecases/reprocess/run-range";
import { runReprocess } from "@almanac/usecases/reprocess/run-reprocess";
import { runLoad, type RunLoadSettings } from "@almanac/usecases/run-load";

export interface HereDeps {
  database: Database;
  lake: Lake;
  now: () => Temporal.Instant;
  load: RunLoadSettings;
  settings: Omit<ReprocessSettings, "lineMaxBytes">;
  reached?: (point: RunPoint) => void | Promise<void>;
}

export async function runHere(deps: HereDeps, runId: RunId): Promise<RunView> {
  const { database, lake, now, load } = deps;
  const { signal } = new AbortController();
  const work = {
    ...deps,
    queues: { enqueue: () => Promise.resolve("") },
    onWakeFailed: () => undefined,
    settings: { ...deps.settings, lineMaxBytes: load.lineMaxBytes },
  };
  for (;;) {
    try {
      return await runReprocess(work, {
        runId,
        signal,
        async doRanges(_run, ranges) {
          for (const rangeNo of ranges) await runRange(work, { runId, rangeNo, signal });
        },
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "reprocess.replays_open") throw error;
      for (const { loadId } of await listReplaysOf(database, runId)) {
        await runLoad({ database, lake, now, settings: load }, { loadId, signal });
      }
    }
  }
}
