// What must every holiday source guarantee, whatever stands behind it? One suite that each source's tests run.
import { holidayTypes } from "@almanac/domain/holiday";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { regionOf } from "./open.ts";
import type { HolidaySource, SourceYear } from "./source.ts";

/** A source that is open for a test, and how to end it. */
export interface OpenedSource {
  source: HolidaySource;
  close(): Promise<void>;
}

const regions = ["NL", "GB-ENG", "GB-SCT", "US", "DE", "FR", "JP", "TR", "AZ", "AU-QLD", "IL"];
const years = [2025, 2026, 2027];
const patience = (): AbortSignal => AbortSignal.timeout(20_000);

/** Declares the suite for one source. */
export function holidaySourceConformance(name: string, open: () => Promise<OpenedSource>): void {
  describe(`${name} as a holiday source`, () => {
    let opened: OpenedSource;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const fetch = (region: string, year: number): Promise<SourceYear> =>
      opened.source.fetch({ region, year, signal: patience() });
    const one = async (region: string, year: number, holidayName: string) => {
      const { holidays } = await fetch(region, year);
      return holidays.filter((holiday) => holiday.name === holidayName);
    };

    test.each(regions)("answers %s with sound holidays of the year asked, by date", async (region) => {
      const fetched = await Promise.all(years.map((year) => fetch(region, year)));
      for (const [index, { year, coverage, holidays, warnings, errorCode }] of fetched.entries()) {
        expect({ year, coverage, warnings, errorCode }).toEqual({
          year: years[index],
          coverage: "full",
          warnings: [],
          errorCode: undefined,
        });
        expect(holidays.length).toBeGreaterThan(3);
        const dates = holidays.map(({ date }) => date.toString());
        expect(dates).toEqual(dates.toSorted());
        expect(new Set(holidays.map((holiday) => `${holiday.date.toString()} ${holiday.name}`)).size).toBe(
          holidays.length,
        );
        for (const holiday of holidays) {
          expect(holiday.date.year).toBe(year);
          expect(holidayTypes).toContain(holiday.type);
          expect(holiday.name.trim()).not.toBe("");
          expect(holiday.localName.trim()).not.toBe("");
          expect(holiday.occurrenceId).toBeNull();
          expect(holiday.observedDate?.equals(holiday.date) ?? false).toBe(false);
          if (holiday.endDate) expect(Temporal.PlainDate.compare(holiday.endDate, holiday.date)).toBe(1);
        }
      }
    });

    test("says the same when asked the same again", async () => {
      expect(await fetch("GB-ENG", 2026)).toEqual(await fetch("GB-ENG", 2026));
    });

    test("gives each of many concurrent requests the year of its own region", async () => {
      const asked = regions.flatMap((region) => years.map((year) => ({ region, year })));
      const together = await Promise.all(asked.map(({ region, year }) => fetch(region, year)));
      for (const [index, { region, year }] of asked.entries())
        expect(together[index]).toEqual(await fetch(region, year));
    });

    test("tells Boxing Day 2026 in England as one holiday with its day off", async () => {
      const found = await one("GB-ENG", 2026, "Boxing Day");
      expect(found.map(({ date, observedDate }) => [date.toString(), observedDate?.toString()])).toEqual([
        ["2026-12-26", "2026-12-28"],
      ]);
    });

    test("tells both days off of Christmas 2027 in England", async () => {
      const found = [...(await one("GB-ENG", 2027, "Christmas Day")), ...(await one("GB-ENG", 2027, "Boxing Day"))];
      expect(found.map(({ observedDate }) => observedDate?.toString())).toEqual(["2027-12-27", "2027-12-28"]);
    });

    test("knows King's Day 2025 on 26 April", async () => {
      expect((await one("NL", 2025, "King's Day")).map(({ date }) => date.toString())).toEqual(["2025-04-26"]);
    });

    test("gives New Year's Day 2022 of the United States to 2022, although its day off lies in 2021", async () => {
      const found = await one("US", 2022, "New Year's Day");
      expect(found.map(({ date, observedDate }) => [date.toString(), observedDate?.toString()])).toEqual([
        ["2022-01-01", "2021-12-31"],
      ]);
      expect((await one("US", 2021, "New Year's Day")).map(({ date }) => date.toString())).toEqual(["2021-01-01"]);
    });

    test("resolves the brief's locations to England and the Netherlands", () => {
      for (const code of ["GB-NSM", "GB-WLL", "GB-SOM", "GB-WRT"])
        expect(regionOf(opened.source, code)?.region).toBe("GB-ENG");
      for (const code of ["FL", "GR", "ZH", "DR", "FR", "UT", "NH", "LI", "GE"])
        expect(regionOf(opened.source, `NL-${code}`)?.region).toBe("NL");
    });

    test("refuses a region that it does not declare", async () => {
      for (const region of ["GB-NSM", "XX", "", "gb-eng"]) {
        expect(opened.source.declares(region)).toBe(false);
        await expect(fetch(region, 2026)).rejects.toMatchObject({
          category: "incorrect",
          code: "holiday.region_not_declared",
        });
      }
    });

    test("rejects with the signal's reason when it is aborted", async () => {
      const reason = new Error("no longer wanted");
      await expect(opened.source.fetch({ region: "NL", year: 2026, signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      );
    });
  });
}
