import { expect, test } from "vitest";
import { redisKit } from "../testing/backends.ts";
import { conformance } from "../testing/conformance.ts";
import { hasRedisServer, redisForTest } from "../testing/redis.ts";
import { connectQueues } from "./connect.ts";

const log = { info() {}, warn() {}, error() {} };

if (hasRedisServer()) {
  conformance(redisKit);

  test("a Redis that would lose waiting jobs is warned of: no AOF, an eviction policy", async () => {
    const server = await redisForTest(["--appendonly", "no", "--maxmemory-policy", "allkeys-lru"]);
    const queues = await connectQueues({ url: server.url, log });
    const warnings = await queues.warnings();
    await queues.close();
    await server.close();
    expect(warnings).toEqual([expect.stringContaining("AOF"), expect.stringContaining("allkeys-lru")]);
  });

  test("a Redis with AOF and noeviction is not warned of", async () => {
    const server = await redisForTest();
    const queues = await connectQueues({ url: server.url, log });
    const warnings = await queues.warnings();
    await queues.close();
    await server.close();
    expect(warnings).toEqual([]);
  });
} else {
  const left = "no redis-server on this machine: the queue's conformance suite is run on Postgres only";
  if (process.env["CI"] !== "true") console.warn(`LEFT OUT: ${left}`);
  test("without redis-server the suite says what it leaves out, and fails in CI", () => {
    expect(process.env["CI"] === "true" ? left : "").toBe("");
  });
}

test("a backend that is away is said to be unavailable, and a URL of another kind is refused", async () => {
  await expect(connectQueues({ url: "postgres://u:p@127.0.0.1:1/d", log })).rejects.toMatchObject({ code: "queue.unavailable" });
  await expect(connectQueues({ url: "redis://127.0.0.1:1", log })).rejects.toMatchObject({ code: "queue.unavailable" });
  await expect(connectQueues({ url: "mysql://127.0.0.1:1", log })).rejects.toMatchObject({ code: "queue.url_invalid" });
});
