// Thousands of requests, right and wrong: whatever comes in, the api keeps its word. FUZZ_SEED repeats a run,
// FUZZ_REQUESTS makes it longer.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz, type FuzzReport, told } from "./fuzz.ts";
import { openWorld, type World } from "./world.ts";

const seed = Number(process.env["FUZZ_SEED"] ?? Temporal.Now.instant().epochMilliseconds % 2 ** 31);
const requests = Number(process.env["FUZZ_REQUESTS"] ?? 400);

let world: World;
let report: FuzzReport;
beforeAll(
  async () => {
    world = await openWorld();
    report = await fuzz(world, { seed, requests });
    console.log(told(report));
  },
  60_000 + requests * 200,
);
afterAll(() => world.close());

test("every answer is as openapi.json declares it, and none is a fault", () => {
  expect(report.failures.map(({ complaint, count }) => `${complaint} (× ${count})`)).toEqual([]);
});

test("at least three in ten requests get past the validation", () => {
  expect(report.accepted / report.requests).toBeGreaterThanOrEqual(0.3);
});

test("every operation was asked", () => {
  expect(report.operations.size).toBe(73);
});

test("no key, SQL text, stack or connection string is in any log line", () => {
  expect(report.leaksInLog).toEqual([]);
  expect(world.api.logged.length).toBeGreaterThan(report.requests / 2);
});
