// Every test of the repository in one run: one project a package, on as many workers as the smallest machine has cores.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { project } from "./vitest.project.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      "packages/*",
      "apps/*",
      project("scripts", { root, include: ["scripts/**/*.test.ts"] }),
      project("bench", { root, include: ["bench/**/*.test.ts"] }),
      project("e2e", { root, include: ["test/**/*.test.ts"], database: true }),
    ],
  },
});
