import { expect, test } from "vitest";
import { consolePages } from "./console.ts";
import { events } from "./events.ts";
import { http } from "./http.ts";
import { layout } from "./layout.ts";
import type { Benchmark } from "./marks.ts";
import { reprocess } from "./reprocess.ts";
import { syncs } from "./syncs.ts";
import { versions } from "./versions.ts";

// What is measured in seconds means nothing here: tests share the machine.

const benchmarks: [string, Benchmark, number][] = [
  ["http", http, 2],
  ["versions", versions, 6],
  ["syncs", syncs, 2],
  ["events", events, 15],
  ["reprocess", reprocess, 5],
  ["layout", layout, 2],
  ["console", consolePages, 1],
];

test.each(benchmarks)("the benchmark %s runs to its end and gives its marks", async (_name, benchmark, least) => {
  const said: string[] = [];
  const marks = await benchmark("quick", (line) => void said.push(line));
  expect(marks.length).toBeGreaterThanOrEqual(least);
  for (const mark of marks) expect(mark.value, mark.name).toBeGreaterThanOrEqual(0);
  expect(said).not.toEqual([]);
});
