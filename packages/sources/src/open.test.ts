import { describe, expect, test } from "vitest";
import { openSource, regionOf } from "./open.ts";

const offline = openSource({ kind: "offline" });

describe("the region of a code", () => {
  test("shows the chain that was walked", () => {
    expect(regionOf(offline, "GB-NSM")).toEqual({ region: "GB-ENG", chain: ["GB-NSM", "GB-ENG"] });
    expect(regionOf(offline, "GB-ENG")).toEqual({ region: "GB-ENG", chain: ["GB-ENG"] });
    expect(regionOf(offline, "NL")).toEqual({ region: "NL", chain: ["NL"] });
    expect(regionOf(offline, "NL-GR")).toEqual({ region: "NL", chain: ["NL-GR", "NL"] });
  });

  test("follows a code that was replaced, into another territory too", () => {
    expect(regionOf(offline, "CN-11")).toEqual({ region: "CN", chain: ["CN-11", "CN-BJ", "CN"] });
    expect(regionOf(offline, "NL-AW")).toEqual({ region: "AW", chain: ["NL-AW", "AW"] });
    expect(regionOf(offline, "US-PR")?.region).toBe("PR");
  });

  test("is null for what nobody knows, never the country's", () => {
    for (const code of ["GB-NOPE", "ZZ", "ZZ-1", "UK", "gb-eng", "GB_ENG", "", "GB-ENG-X", "constructor"])
      expect(regionOf(offline, code)).toBeNull();
  });
});

describe("opening a source", () => {
  test.each([
    ["no options", undefined],
    ["an empty key", { key: "" }],
    ["a base URL that is none", { key: "k", baseUrl: "holidayapi.com" }],
    ["another protocol", { key: "k", baseUrl: "file:///etc" }],
    ["a user in the base URL", { key: "k", baseUrl: "https://me@holidayapi.com" }],
    ["a query in the base URL", { key: "k", baseUrl: "https://holidayapi.com/?key=k" }],
  ])("refuses %s for holidayapi", (_, holidayapi) => {
    expect(() => openSource({ kind: "holidayapi", holidayapi })).toThrow(
      expect.objectContaining({ category: "incorrect", code: "holiday.source_misconfigured" }),
    );
  });

  test("tells each computed year", async () => {
    const told: unknown[] = [];
    const source = openSource({ kind: "offline", onCall: (call) => told.push(call) });
    await source.fetch({ region: "NL", year: 2026, signal: new AbortController().signal });
    expect(told).toMatchObject([{ source: "offline", regions: ["NL"], year: 2026, outcome: "ok" }]);
  });
});
