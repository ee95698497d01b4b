import { AppError } from "@almanac/domain/errors";
import { expect, test } from "vitest";
import type { JobName } from "./catalogue.ts";
import { parsePayload } from "./payload.ts";

const id = "01928f5c-7a1b-7c3d-8e4f-5a6b7c8d9e0f";

test.each<{ name: JobName; payload: unknown; pointer: string; code: string }>([
  { name: "holiday-sync", payload: {}, pointer: "/location_id", code: "invalid_type" },
  { name: "holiday-sync", payload: { location_id: "NL-NH" }, pointer: "/location_id", code: "invalid_format" },
  { name: "holiday-sync", payload: { location_id: id, "a/b~c": 1 }, pointer: "/a~1b~0c", code: "unknown_key" },
  { name: "holiday-sync", payload: "text", pointer: "", code: "invalid_type" },
  { name: "holiday-sync", payload: null, pointer: "", code: "invalid_type" },
  { name: "holiday-sync-all", payload: { location_ids: [] }, pointer: "/location_ids", code: "too_small" },
  {
    name: "holiday-sync-all",
    payload: { location_ids: [id, "x"] },
    pointer: "/location_ids/1",
    code: "invalid_format",
  },
  {
    name: "holiday-sync-all",
    payload: { location_ids: Array(10_001).fill(id) },
    pointer: "/location_ids",
    code: "too_big",
  },
  { name: "holiday-sync-all", payload: { years: [2026.5] }, pointer: "/years/0", code: "invalid_type" },
  { name: "prune", payload: { keep_all_days: 0 }, pointer: "/keep_all_days", code: "too_small" },
  { name: "prune", payload: { then_last_of: "year" }, pointer: "/then_last_of", code: "invalid_value" },
  { name: "reconcile", payload: { now: true }, pointer: "/now", code: "unknown_key" },
])("$name refuses a payload at '$pointer' with $code", ({ name, payload, pointer, code }) => {
  const refused = parsePayload(name, payload);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ category: "incorrect", code: "job.payload_invalid" });
  expect((refused as AppError).errors).toContainEqual(expect.objectContaining({ pointer, code }));
});

test("a payload that is right comes back parsed", () => {
  expect(parsePayload("holiday-sync", { location_id: id })).toEqual({ location_id: id });
  expect(parsePayload("holiday-sync-all", {})).toEqual({});
  expect(parsePayload("prune", { keep_all_days: 30, then_last_of: "month" })).toEqual({
    dry_run: true,
    keep_all_days: 30,
    then_last_of: "month",
  });
});
