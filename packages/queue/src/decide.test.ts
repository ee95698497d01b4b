import { AppError, type ErrorCategory } from "@almanac/domain/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { policies } from "./catalogue.ts";
import { backoffMs, decide } from "./decide.ts";

const policy = policies["holiday-sync"];
const at = (attempt: number, attempts = policy.attempts) => ({ attempt, attempts, policy, random: 0.5 });
const error = (category: ErrorCategory, retryAfterMs?: number) =>
  new AppError(category, { code: "test.error", detail: "d", retryAfterMs });

test.each<ErrorCategory>(["incorrect", "unauthenticated", "forbidden", "not-found", "fault"])(
  "%s is never tried again",
  (category) => {
    expect(decide(error(category), at(1)).decision).toEqual({ kind: "terminal" });
  },
);

test("a conflict is tried again at once until its few attempts are spent", () => {
  for (let attempt = 1; attempt < policy.conflictAttempts; attempt++) {
    expect(decide(error("conflict"), at(attempt)).decision).toEqual({ kind: "retry", delayMs: 0 });
  }
  expect(decide(error("conflict"), at(policy.conflictAttempts)).decision).toEqual({ kind: "terminal" });
});

test("unavailable backs off until the attempts are spent; a known wait never ends a job", () => {
  expect(decide(error("unavailable"), at(1)).decision).toMatchObject({ kind: "retry" });
  expect(decide(error("unavailable"), at(policy.attempts)).decision).toEqual({ kind: "terminal" });
  expect(decide(error("unavailable", 60_000), at(policy.attempts)).decision).toEqual({ kind: "wait", delayMs: 63_000 });
});

test("a job added by hand with one attempt is tried once", () => {
  expect(decide(error("unavailable"), at(1, 1)).decision).toEqual({ kind: "terminal" });
  expect(decide(error("conflict"), at(1, 1)).decision).toEqual({ kind: "terminal" });
});

test("the backoff doubles, stays between half and all of its step, and never passes its ceiling", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const step = Math.min(policy.backoff.firstMs * 2 ** (attempt - 1), policy.backoff.ceilingMs);
      const delay = backoffMs({ ...at(attempt), random });
      expect(delay).toBeGreaterThanOrEqual(Math.floor(step / 2));
      expect(delay).toBeLessThanOrEqual(step);
    }),
  );
});

test("what is no AppError is told apart: a lost connection is unavailable, anything else a fault; both are retried a bounded number of times", () => {
  const lost = new Error("query failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
  expect(decide(lost, at(1)).error).toMatchObject({ category: "unavailable", code: "job.dependency_unavailable" });
  const bug = decide(new TypeError("x is undefined"), at(1));
  expect(bug.error).toMatchObject({
    category: "fault",
    code: "job.unexpected",
    detail: "The job failed unexpectedly.",
  });
  expect(bug.decision.kind).toBe("retry");
  for (const thrown of [lost, new TypeError("x"), "text", undefined]) {
    expect(decide(thrown, at(policy.attempts)).decision).toEqual({ kind: "terminal" });
  }
});
