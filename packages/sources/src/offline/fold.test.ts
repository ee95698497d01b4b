import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldSubstitutes } from "./fold.ts";
import { offlineHolidays } from "./offline.ts";
import type { RuleRow } from "./rows.ts";

const row = (rule: string, date: string, flagged = false): RuleRow => ({
  rule,
  date: Temporal.PlainDate.from(date),
  days: 1,
  type: "public",
  flagged,
  names: { en: rule.includes("12-26") ? "Boxing Day" : "Christmas Day" },
  localName: "",
});

const told = (rows: RuleRow[], rules = rows.map(({ rule }) => rule)): string[] =>
  foldSubstitutes({ rows, rules }).map(({ date, observed }) => `${date.toString()} ${observed?.toString() ?? "-"}`);

describe("folding substitute days", () => {
  test("gives each of two neighbouring holidays its own day off", () => {
    const rows = [
      row("12-25", "2027-12-25"),
      row("12-26", "2027-12-26"),
      row("substitutes 12-25 if saturday then next monday", "2027-12-27", true),
      row("substitutes 12-26 if sunday then next tuesday", "2027-12-28", true),
    ];
    expect(told(rows)).toEqual(["2027-12-25 2027-12-27", "2027-12-26 2027-12-28"]);
  });

  test("folds a second day of one rule that is not said to be a substitute", () => {
    const rule = "01-01 and if saturday,sunday then next monday";
    expect(told([row(rule, "2022-01-01"), row(rule, "2022-01-03")])).toEqual(["2022-01-01 2022-01-03"]);
  });

  test("takes a weekend day for the holiday when the day off lies before it", () => {
    const rule = "07-04 and if saturday then previous friday";
    expect(told([row(rule, "2026-07-03"), row(rule, "2026-07-04")])).toEqual(["2026-07-04 2026-07-03"]);
  });

  test("keeps two occurrences of one rule in a year apart", () => {
    expect(told([row("10 Tevet", "2020-01-07"), row("10 Tevet", "2020-12-25")])).toHaveLength(2);
  });

  test("drops the substitute of a holiday that is not kept there", () => {
    expect(told([row("substitutes 01-01 if sunday then next monday", "2023-01-02", true)])).toEqual([]);
    expect(offlineHolidays("MY-03", 2023).filter(({ date }) => date.month === 1 && date.day < 5)).toEqual([]);
  });

  test("keeps the only day off of a holiday that is not kept on that weekday", () => {
    const rules = ["01-01 not on Sunday", "substitutes 01-01 if Sunday then next Monday"];
    expect(told([row("substitutes 01-01 if Sunday then next Monday", "2023-01-02")], rules)).toEqual(["2023-01-02 -"]);
    const hongKong = offlineHolidays("HK", 2026).map(({ date }) => date.toString());
    expect(hongKong).toEqual(expect.arrayContaining(["2026-04-06", "2026-05-25", "2026-10-19"]));
  });

  test("never invents a date, and never shows a folded date as a holiday of its own", () => {
    const day = fc
      .integer({ min: 1, max: 360 })
      .map((dayOfYear) => Temporal.PlainDate.from("2026-01-01").add({ days: dayOfYear }).toString());
    const rules = fc.constantFrom(
      "12-25",
      "12-26",
      "substitutes 12-25 if sunday then next monday",
      "12-26 and if sunday then next monday",
    );
    const rows = fc.uniqueArray(fc.tuple(rules, day, fc.boolean()), {
      selector: ([rule, date]) => `${rule} ${date}`,
      maxLength: 8,
    });
    fc.assert(
      fc.property(rows, (drawn) => {
        const given = drawn.map(([rule, date, flagged]) => row(rule, date, flagged));
        const folded = foldSubstitutes({ rows: given, rules: [] });
        const dates = new Set(given.map(({ date }) => date.toString()));
        for (const { date, observed } of folded) {
          expect(dates).toContain(date.toString());
          if (observed) expect(dates).toContain(observed.toString());
        }
        const uses = folded.length + folded.filter(({ observed }) => observed !== null).length;
        expect(uses).toBeLessThanOrEqual(given.length);
      }),
    );
  });
});
