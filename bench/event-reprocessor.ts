// A process that does nothing but run one reprocess run, its key ranges as many at a time as a worker does, under the
// worker's own limits.
import "@almanac/worker/heap";
import { openDatabase } from "@almanac/db/database";
import type { RunView } from "@almanac/db/reprocess/runs";
import type { RunId } from "@almanac/domain/ids";
import { openLake } from "@almanac/lake/open";
import { reprocessDefaults } from "@almanac/usecases/reprocess/deps";
import { runRange } from "@almanac/usecases/reprocess/run-range";
import { runReprocess } from "@almanac/usecases/reprocess/run-reprocess";
import { defaultSettings } from "@almanac/worker/deps";
import { inLanes } from "./measure.ts";

/** What the process tells when it is done. */
export interface ReprocessReport {
  status: RunView["status"];
  rows: RunView["rows"];
  runMs: number;
  /** Of this process. */
  cpuMs: number;
}

const [url = "", lakeUrl = "", runId = ""] = process.argv.slice(2);
const database = await openDatabase({ url, poolSize: 8 });
const lake = openLake(lakeUrl);
const { signal } = new AbortController();
const deps = {
  database,
  lake,
  now: () => Temporal.Now.instant(),
  settings: reprocessDefaults,
  queues: { enqueue: async () => "" },
  onWakeFailed: () => undefined,
};
// Connecting is what a process that runs has behind it.
await database.query("select 1");

const cpuBefore = process.cpuUsage();
const begunMs = performance.now();
const { status, rows } = await runReprocess(deps, {
  runId: runId as RunId,
  signal,
  doRanges: (run, ranges) =>
    inLanes(ranges, defaultSettings.reprocessConcurrency, (rangeNo) =>
      runRange(deps, { runId: run.runId, rangeNo, signal }),
    ),
});
const endedMs = performance.now();
const { user, system } = process.cpuUsage(cpuBefore);
process.send?.({ status, rows, runMs: endedMs - begunMs, cpuMs: (user + system) / 1000 } satisfies ReprocessReport);
await Promise.all([database.close(), lake.close()]);
process.disconnect?.();
