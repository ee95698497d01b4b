// The two backends as a test meets them: a URL, and hands to wipe, kill and restart what is behind it.

import { embeddedForTest, testDatabase } from "@almanac/db/testing";
import { Redis } from "ioredis";
import { Client } from "pg";
import { killableRedis } from "./killable-redis.ts";
import type { RedisForTest } from "./redis.ts";

export interface TestBackend {
  url: string;
  /** Removes all that the queue has stored under the prefix (Redis: everything), while everybody stays connected. */
  wipe(prefix: string): Promise<void>;
  close(): Promise<void>;
}

export interface KillableBackend {
  url: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface BackendKit {
  kind: "postgres" | "redis";
  start(): Promise<TestBackend>;
  /** A server of its own for a test that kills it. */
  startKillable(): Promise<KillableBackend>;
}

export const postgresKit: BackendKit = {
  kind: "postgres",
  async start() {
    const database = await testDatabase({ migrated: false });
    return {
      url: database.url,
      async wipe(prefix) {
        const client = new Client({ connectionString: database.url });
        await client.connect();
        await client.query(`drop schema "${prefix}" cascade`);
        await client.end();
      },
      close: () => database.close(),
    };
  },
  startKillable: () => embeddedForTest({ migrated: false }),
};

export const redisKit = (server: RedisForTest): BackendKit => ({
  kind: "redis",
  start: async () => ({
    url: server.url,
    async wipe() {
      const client = new Redis(server.url);
      await client.flushall();
      client.disconnect();
    },
    close: () => server.close(),
  }),
  startKillable: () => killableRedis(),
});
