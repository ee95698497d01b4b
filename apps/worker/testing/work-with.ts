// A whole worker on what a process has opened already; apart, because most processes of the tests need no queue.
import { createLog } from "@almanac/process/log";
import { connectQueues } from "@almanac/queue/connect";
import { openSource } from "@almanac/sources/open";
import { defaultSettings, type WorkerDeps } from "../src/deps.ts";
import { startWorker } from "../src/worker.ts";
import type { LoadProcessOrder } from "./load-processes.ts";

export async function workWith(
  opened: Pick<WorkerDeps, "database" | "lake" | "now" | "reached">,
  order: LoadProcessOrder,
): Promise<void> {
  const log = createLog({ name: "load process", level: "silent", format: "text" });
  const queueUrl = order.queueUrl ?? order.url;
  const own = order.reprocess === undefined ? {} : { reprocess: order.reprocess };
  const deps: WorkerDeps = {
    ...opened,
    queues: await connectQueues({ url: queueUrl, prefix: order.prefix ?? "bullmq", log }),
    source: openSource({ kind: "offline" }),
    log,
    settings: { ...defaultSettings, window: { back: 1, ahead: 1 }, concurrency: 20, load: order.load, ...own },
  };
  await startWorker(deps, { seed: "none", cron: "off", tz: "UTC", keepAllDays: "off" });
}
