import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seriesOf } from "./series.ts";

describe("seriesOf", () => {
  it.each([
    ["New Year's Day", "new-years-day"],
    ["New Year’s Day", "new-years-day"],
    ["Boxing Day (substitute day)", "boxing-day"],
    ["Boxing Day substitute", "boxing-day"],
    ["Christmas Day (observed)", "christmas-day"],
    ["Christmas Day Observed", "christmas-day"],
    ["Independence Day (in lieu)", "independence-day"],
    ["Epiphany (Day in lieu)", "epiphany"],
    ["Christmas Day in lieu", "christmas-day"],
    ["Anzac Day Holiday in lieu", "anzac-day"],
    ["Substitute Bank Holiday for St. Patrick's Day", "st-patricks-day"],
    ["Day off for Epiphany", "epiphany"],
    ["Day in lieu of Epiphany", "epiphany"],
    ["Observed Christmas Day", "christmas-day"],
    ["Fête du Travail & Muguet", "fete-du-travail-and-muguet"],
    ["Große Straße", "grosse-strasse"],
    ["元日", "元日"],
    ["ガンジス", "ガンジス"],
    ["Observed", "observed"],
    ["In lieu", "in-lieu"],
    ["Day of Observance", "day-of-observance"],
    ["!", "unnamed"],
  ])("%s belongs to %s", (name, series) => {
    expect(seriesOf(name)).toBe(series);
  });

  it("keeps holidays apart whose names differ by more than their marks", () => {
    expect(seriesOf("Early May bank holiday")).not.toBe(seriesOf("Spring bank holiday"));
  });

  it("is never empty, and the series of a series is itself", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "grapheme" })), (name) => {
        const series = seriesOf(name);
        expect(series).not.toBe("");
        expect(seriesOf(series)).toBe(series);
      }),
    );
  });
});
