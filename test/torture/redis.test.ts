// The fault suites with the queue on a real Redis; where there is none, they say so and are left out (in CI they fail).
import { redisForTest } from "@almanac/queue/testing";
import { expect, test } from "vitest";
import { smallSuites } from "./small.ts";

const redis = await redisForTest("the fault suites on Redis");
await redis?.close();
if (redis === undefined) {
  test("without a redis-server there is no Redis to strike", () => {
    expect(redis).toBeUndefined();
  });
} else {
  smallSuites("redis");
}
