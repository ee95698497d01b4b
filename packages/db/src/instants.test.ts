import { expect, test } from "vitest";
import { epochMs, instantOf } from "./instants.ts";

test("whatever the driver writes becomes UTC text that sorts by time", () => {
  expect(instantOf("2026-11-22 10:03:12.94+00")).toBe("2026-11-22T10:03:12.940000Z");
  expect(instantOf("2026-11-22 10:03:12+00")).toBe("2026-11-22T10:03:12.000000Z");
  expect(instantOf("2026-11-22T10:03:12.000001Z")).toBe("2026-11-22T10:03:12.000001Z");
});

test("epoch milliseconds keep the microseconds", () => {
  expect(epochMs("1970-01-01 00:00:01.000250+00")).toBe(1_000.25);
});
