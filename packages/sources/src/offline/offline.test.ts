import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { corrections } from "./corrections.ts";
import { declaresOffline } from "./declared.ts";
import { offlineHolidays } from "./offline.ts";

const named = (region: string, year: number, name: string) =>
  offlineHolidays(region, year).filter((holiday) => holiday.name === name);

describe("the offline source", () => {
  test("keeps two holidays that fall on one day apart", () => {
    const both = offlineHolidays("NL", 2016).filter(({ date }) => date.toString() === "2016-05-05");
    expect(both.map(({ name, localName, type }) => [name, localName, type])).toEqual([
      ["Ascension Day", "Hemelvaartsdag", "public"],
      ["Liberation Day", "Bevrijdingsdag", "school"],
    ]);
  });

  test("names a holiday in other languages by their tags", () => {
    expect(named("NL", 2026, "King's Day")[0]?.names).toMatchObject({
      nl: "Koningsdag",
      en: "King's Day",
      de: "Königstag",
    });
    for (const holiday of offlineHolidays("JP", 2026)) expect(Object.keys(holiday.names)).not.toContain("jp");
    expect(offlineHolidays("JP", 2026).some(({ names }) => names["ja"] !== undefined)).toBe(true);
  });

  test("gives the last day of a holiday of several days, and none to one that begins at noon", () => {
    const carnival = offlineHolidays("IL", 2026).filter(({ endDate }) => endDate !== null);
    expect(carnival.map(({ date, endDate }) => date.until(endDate ?? date).days)).toEqual(
      expect.arrayContaining([4, 7]),
    );
    const halfDays = offlineHolidays("SE", 2026).filter(({ date }) => date.toString() === "2026-01-05");
    expect(halfDays.map(({ endDate }) => endDate)).toEqual([null]);
  });

  test("knows every type that date-holidays has", () => {
    const types = new Set(
      ["NL", "AT", "CH-ZH", "AU-QLD"].flatMap((region) => offlineHolidays(region, 2026).map(({ type }) => type)),
    );
    expect([...types]).toEqual(expect.arrayContaining(["public", "bank", "school", "optional", "observance"]));
  });

  test("declares a state only when it has rules of its own, and no name that date-holidays keys by", () => {
    expect(["GB-ENG", "US-CA", "DE-BY", "NL", "AD-07"].filter(declaresOffline)).toEqual([
      "GB-ENG",
      "US-CA",
      "DE-BY",
      "NL",
      "AD-07",
    ]);
    expect(
      ["NL-GR", "NL-NH", "NL-ZH", "GB-NSM", "CK-Aitutaki", "CK-AITUTAKI", "ZZ", "N", "NL-"].filter(declaresOffline),
    ).toEqual([]);
  });

  test("names the authority behind every correction, and moves nothing that is not there", () => {
    for (const { regions, year, source, change } of corrections) {
      expect(source).not.toBe("");
      for (const region of regions)
        expect(named(region, year, change.name).map(({ date }) => date.toString())).toEqual([change.date]);
    }
  });

  // Apia skipped a day, Santiago has days that begin at one o'clock.
  test.each(["UTC", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Apia", "America/Santiago"])(
    "gives the same dates in a process in %s",
    async (zone) => {
      const script = `
        import { offlineHolidays } from ${JSON.stringify(new URL("./offline.ts", import.meta.url).href)};
        const regions = ["GB-ENG", "NL", "US", "AZ", "IL", "TR", "JP", "CL", "BR", "AU-QLD"];
        const rows = regions.flatMap((region) => [2025, 2026].flatMap((year) => offlineHolidays(region, year)));
        console.log(JSON.stringify(rows.map(({ name, date, observedDate, endDate }) => [name, date, observedDate, endDate])));`;
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module-typescript", "-e", script], {
        env: { TZ: zone },
        maxBuffer: 16 * 1024 * 1024,
      });
      const regions = ["GB-ENG", "NL", "US", "AZ", "IL", "TR", "JP", "CL", "BR", "AU-QLD"];
      const here = regions.flatMap((region) => [2025, 2026].flatMap((year) => offlineHolidays(region, year)));
      const expected = here.map(({ name, date, observedDate, endDate }) => [name, date, observedDate, endDate]);
      expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(expected)));
    },
  );
});
