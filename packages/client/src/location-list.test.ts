import { expect, test } from "vitest";
import { readLocationList } from "./location-list.ts";

const row = (id: string, code: string) => ({ location_id: id, country_code: code.slice(0, 2), subdivision_code: code });
const listed = [row("a", "NL-NH"), row("b", "GB-WLL")];

test.each([
  "location_id,subdivision_code\na,NL-NH\r\n\r\nB,GB-WLL\n",
  '\uFEFFsubdivision_code;location_id;country_code\n"NL-NH"; a ;NL\nGB-WLL;b;GB',
  "location_id\tsubdivision_code\ttime_zone\na\tNL-NH\t\nb\tGB-WLL\t\n\t\t\n",
  JSON.stringify(listed),
  ` ${JSON.stringify({ locations: listed })}\n`,
])("%j is the same list", (text) => {
  expect(readLocationList(text)).toEqual({ listed });
});

test("a quoted cell may have what parts cells and lines", () => {
  const text = 'location_id,subdivision_code,resolved_region\na,NL-NH,"North ""Holland"",\nand more"\nb,GB-WLL,';
  expect(readLocationList(text)).toEqual({ listed });
});

test("a time zone that is left out stays out, one that is null takes the old one away", () => {
  expect(readLocationList("location_id,subdivision_code,time_zone\na,NL-NH,Europe/Amsterdam")).toEqual({
    listed: [{ ...row("a", "NL-NH"), time_zone: "Europe/Amsterdam" }],
  });
  expect(readLocationList(JSON.stringify([{ ...row("a", "NL-NH"), time_zone: null }]))).toEqual({
    listed: [{ ...row("a", "NL-NH"), time_zone: null }],
  });
});

test("a list that the api told is read again; what is inactive in it is no part of it", () => {
  const told = { time_zone: null, active: true, version: 3, last_synced_at: null, last_sync_outcome: null };
  const more = { last_error: null, resolved_region: "NL" };
  const text = JSON.stringify([
    { ...row("a", "NL-NH"), ...told, ...more },
    { ...row("c", "NL-DR"), ...told, ...more, active: false },
  ]);
  expect(readLocationList(text)).toEqual({ listed: [{ ...row("a", "NL-NH"), time_zone: null }] });
});

test.each([
  [" ", "The list is empty."],
  ["location_id,time_zone\na,UTC", "Row 1 has no location_id or no subdivision_code."],
  [
    "location_id,subdivision_code,timezone\na,NL-NH,UTC",
    'Row 1 has "timezone", which no location has: location_id, country_code, subdivision_code, time_zone.',
  ],
  ["location_id,subdivision_code\na,NL-NH\nA,NL-GR", "a stands there twice."],
  ["[1]", "Row 1 is no location."],
  ['{"places":[]}', "JSON must be a list of locations, or an object with `locations`."],
])("%j is told what is wrong with it", (text, problem) => {
  expect(readLocationList(text)).toEqual({ problem });
});

test.each([
  ["{", /^This is no JSON: .+\.$/],
  ["location_id,subdivision_code\na", /^This is no CSV: .*line 2/],
  ['location_id,subdivision_code\n"a,NL-NH', /^This is no CSV: /],
])("%j is told where it ends being one", (text, problem) => {
  expect((readLocationList(text) as { problem: string }).problem).toMatch(problem);
});
