import { expect, test } from "vitest";
import { UsageError } from "../face/exit-code.ts";
import { parseLocations } from "./location-list.ts";

const one = { location_id: "1", country_code: "NL", subdivision_code: "NL-NH" };

test.each([
  ["\uFEFFlocation_id,country_code,subdivision_code\r\n1,NL,NL-NH\r\n\r\n", [one]],
  ['subdivision_code,location_id,country_code,time_zone\n"NL-NH", 1 ,NL,\n', [one]],
  [
    "location_id,country_code,subdivision_code,time_zone\n1,NL,NL-NH,Europe/Amsterdam",
    [{ ...one, time_zone: "Europe/Amsterdam" }],
  ],
  [JSON.stringify([one]), [one]],
  [` ${JSON.stringify({ locations: [one] })}\n`, [one]],
  ["[]", []],
])("%j", (text, locations) => {
  expect(parseLocations(text)).toEqual(locations);
});

test.each(["", "location_id,country_code\n1,NL", "{", '{"data":[]}'])("%j is no list of locations", (text) => {
  expect(() => parseLocations(text)).toThrow(UsageError);
});
