import { expect, test } from "vitest";
import { redisKit } from "../testing/backends.ts";
import { conformance } from "../testing/conformance/conformance.ts";
import { killableRedis } from "../testing/killable-redis.ts";
import { redisForTest } from "../testing/redis.ts";
import { connectQueues } from "./connect.ts";

const log = { info() {}, warn() {}, error() {} };

// Says what is left out where there is no redis-server, and throws in CI.
const server = await redisForTest("the job queue's conformance suite on Redis");

async function warningsOf(settings: string[]): Promise<string[]> {
  const misconfigured = await killableRedis(settings);
  const queues = await connectQueues({ url: misconfigured.url, log });
  const warnings = await queues.warnings();
  await queues.close();
  await misconfigured.close();
  return warnings;
}

if (server !== undefined) {
  conformance(redisKit(server));

  test("a Redis that may lose waiting jobs is warned of: no AOF, an eviction policy", async () => {
    const warnings = await warningsOf(["--appendonly", "no", "--maxmemory-policy", "allkeys-lru"]);
    expect(warnings).toEqual([expect.stringContaining("AOF"), expect.stringContaining("allkeys-lru")]);
  });

  test("a Redis with AOF and noeviction is not warned of", async () => {
    expect(await warningsOf([])).toEqual([]);
  });
}

test("a backend that is away is said to be unavailable, and a URL of another kind is refused", async () => {
  const connect = (url: string) => connectQueues({ url, log });
  await expect(connect("postgres://u:p@127.0.0.1:1/d")).rejects.toMatchObject({ code: "queue.unavailable" });
  await expect(connect("redis://127.0.0.1:1")).rejects.toMatchObject({ code: "queue.unavailable" });
  await expect(connect("mysql://127.0.0.1:1")).rejects.toMatchObject({ code: "queue.url_invalid" });
});
