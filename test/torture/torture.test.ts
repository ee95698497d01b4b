// Each fault suite once, small, on both queues. `npm run torture` runs them in numbers.
import { redisForTest } from "@almanac/queue/testing";
import { describe, expect, test } from "vitest";
import { freshSeed } from "../stage/random.ts";
import type { QueueKind } from "../stage/stage.ts";
import { runSuite, suites } from "./suites.ts";

const redis = await redisForTest("the fault suites on Redis");
await redis?.close();
const queues: QueueKind[] = redis === undefined ? ["postgres"] : ["postgres", "redis"];

describe.each(queues)("with the queue on %s", (queue) => {
  test.each(suites.filter((suite) => (suite.queues ?? queues).includes(queue)))(
    "$name: $promise",
    async (suite) => {
      const seed = freshSeed();
      const outcome = await runSuite(suite, { queue, size: suite.small, seed });
      expect({ seed, problems: outcome?.problems }).toEqual({ seed, problems: [] });
    },
    180_000,
  );
});
