import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateUtc, dayNumber, daysBetween, endOfDayUtc, parseDate, sameDate, startOfDayUtc } from "./dates.ts";

const anyDate = fc.integer({ min: 0, max: 109_000 }).map((days) => new Temporal.PlainDate(1900, 1, 1).add({ days }));

describe("dates", () => {
  it.each([
    "2026-02-30",
    "2025-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-1-1",
    "20260101",
    "2026-01-01T00:00",
    " 2026-01-01",
    "2026-01-01\n",
    "1899-12-31",
    "2201-01-01",
    "+002026-01-01",
    "2026-01-01[u-ca=hebrew]",
    "٢٠٢٦-01-01",
    "",
  ])("%j is no date", (text) => {
    expect(parseDate(text)).toBeNull();
  });

  it("every date from 1900 to 2200 is read back from its text", () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(parseDate(date.toString())?.equals(date)).toBe(true);
      }),
    );
    expect(parseDate("2024-02-29")?.toString()).toBe("2024-02-29");
  });

  it("a day ends a microsecond before the next begins, in UTC", () => {
    expect(endOfDayUtc(Temporal.PlainDate.from("2026-03-29")).toString()).toBe("2026-03-29T23:59:59.999999Z");
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(dateUtc(endOfDayUtc(date)).equals(date)).toBe(true);
        expect(dateUtc(startOfDayUtc(date)).equals(date)).toBe(true);
      }),
    );
  });

  it("counts days in both directions", () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -5000, max: 5000 }), (date, days) => {
        const other = date.add({ days });
        expect(daysBetween(date, other)).toBe(days);
        expect(dayNumber(other) - dayNumber(date)).toBe(days);
      }),
    );
    expect(dayNumber(Temporal.PlainDate.from("1970-01-02"))).toBe(1);
  });

  it("absent dates are the same, an absent one and a day are not", () => {
    const day = Temporal.PlainDate.from("2026-01-01");
    expect([
      sameDate(null, null),
      sameDate(day, null),
      sameDate(null, day),
      sameDate(day, Temporal.PlainDate.from(day)),
    ]).toEqual([true, false, false, true]);
  });
});
