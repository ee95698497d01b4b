import type { Told } from "@almanac/db/openlineage/due";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type EventType, planTelling, runIdOf, type State } from "./plan.ts";

const objectId = "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e";
const state = (status: string, other: Partial<State> = {}): State => ({
  objectId,
  status,
  startedAt: "2026-11-22T03:00:00Z",
  finishedAt: ["running", "paused"].includes(status) ? null : "2026-11-22T03:05:00Z",
  errorCode: null,
  ...other,
});

test("a load that ended before anybody looked is told whole", () => {
  expect(planTelling(state("succeeded"), null)).toEqual({ attempt: 1, runId: objectId, events: ["START", "COMPLETE"] });
});

test.each([
  ["succeeded", null, "COMPLETE"],
  ["partial", null, "COMPLETE"],
  ["failed", "lake.corrupt", "FAIL"],
  ["quarantined", null, "FAIL"],
  ["failed", "load.cancelled", "ABORT"],
  ["cancelled", null, "ABORT"],
] as const)("the end of what is %s (%s) is %s", (status, errorCode, end) => {
  const told = { attempt: 1, status: "running", finishedAt: null };
  expect(planTelling(state(status, { errorCode }), told).events).toEqual([end]);
});

test("what still runs is told as such", () => {
  expect(planTelling(state("running"), { attempt: 2, status: "running", finishedAt: null })).toMatchObject({
    attempt: 2,
    events: ["RUNNING"],
  });
});

test("run ids are UUIDs, another for each attempt, and always the same", () => {
  const ids = [1, 2, 3].map((attempt) => runIdOf(objectId, attempt));
  expect(new Set(ids).size).toBe(3);
  expect(ids.map((id) => id[14])).toEqual(["7", "8", "8"]);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(ids).toEqual([1, 2, 3].map((attempt) => runIdOf(objectId, attempt)));
});

test("whenever anybody looks, each run begins once, first, and ends once, last", () => {
  const looks = fc.array(fc.constantFrom("running", "paused", "succeeded", "failed", "quarantined"), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(looks, (statuses) => {
      const runs = new Map<string, EventType[]>();
      let told: Told | null = null;
      for (const [minute, status] of statuses.entries()) {
        const seen = state(status);
        const now = { ...seen, finishedAt: seen.finishedAt && `2026-11-22T03:${String(minute).padStart(2, "0")}:00Z` };
        const { attempt, runId, events } = planTelling(now, told);
        runs.set(runId, [...(runs.get(runId) ?? []), ...events]);
        told = { attempt, status, finishedAt: now.finishedAt };
      }
      for (const events of runs.values()) {
        expect(events.map((each) => each === "START")).toEqual(events.map((_, place) => place === 0));
        expect(events.slice(0, -1).filter((each) => each !== "START" && each !== "RUNNING")).toEqual([]);
      }
    }),
  );
});
