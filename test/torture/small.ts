// Each fault suite once, small, as tests: one file a queue. Side by side, because they mostly wait for locks to run out and
// for what is tried again; each has servers of its own.
import { describe, expect, test } from "vitest";
import { freshSeed } from "../stage/random.ts";
import type { QueueKind } from "../stage/stage.ts";
import { runSuite, suites } from "./suites.ts";

// Three suites at a time with servers and workers of their own: on a busy machine that takes its time.
const timeoutMs = 600_000;

export function smallSuites(queue: QueueKind): void {
  describe.concurrent(`with the queue on ${queue}`, () => {
    test.each(suites.filter((suite) => suite.queues?.includes(queue) ?? true))(
      "$name: $promise",
      async (suite) => {
        const seed = freshSeed();
        const outcome = await runSuite(suite, { queue, size: suite.small, seed });
        expect({ seed, problems: outcome?.problems }).toEqual({ seed, problems: [] });
      },
      timeoutMs,
    );
  });
}
