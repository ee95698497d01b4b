import type { Location } from "@almanac/client/contract";
import { expect, test } from "vitest";
import { askedOf, fieldOf, firstPlaces, holidaysPath, instantOf } from "./asked.ts";

const now = Date.parse("2026-11-28T12:00:00Z");

test("without a word in the URL it is this year, as known now", () => {
  expect(askedOf({}, now)).toEqual({
    year: 2026,
    as_of: undefined,
    location_id: undefined,
    day: undefined,
    at: undefined,
  });
});

test.each([
  ["2020", 2020],
  ["20.5", 2026],
  ["0", 2026],
  ["x", 2026],
])("year %s is %i", (year, shown) => {
  expect(askedOf({ year }, now).year).toBe(shown);
});

test("a day of another year is not looked at, and more than thirteen places are not shown", () => {
  const location_id = Array.from({ length: 14 }, (_, place) => `${place}`);
  const asked = askedOf({ year: "2020", day: "2021-05-08", location_id }, now);
  expect([asked.day, asked.location_id?.length]).toEqual([undefined, 13]);
  expect(askedOf({ year: "2020", day: "2020-05-08" }, now).day).toBe("2020-05-08");
});

test("the call names the year, the as-of and nothing that was not asked", () => {
  expect(holidaysPath("a/b", { year: 2020, as_of: undefined })).toBe(
    "/v1/locations/a%2Fb/holidays?from=2020-01-01&to=2020-12-31&type=all",
  );
  expect(holidaysPath("a", { year: 2020, as_of: "2019-06-07T14:00:00+02:00" })).toContain(
    "as_of=2019-06-07T14%3A00%3A00%2B02%3A00",
  );
});

test("a place of each calendar is shown at first, none of those that are inactive or were never synced", () => {
  const place = (location_id: string, resolved_region: string | null, active = true) =>
    ({ location_id, resolved_region, active }) as Location;
  const places = [place("a", "NL"), place("b", "NL"), place("c", null), place("d", "DE", false), place("e", "GB-ENG")];
  expect(firstPlaces(places)).toEqual(["a", "e"]);
});

test("a field holds UTC whatever the browser's zone is", () => {
  expect(fieldOf("2019-06-07T14:00:00.123456+02:00")).toBe("2019-06-07T12:00:00");
  expect(fieldOf("2019-06-08")).toBe("2019-06-08T23:59:59");
  expect(instantOf("2019-06-07T12:00")).toBe("2019-06-07T12:00:00Z");
  expect([fieldOf("yesterday"), instantOf("")]).toEqual(["", undefined]);
});
