import type { ReprocessRunHeader } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { isProposal, stepWords } from "./words.ts";

test("steps are sentences", () => {
  expect(stepWords({ op: "rename", path: "/method", to: "payment_method" })).toBe("rename /method to payment_method");
  expect(stepWords({ op: "default", path: "/kind", value: "QR" })).toBe("default /kind value QR");
  expect(stepWords({ op: "drop", path: "/old" })).toBe("drop /old");
  expect(stepWords({ op: "function", name: "trim_all" })).toBe("function trim_all");
  expect(stepWords({ op: "map", path: "/a", values: { x: "y" } })).toBe('map /a values {"x":"y"}');
});

test("a preview that has ended and would change something waits for a yes", () => {
  const run = {
    mode: "preview",
    status: "succeeded",
    rows: { scanned: 5, changed: 2, unchanged: 3, failed: 0 },
    rejects: { would_pass: 0, replayed: null, passed: null },
  } as ReprocessRunHeader;
  expect(isProposal(run)).toBe(true);
  expect(isProposal({ ...run, rows: { ...run.rows, changed: 0 } })).toBe(false);
  expect(isProposal({ ...run, rows: { ...run.rows, changed: 0 }, rejects: { ...run.rejects, would_pass: 1 } })).toBe(
    true,
  );
  expect(isProposal({ ...run, mode: "publish" })).toBe(false);
  expect(isProposal({ ...run, status: "running" })).toBe(false);
});
