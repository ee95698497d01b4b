// The limit of the sync benchmark: the same jobs over the same fan-out, and nothing in them.
import { createLog } from "@almanac/process/log";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { consume } from "@almanac/queue/consume";

export const silent = createLog({ name: "bench", level: "silent", format: "json" });

export interface BareQueue {
  queues: Queues;
  /** Resolves when that many jobs have been run from now on. */
  ran(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Beside whatever else works on that backend, under a prefix of its own. */
export async function startBareQueue(url: string, concurrency: number): Promise<BareQueue> {
  const queues = await connectQueues({ url, log: silent, prefix: "bare" });
  let awaited = 0;
  let done: () => void = () => undefined;
  const consumers = [
    consume({
      queues,
      log: silent,
      name: "holiday-sync",
      concurrency,
      handler: async () => {
        awaited -= 1;
        if (awaited === 0) done();
      },
    }),
    consume({
      queues,
      log: silent,
      name: "holiday-sync-all",
      handler: (job) =>
        job.fanOut(
          "holiday-sync",
          job.payload.location_ids!.map((location_id) => ({ location_id, sync_id: job.payload.sync_id })),
        ),
    }),
  ];
  return {
    queues,
    ran(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      awaited = count;
      done = resolve;
      return promise;
    },
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.close(5_000)));
      await queues.close();
    },
  };
}
