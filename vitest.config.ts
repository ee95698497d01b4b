// Every test of the repository in one run: one project a package.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./vitest.order.ts";
import { maxWorkers, project } from "./vitest.project.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  test: {
    maxWorkers,
    // A busy machine takes its time to end a process, too.
    teardownTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      "packages/*",
      "apps/*",
      project("scripts", { root, include: ["scripts/**/*.test.ts"], database: true }),
      project("bench", { root, include: ["bench/**/*.test.ts"] }),
      project("e2e", { root, include: ["test/**/*.test.ts"], database: true }),
    ],
  },
});
