import { expect, it } from "vitest";
import { syncStatus } from "./outcome.ts";

it.each([
  ["queued", 3, 0, 0, 0, 0],
  ["running", 3, 1, 0, 1, 0],
  ["succeeded", 3, 1, 2, 0, 0],
  ["succeeded", 0, 0, 0, 0, 0],
  ["partial", 3, 1, 0, 2, 0],
  ["partial", 3, 0, 1, 0, 2],
  ["failed", 3, 0, 0, 3, 0],
  ["quarantined", 3, 0, 0, 0, 3],
  ["quarantined", 3, 0, 0, 2, 1],
] as const)(
  "is %s: of %i locations %i changed, %i unchanged, %i failed, %i quarantined",
  (status, total, changed, unchanged, failed, quarantined) => {
    expect(syncStatus({ total, changed, unchanged, failed, quarantined })).toBe(status);
  },
);
