// Each fault suite once, small, as tests: one file a queue, so that two cores share them.
import { describe, expect, test } from "vitest";
import { freshSeed } from "../stage/random.ts";
import type { QueueKind } from "../stage/stage.ts";
import { runSuite, suites } from "./suites.ts";

/** Longest that a suite may take on a busy machine. */
const timeoutMs = 180_000;

export function smallSuites(queue: QueueKind): void {
  describe(`with the queue on ${queue}`, () => {
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
