// How a package's tests run: the same from the root (`npm test`) and inside the package (`vitest run`, turbo).
import { fileURLToPath } from "node:url";
import { defineProject } from "vitest/config";

const database = fileURLToPath(new URL("packages/db/testing/run-database.ts", import.meta.url));

/** A project of `*.test.ts` files; with `database`, `testDatabase()` of `@almanac/db/testing` works in them. */
export function project(name: string, options: { database?: boolean; root?: string; include?: string[] } = {}) {
  return defineProject({
    ...(options.root === undefined ? {} : { root: options.root }),
    test: {
      name,
      include: options.include ?? ["**/*.test.ts"],
      globalSetup: options.database === true ? [database] : [],
      // A cold start of a database server on a busy two-core machine takes seconds.
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  });
}
