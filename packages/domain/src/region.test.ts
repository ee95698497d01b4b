import { describe, expect, it } from "vitest";
import { checkRegionCodes, parseSubdivision, resolveRegion } from "./region.ts";

const parents: Readonly<Record<string, string>> = {
  "GB-NSM": "GB-ENG",
  "GB-ENG": "GB",
  "NL-FL": "NL",
  "XX-A": "XX-B",
  "XX-B": "XX-A",
  "FR-GP": "GP",
};
const resolve = (code: string, ...declared: string[]) =>
  resolveRegion({ code, parentOf: (child) => parents[child] ?? null, declares: (one) => declared.includes(one) });

describe("resolveRegion", () => {
  it("takes the first declared code on the way up", () => {
    expect(resolve("GB-NSM", "GB-ENG", "GB")).toEqual({ region: "GB-ENG", chain: ["GB-NSM", "GB-ENG"] });
    expect(resolve("NL-FL", "NL")).toEqual({ region: "NL", chain: ["NL-FL", "NL"] });
    expect(resolve("GB-ENG", "GB-ENG")).toEqual({ region: "GB-ENG", chain: ["GB-ENG"] });
  });

  it("ends at the country, also of a code whose parent nobody knows", () => {
    expect(resolve("NL-ZZ", "NL")).toEqual({ region: "NL", chain: ["NL-ZZ", "NL"] });
  });

  it("is null when the source declares none of them, and for what is no code", () => {
    expect(resolve("GB-NSM", "NL", "GB-SCT")).toBeNull();
    expect(resolve("gb-nsm", "GB")).toBeNull();
  });

  it("neither runs in circles nor leaves the country", () => {
    expect(resolve("XX-A", "XX")).toEqual({ region: "XX", chain: ["XX-A", "XX-B", "XX"] });
    expect(resolve("FR-GP", "GP", "FR")).toEqual({ region: "FR", chain: ["FR-GP", "FR"] });
  });
});

describe("the codes of a location", () => {
  it.each(["nl-fl", "NL-", "NL-ABCD", "NLD", "N", "NL_FL", "NL-FL ", "NL-F\n", ""])("%j is malformed", (text) => {
    expect(parseSubdivision(text)).toBeNull();
  });

  it.each([
    ["NL-FL", "NL"],
    ["GB-1", "GB"],
    ["NL", "NL"],
  ])("%s belongs to %s", (subdivisionCode, countryCode) => {
    expect(parseSubdivision(subdivisionCode)).toEqual({ countryCode, subdivisionCode });
    expect(checkRegionCodes({ countryCode, subdivisionCode })).toEqual([]);
  });

  it("says which code is wrong, and where", () => {
    expect(checkRegionCodes({ countryCode: "NL", subdivisionCode: "GB-ENG" }, "/locations/3")).toMatchObject([
      { pointer: "/locations/3/subdivision_code", code: "subdivision_code.other_country" },
    ]);
    expect(checkRegionCodes({ countryCode: "nl", subdivisionCode: "x" })).toMatchObject([
      { pointer: "/country_code", code: "country_code.malformed" },
      { pointer: "/subdivision_code", code: "subdivision_code.malformed" },
    ]);
  });
});
