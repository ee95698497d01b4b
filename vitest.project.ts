// How a package's tests run: the same from the root (`npm test`) and inside the package (`vitest run`, turbo).
import { fileURLToPath } from "node:url";
import { defineProject } from "vitest/config";

/**
 * Files at a time, one more than the smallest machine has cores, because much of the time is waiting. Every project says
 * it for itself: without it, it has one fewer than cores, and on two of them its files run one after the other.
 */
export const maxWorkers = 3;

const database = fileURLToPath(new URL("packages/db/testing/run-database.ts", import.meta.url));

/** A project of `*.test.ts` files; with `database`, `testDatabase()` of `@almanac/db/testing` works in them. */
export function project(name: string, options: { database?: boolean; root?: string; include?: string[] } = {}) {
  return defineProject({
    ...(options.root === undefined ? {} : { root: options.root }),
    test: {
      name,
      include: options.include ?? ["**/*.test.ts"],
      maxWorkers,
      maxConcurrency: 3,
      globalSetup: options.database === true ? [database] : [],
      // What takes a second on a quiet machine may take a minute on a busy one: these end what hangs, and nothing else.
      testTimeout: 240_000,
      hookTimeout: 240_000,
      expect: { poll: { timeout: 120_000, interval: 20 } },
    },
  });
}
