// A process that does nothing but load one file: taken in by the use case behind POST /v1/loads, run by the one behind the
// worker's job. Its peak memory is that of loading, under the worker's own limits.
import "@almanac/worker/heap";
import { createReadStream, readFileSync } from "node:fs";
import { openDatabase } from "@almanac/db/database";
import type { LoadView } from "@almanac/db/loads";
import { openLake } from "@almanac/lake/open";
import { acceptLoad } from "@almanac/usecases/accept-load";
import { runLoad, runLoadDefaults } from "@almanac/usecases/run-load";

/** What the process tells when it is done. */
export interface LoadReport {
  status: LoadView["status"];
  rows: LoadView["rows"];
  bytes: number;
  alreadyLoaded: boolean;
  /** Until it was acknowledged; of that, after the last byte was there. */
  acceptMs: number;
  answerMs: number;
  /** From the claim to the end. */
  runMs: number;
  /** Of this process, in both. */
  cpuMs: number;
  peakBytes: number;
}

const [url = "", lakeUrl = "", path = ""] = process.argv.slice(2);
const database = await openDatabase({ url, poolSize: 8 });
const lake = openLake(lakeUrl);
const now = () => Temporal.Now.instant();
const deps = { database, lake, now, queues: { enqueue: async () => "" }, onWakeFailed: () => undefined };
// Connecting is what a process that runs has behind it.
await database.query("select 1");

const cpuBefore = process.cpuUsage();
const begunMs = performance.now();
let readMs = begunMs;
const accepted = await acceptLoad(deps, {
  body: body(),
  dataset: "events",
  channel: "upload",
  mediaType: "application/x-ndjson",
  timeZone: null,
  requestedBy: "bench",
});
const acceptedMs = performance.now();
let load = accepted.load;
if (!accepted.alreadyLoaded) {
  load = await runLoad(
    { ...deps, settings: runLoadDefaults },
    { loadId: load.loadId, signal: new AbortController().signal },
  );
}
const endedMs = performance.now();
const { user, system } = process.cpuUsage(cpuBefore);
const report: LoadReport = {
  status: load.status,
  rows: load.rows,
  bytes: load.bytes,
  alreadyLoaded: accepted.alreadyLoaded,
  acceptMs: acceptedMs - begunMs,
  answerMs: acceptedMs - readMs,
  runMs: endedMs - acceptedMs,
  cpuMs: (user + system) / 1000,
  peakBytes: peakBytes(),
};
process.send?.(report);
await Promise.all([database.close(), lake.close()]);
process.disconnect?.();

async function* body(): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: 65_536 }) as AsyncIterable<Uint8Array>;
  readMs = performance.now();
}

/** The most that was resident. Not `maxRSS`: that of a child begins with its parent's. */
function peakBytes(): number {
  try {
    const [, kilobytes = "0"] = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
