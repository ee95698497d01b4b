import { expect, test } from "vitest";
import { ago, bytesText, count, counted, dayText, instantText, shortId, tailId } from "./words.ts";

const now = Date.parse("2026-11-28T12:00:00Z");

test.each([
  ["2026-11-28T11:59:58Z", "2 seconds ago"],
  ["2026-11-28T11:57:00Z", "3 minutes ago"],
  ["2026-11-27T12:00:00Z", "yesterday"],
  ["2026-11-30T12:00:00Z", "in 2 days"],
  ["2024-11-28T12:00:00Z", "2 years ago"],
])("%s is %s", (at, text) => {
  expect(ago(at, now)).toBe(text);
});

test("instants name their zone, numbers are grouped, one is singular", () => {
  expect(instantText("2026-11-28T02:14:39.123456Z")).toBe("2026-11-28 02:14:39 UTC");
  expect(dayText("2026-04-27")).toMatch(/^Monday,? 27 April 2026$/);
  expect([count(12_345), counted(1, "load"), counted(2_000, "load")]).toEqual(["12,345", "1 load", "2,000 loads"]);
  expect([bytesText(0), bytesText(999), bytesText(4_300_000)]).toEqual(["0 B", "999 B", "4.3 MB"]);
  expect(shortId("fdbf55b4-1b97-43a8-a096-a71d0b9d6940")).toBe("fdbf55b4");
  expect(tailId("fdbf55b4-1b97-43a8-a096-a71d0b9d6940")).toBe("0b9d6940");
});
