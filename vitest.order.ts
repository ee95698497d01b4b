// In which order do the test files run? Those that wait most begin, so that the others fill their waits and no long one
// is left alone at the end. All others as vitest has them.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Ends of paths, the longest first. */
const first = [
  "test/torture/postgres.test.ts",
  "apps/worker/src/load/struck.test.ts",
  "packages/queue/src/redis.test.ts",
  "test/torture/redis.test.ts",
  "packages/queue/src/postgres.test.ts",
  "apps/worker/src/sync/poison.test.ts",
  "bench/bench.test.ts",
  "apps/worker/src/sync/upstream.test.ts",
  "apps/worker/src/load/killed.test.ts",
  "packages/db/src/embedded/embedded.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = first.findIndex((end) => moduleId.endsWith(end));
  return place === -1 ? first.length : place;
}
