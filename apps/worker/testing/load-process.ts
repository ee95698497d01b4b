// A process that takes in a body, runs a load or a reprocess run, or works as a whole worker, and strikes itself when it is
// at a named point: it dies (`kill`), or says so and stands still (`stop`). What a test wants of it comes as JSON in its one argument.
import { createReadStream } from "node:fs";
import { openDatabase } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";
import type { LoadId, RunId } from "@almanac/domain/ids";
import { openLake } from "@almanac/lake/open";
import { acceptLoad } from "@almanac/usecases/accept-load";
import { runLoad } from "@almanac/usecases/run-load";
import type { LoadProcessOrder } from "./load-processes.ts";
import { runHere } from "./run-here.ts";

const order = JSON.parse(process.argv[2]!) as LoadProcessOrder;
let times = 0;

async function reached(point: string): Promise<void> {
  if (point !== order.point) return;
  times += 1;
  if (times !== order.times) return;
  if (order.strike === "kill") process.kill(process.pid, "SIGKILL");
  await new Promise<void>((resolve) => process.send?.({ reached: point }, () => resolve()));
  process.kill(process.pid, "SIGSTOP");
}

const database = await openDatabase({ url: order.url, poolSize: 20, onConnectionError: () => undefined });
const lake = openLake(order.lakeUrl, { reached });
const now = () => Temporal.Now.instant();

async function accept(): Promise<void> {
  const deps = { database, lake, now, reached, queues: { enqueue: () => Promise.resolve("") }, onWakeFailed() {} };
  await acceptLoad(deps, {
    body: createReadStream(order.path!),
    dataset: "events",
    channel: "upload",
    mediaType: "application/x-ndjson",
    timeZone: null,
    requestedBy: "test",
  }).catch((error: unknown) => process.stdout.write(String((error as { code?: string }).code)));
}

async function run(): Promise<void> {
  const request = { loadId: order.loadId as LoadId, signal: new AbortController().signal };
  // Who was stopped for long finds its connection gone, or the load taken over.
  await runLoad({ database, lake, now, reached, settings: order.load }, request).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    process.exitCode = 1;
  });
}

async function reprocess(): Promise<void> {
  await runHere({ database, lake, now, reached, load: order.load, settings: order.reprocess! }, order.runId as RunId);
}

const work = { accept, run, reprocess };

if (order.kind === "work") {
  const { workWith } = await import("./work-with.ts");
  await workWith({ database, lake, now, reached }, order);
  process.send?.({ reached: "ready" });
} else {
  await work[order.kind]();
  await lake.close();
  await database.close();
  process.disconnect?.();
}
