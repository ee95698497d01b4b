// The queue on Redis, through ioredis.

import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Backend, RawQueue } from "./backend.ts";
import type { JobState } from "./queues.ts";

const retryStrategy = (times: number) => Math.min(times * 50, 1_000);

const states: Record<string, JobState> = {
  waiting: "waiting",
  prioritized: "waiting",
  paused: "waiting",
  active: "active",
  delayed: "delayed",
  completed: "completed",
  failed: "failed",
  "waiting-children": "waiting-children",
};

/** Connects one client for all producers; each worker brings its own pair (one of them blocks). */
export async function redisBackend(url: string, prefix: string, report: (error: unknown) => void): Promise<Backend> {
  // A producer's command gives up after a few reconnects, so that a request is refused instead of parked; a worker's never does.
  const client = new Redis(url, { maxRetriesPerRequest: 3, retryStrategy, lazyConnect: true });
  client.on("error", report);
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw error;
  }
  const field = (info: string, name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];

  return {
    kind: "redis",
    openQueue: (name, jobDefaults) =>
      new Queue(name, { connection: client, prefix, defaultJobOptions: jobDefaults }) as RawQueue,

    openWorker: async (name, processor, options) =>
      new Worker(name, processor, {
        ...options,
        prefix,
        connection: { url, maxRetriesPerRequest: null, retryStrategy },
      }),

    async states(queue, ids) {
      // The client writes them all before it waits for the first answer.
      const found = await Promise.all(ids.map(async (id) => [id, states[await queue.getJobState(id)]] as const));
      return new Map(found.filter((entry): entry is [string, JobState] => entry[1] !== undefined));
    },

    repair: async () => false,
    ping: async () => void (await client.ping()),

    async warnings() {
      // INFO, not CONFIG GET: hosted Redis often forbids CONFIG.
      const persistence = await client.info("persistence");
      const memory = await client.info("memory");
      const warnings: string[] = [];
      if (field(persistence, "aof_enabled") !== "1") {
        warnings.push(
          "Redis runs without AOF (appendonly no): a crash loses waiting jobs until the reconciler enqueues them again",
        );
      }
      const policy = field(memory, "maxmemory_policy");
      if (policy !== undefined && policy !== "noeviction") {
        warnings.push(`Redis runs with maxmemory-policy ${policy}: it may throw jobs away; set noeviction`);
      }
      return warnings;
    },

    close: async () => client.disconnect(),
  };
}
