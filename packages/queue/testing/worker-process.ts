// A worker process for tests that kill it: takes holiday-sync jobs, says `started <job id>`, and then hangs or dies over the job.
// Arguments: the queue's URL, its prefix, `hang` or `crash`.

import { connectQueues } from "@almanac/queue/connect";
import { consume } from "@almanac/queue/consume";

const [url, prefix, manner] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {} };
const queues = await connectQueues({ url: url!, prefix: prefix!, log: silent });
consume({
  queues,
  name: "holiday-sync",
  log: silent,
  handler: async (job) => {
    process.stdout.write(`started ${job.id}\n`);
    if (manner === "crash") process.kill(process.pid, "SIGKILL");
    await new Promise(() => {});
  },
});
