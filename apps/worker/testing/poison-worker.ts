// A worker process that dies whenever it asks for one region: what a bug in native code or an endless allocation does.
// Arguments: the database's URL (which is the queue's, too) and the region.
import { openDatabase } from "@almanac/db/database";
import { openLake } from "@almanac/lake/open";
import { createLog } from "@almanac/process/log";
import { connectQueues } from "@almanac/queue/connect";
import { openSource } from "@almanac/sources/open";
import { defaultSettings } from "../src/deps.ts";
import { startWorker } from "../src/worker.ts";

const [url = "", region = ""] = process.argv.slice(2);
const log = createLog({ name: "poisoned", level: "silent", format: "text" });
const source = openSource({ kind: "offline" });

await startWorker(
  {
    database: await openDatabase({ url, onConnectionError: () => undefined }),
    queues: await connectQueues({ url, log }),
    source: {
      ...source,
      async fetch(request) {
        if (request.region === region) {
          process.kill(process.pid, "SIGKILL");
        }
        return source.fetch(request);
      },
    },
    lake: openLake("file:/dev/null/no-lake"),
    log,
    now: () => Temporal.Now.instant(),
    settings: { ...defaultSettings, window: { back: 1, ahead: 1 }, concurrency: 100 },
  },
  { seed: "none", cron: "off", tz: "UTC", keepAllDays: "off" },
);
