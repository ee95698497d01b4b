import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WireHoliday } from "./answer.ts";
import { attribute } from "./attribute.ts";

const day = Temporal.PlainDate.from("2026-01-01");
const row = (country: string, name = "Day"): WireHoliday => ({ name, date: day, observed: day, public: true, country });

describe("handing out the rows of a shared call", () => {
  test("a row that names a code belongs to it, one that names a country to the one code asked of it", () => {
    const { rows, unclear, empty } = attribute(["NL", "GB-ENG"], [row("NL", "a"), row("GB", "b"), row("GB-ENG", "c")]);
    expect([...rows].map(([code, got]) => [code, got.map(({ name }) => name)])).toEqual([
      ["NL", ["a"]],
      ["GB-ENG", ["b", "c"]],
    ]);
    expect([unclear, empty]).toEqual([[], []]);
  });

  test("a row that names only the country makes all its codes unclear, the country's own included", () => {
    expect(attribute(["GB", "GB-ENG", "NL"], [row("GB"), row("NL")]).unclear.toSorted()).toEqual(["GB", "GB-ENG"]);
  });

  test("no row at all is believed only of a code that was asked for alone", () => {
    expect(attribute(["NL", "US"], [row("NL")]).empty).toEqual(["US"]);
    expect(attribute(["NL"], []).empty).toEqual([]);
  });

  test("a row without a country belongs to a lone code and is a stray otherwise", () => {
    expect(attribute(["NL"], [row("")]).strays).toBe(0);
    expect(attribute(["NL", "US"], [row("")]).strays).toBe(1);
  });

  test("no row is handed out twice, to another country, or lost without being counted", () => {
    const code = fc.constantFrom("NL", "GB", "GB-ENG", "GB-SCT", "US", "US-CA", "DE");
    fc.assert(
      fc.property(
        fc.uniqueArray(code, { minLength: 1, maxLength: 7 }),
        fc.array(code, { maxLength: 20 }),
        (codes, countries) => {
          const given = countries.map((country) => row(country));
          const { rows, strays, unclear } = attribute(codes, given);
          const handed = [...rows.values()].flat();
          expect(new Set(handed).size).toBe(handed.length);
          for (const [asked, got] of rows)
            for (const { country } of got) expect(country.slice(0, 2)).toBe(asked.slice(0, 2));
          const lost = given.length - handed.length - strays;
          expect(lost === 0 || unclear.length > 1).toBe(true);
        },
      ),
    );
  });
});
