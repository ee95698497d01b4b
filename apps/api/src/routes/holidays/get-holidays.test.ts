import {
  finishSync,
  holiday,
  syncLocations,
  writeCalendar,
  writeLocations,
  writeSync,
} from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { parse } from "csv-parse/sync";
import ICAL from "ical.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../../testing/test-api.ts";
import { holdBack } from "../../holiday/freshness.ts";
import type { HolidaysJson } from "../../holiday/json.ts";

let api: TestApi;
let england: LocationId;
let unsynced: LocationId;
let pin: Awaited<ReturnType<typeof writeCalendar>>;

const boxing = holiday({ date: "2026-12-26", observedDate: "2026-12-28", name: "Boxing Day" });
const christmas = holiday({
  date: "2026-12-25",
  name: "Christmas Day",
  names: { nl: "Eerste kerstdag", "pt-BR": "Natal" },
});
const bank = holiday({ date: "2026-12-26", name: '=HYPERLINK("x"), a bank\'s day', type: "bank" });
const school = holiday({
  date: "2026-12-21",
  endDate: "2027-01-03",
  name: "Christmas, holidays; of schools",
  localName: "Kerst",
  type: "school",
});

beforeAll(async () => {
  api = await openTestApi();
  [england, unsynced] = (await writeLocations(api.database, [{ subdivisionCode: "GB-NSM" }, {}])) as [
    LocationId,
    LocationId,
  ];
  pin = await writeCalendar(api.database, {
    region: "GB-ENG",
    open: [boxing, christmas, bank, school],
    coverage: { 2026: "full", 2027: "partial" },
  });
  await syncLocations(api.database, [england], pin);
});

afterAll(() => api.close());

const december = "from=2026-12-01&to=2026-12-31";

function at(query: string, locationId: string = england): string {
  return `/v1/locations/${locationId}/holidays?${query}`;
}

async function data(query: string): Promise<string[]> {
  const response = await api.send("GET", at(query));
  expect(response.status).toBe(200);
  return ((await response.json()) as HolidaysJson).data.map((each) => each.name);
}

async function problem(query: string, locationId?: string): Promise<[number, string, string[]]> {
  const response = await api.send("GET", at(query, locationId));
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = (await response.json()) as { code: string; errors: { pointer: string }[] };
  return [response.status, body.code, body.errors.map((each) => each.pointer)];
}

describe("200", () => {
  test("the answer has the shape of the contract, key for key", async () => {
    const response = await api.send("GET", at(december));
    const body = (await response.json()) as HolidaysJson;
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(Object.keys(body)).toEqual([
      "location_id",
      "active",
      "version",
      "synced_at",
      "source",
      "region",
      "from",
      "to",
      "data",
    ]);
    expect(body).toMatchObject({
      location_id: england,
      active: true,
      version: 1,
      source: "offline",
      region: "GB-ENG",
      from: "2026-12-01",
    });
    expect(body.data).toEqual([
      {
        holiday_id: christmas.holidayId,
        date: "2026-12-25",
        observed_date: null,
        end_date: null,
        name: "Christmas Day",
        local_name: "Christmas Day",
        type: "public",
      },
      {
        holiday_id: boxing.holidayId,
        date: "2026-12-26",
        observed_date: "2026-12-28",
        end_date: null,
        name: "Boxing Day",
        local_name: "Boxing Day",
        type: "public",
      },
    ]);
  });

  test("type takes a list or all, and is public by default", async () => {
    expect(await data(december)).toEqual(["Christmas Day", "Boxing Day"]);
    expect(await data(`${december}&type=bank,public`)).toEqual(["Christmas Day", bank.name, "Boxing Day"]);
    expect(await data(`${december}&type=all`)).toEqual([school.name, "Christmas Day", bank.name, "Boxing Day"]);
  });

  test("basis says which day must be in the range", async () => {
    const onObserved = "from=2026-12-28&to=2026-12-28";
    const onNominal = "from=2026-12-26&to=2026-12-26";
    expect(await data(onObserved)).toEqual(["Boxing Day"]);
    expect(await data(`${onObserved}&basis=observed`)).toEqual(["Boxing Day"]);
    expect(await data(`${onObserved}&basis=nominal`)).toEqual([]);
    expect(await data(`${onNominal}&basis=observed`)).toEqual([]);
    expect(await data(`${onNominal}&basis=nominal`)).toEqual(["Boxing Day"]);
    expect(await data("from=2026-12-27&to=2026-12-27")).toEqual([]);
  });

  test("language gives names where they are known, by tag or by its language", async () => {
    expect(await data(`${december}&language=NL`)).toEqual(["Eerste kerstdag", "Boxing Day"]);
    expect(await data(`${december}&language=nl-BE`)).toEqual(["Eerste kerstdag", "Boxing Day"]);
    expect(await data(`${december}&language=pt`)).toEqual(["Natal", "Boxing Day"]);
    expect(await data(`${december}&language=de`)).toEqual(["Christmas Day", "Boxing Day"]);
  });

  test("years outside what was synced are told, never left out in silence", async () => {
    const response = await api.send("GET", at("from=2025-06-01&to=2027-06-01"));
    expect(((await response.json()) as HolidaysJson).coverage).toEqual({
      complete: false,
      from: "2026-01-01",
      to: "2026-12-31",
      years: { 2025: "unknown", 2026: "full", 2027: "partial" },
      missing: [2025, 2027],
    });
  });

  test("ten years are a range", async () => {
    expect((await api.send("GET", at("from=2020-01-01&to=2029-12-31"))).status).toBe(200);
    expect((await api.send("GET", at("from=2020-01-01&to=2030-01-01"))).status).toBe(200);
  });

  test("CSV has a header, the JSON's cells and no cell that a spreadsheet would calculate", async () => {
    const response = await api.send("GET", at(`${december}&type=all`), { headers: { accept: "text/csv" } });
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(
      `inline; filename="holidays-${england}-2026-12-01-2026-12-31.csv"`,
    );
    const text = await response.text();
    expect(text.split("\r\n")[0]).toBe(
      "location_id,version,date,observed_date,end_date,name,local_name,type,holiday_id",
    );
    const json = (await (await api.send("GET", at(`${december}&type=all`))).json()) as HolidaysJson;
    const rows: Record<string, string>[] = parse(text, { columns: true });
    expect(rows.map((row) => [row["date"], row["holiday_id"], row["version"], row["end_date"]])).toEqual(
      json.data.map((each) => [each.date, each.holiday_id, "1", each.end_date ?? ""]),
    );
    expect(rows.map((row) => row["name"])).toEqual(
      json.data.map(({ name }) => (name.startsWith("=") ? `'${name}` : name)),
    );
    expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });

  test("an empty range is a CSV of its header alone", async () => {
    const response = await api.send("GET", at("from=2026-02-01&to=2026-02-02&format=csv"));
    expect((await response.text()).trimEnd().split("\r\n")).toHaveLength(1);
  });

  test("iCalendar equals the JSON when a calendar program reads it", async () => {
    const response = await api.send("GET", at(`${december}&type=all`), { headers: { accept: "text/calendar" } });
    expect(response.headers.get("content-type")).toMatch(/^text\/calendar; charset=utf-8/);
    const text = await response.text();
    const json = (await (await api.send("GET", at(`${december}&type=all`))).json()) as HolidaysJson;
    const calendar = new ICAL.Component(ICAL.parse(text));
    expect(calendar.getFirstPropertyValue("prodid")).toBe("-//Almanac//Holidays//EN");
    expect(calendar.getFirstPropertyValue("x-wr-calname")).toBe("Holidays GB-ENG");
    const events = calendar.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      expect(event.startDate.isDate && event.endDate.isDate).toBe(true);
      const stamp = component.getFirstPropertyValue("dtstamp") as ICAL.Time;
      expect(stamp.toJSDate().getTime()).toBe(Math.floor(Date.parse(json.synced_at) / 1_000) * 1_000);
      return {
        uid: event.uid,
        summary: event.summary,
        start: event.startDate.toString(),
        end: event.endDate.toString(),
      };
    });
    const dayAfter = (date: string) => Temporal.PlainDate.from(date).add({ days: 1 }).toString();
    const expected = json.data.flatMap((each) => [
      {
        uid: `${each.holiday_id}@almanac`,
        summary: each.name,
        start: each.date,
        end: dayAfter(each.end_date ?? each.date),
      },
      ...(each.observed_date === null
        ? []
        : [
            {
              uid: `${each.holiday_id}-observed@almanac`,
              summary: `${each.name} (observed)`,
              start: each.observed_date,
              end: dayAfter(each.observed_date),
            },
          ]),
    ]);
    expect(events).toEqual(expected);
  });

  test("the best of several acceptable formats is chosen", async () => {
    const typeFor = async (accept: string) =>
      (await api.send("GET", at(december), { headers: { accept } })).headers.get("content-type")?.split(";")[0];
    expect(await typeFor("text/html, */*;q=0.1")).toBe("application/json");
    expect(await typeFor("application/json;q=0.5, text/csv")).toBe("text/csv");
    expect(await typeFor("text/calendar, application/json;q=0.9")).toBe("text/calendar");
  });
});

describe("states", () => {
  test("versions and as-of instants answer as they did then, active included; the newest answers as it is now", async () => {
    const [location] = (await writeLocations(api.database, [{ subdivisionCode: "GB-SOM" }])) as [LocationId];
    const before = Temporal.Now.instant().toString();
    await syncLocations(api.database, [location], pin);
    const one = (await (await api.send("GET", at(december, location))).json()) as HolidaysJson;
    const next = await writeCalendar(api.database, {
      region: "GB-ENG",
      close: [boxing.holidayId],
      changes: { removed: 1 },
    });
    await syncLocations(api.database, [location], next, { removed: 1 });
    await writeLocations(api.database, [{ locationId: location, subdivisionCode: "GB-SOM", active: false }]);
    // The stores were written past the api: like its own writers, wait until nobody trusts what was before.
    await holdBack();
    const now = (await (await api.send("GET", at(december, location))).json()) as HolidaysJson;
    expect(now).toMatchObject({ version: 2, active: false, data: [{ name: "Christmas Day" }] });

    const pinned = await api.send("GET", at(`${december}&version=1`, location));
    expect(await pinned.json()).toEqual(one);
    const then = (await (
      await api.send("GET", at(`${december}&as_of=${one.synced_at}`, location))
    ).json()) as HolidaysJson;
    expect(then).toEqual({ ...one, as_of: one.synced_at });
    const today = (await (
      await api.send("GET", at(`${december}&as_of=${before.slice(0, 10)}`, location))
    ).json()) as HolidaysJson;
    expect(today).toMatchObject({ version: 2, active: false });
    expect(today.as_of).toMatch(/Z$/);
    expect(await problem(`${december}&as_of=${before}`, location)).toEqual([404, "version.not_found", []]);
  });

  test("an answer as of now stays what it is, whatever comes later", async () => {
    const [location] = (await writeLocations(api.database, [{}])) as [LocationId];
    await syncLocations(api.database, [location], pin);
    const asked = (await (
      await api.send("GET", at(`${december}&as_of=${Temporal.Now.instant().toString()}`, location))
    ).json()) as HolidaysJson;
    await syncLocations(api.database, [location], pin);
    const again = (await (
      await api.send("GET", at(`${december}&as_of=${asked.as_of}`, location))
    ).json()) as HolidaysJson;
    expect(again).toEqual(asked);
  });

  test("a second api process never serves what was before a location's change or a finished sync", async () => {
    const [location] = (await writeLocations(api.database, [{}])) as [LocationId];
    const twin = api.twin();
    const sync = await writeSync(api.database, [location]);
    await finishSync(api.database, sync, [location], pin);
    await api.send("GET", `/v1/syncs/${sync.syncId}`);
    for (let version = 1; version <= 5; version += 1) {
      for (const app of [api.app, twin]) {
        const body = (await (await api.send("GET", at(december, location), { app })).json()) as HolidaysJson;
        expect(body.version).toBe(version);
      }
      const next = await writeSync(api.database, [location]);
      await finishSync(api.database, next, [location], pin);
      expect((await api.send("GET", `/v1/syncs/${next.syncId}`)).status).toBe(200);
    }
  });
});

describe("304", () => {
  test("the tag names the state and the question; a version more is another tag", async () => {
    const [location] = (await writeLocations(api.database, [{}])) as [LocationId];
    await syncLocations(api.database, [location], pin);
    const first = await api.send("GET", at(december, location));
    const etag = first.headers.get("etag")!;
    expect(etag).toMatch(/^"[\w-]+"$/);
    const same = await api.send("GET", at(december, location), { headers: { "if-none-match": etag } });
    expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", etag]);
    const csv = await api.send("GET", at(`${december}&format=csv`, location), { headers: { "if-none-match": etag } });
    expect(csv.status).toBe(200);
    await syncLocations(api.database, [location], pin);
    const changed = await api.send("GET", at(december, location), {
      headers: { "if-none-match": etag },
      app: api.twin(),
    });
    expect(changed.status).toBe(200);
  });
});

describe("401, 403, 404, 406, 409, 422", () => {
  test("401 without a key where the anonymous role is off", async () => {
    expect((await api.send("GET", at(december), { key: null })).status).toBe(401);
  });

  test("403 for a role that holds no reader", async () => {
    expect((await api.send("GET", at(december), { key: await api.keyOf("ingester") })).status).toBe(403);
  });

  test("404 for an unknown location, and the same for one outside the key's locations", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    expect(await problem(december, unknown)).toEqual([404, "location.not_found", []]);
    const key = await api.keyOf("reader", [unsynced]);
    const foreign = await api.send("GET", at(december), { key });
    expect([foreign.status, ((await foreign.json()) as { code: string }).code]).toEqual([404, "location.not_found"]);
    expect((await api.send("GET", at(december, unsynced), { key })).status).toBe(409);
  });

  test("404 for a version that never was and for an as-of before the first sync", async () => {
    expect(await problem(`${december}&version=99`)).toEqual([404, "version.not_found", []]);
    expect(await problem(`${december}&as_of=2001-01-01`)).toEqual([404, "version.not_found", []]);
    expect(await problem(`${december}&as_of=0000-01-01T00:00:00Z`)).toEqual([404, "version.not_found", []]);
    expect(await problem(`${december}&as_of=2001-01-01`, unsynced)).toEqual([404, "version.not_found", []]);
  });

  test("406 for a media type that there is not", async () => {
    const response = await api.send("GET", at(december), { headers: { accept: "text/html" } });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      406,
      "request.not_acceptable",
    ]);
  });

  test("409 for a location that was never synced", async () => {
    expect(await problem(december, unsynced)).toEqual([409, "location.not_synced", []]);
  });

  test.each([
    ["to=2026-12-31", "request.invalid", ["?from"]],
    ["from=2026-12-31&to=2026-12-01", "range.reversed", ["?to"]],
    ["from=2026-02-30&to=2026-12-01", "request.invalid", ["?from"]],
    ["from=2020-01-01&to=2030-01-02", "range.too_long", ["?to"]],
    [`${december}&version=1&as_of=2026-01-01`, "version.ambiguous", ["?as_of"]],
    [`${december}&version=0`, "request.invalid", ["?version"]],
    [`${december}&as_of=2199-01-01`, "as_of.future", ["?as_of"]],
    [`${december}&as_of=2026-01-01T00:00:00`, "request.invalid", ["?as_of"]],
    [`${december}&type=publik`, "request.invalid", ["?type"]],
    [`${december}&basis=x`, "request.invalid", ["?basis"]],
    [`${december}&format=xml`, "request.invalid", ["?format"]],
    [`${december}&colour=red`, "query.unknown_parameter", ["?colour"]],
  ])("422 for ?%s", async (query, code, pointers) => {
    expect(await problem(query)).toEqual([422, code, pointers]);
  });

  test("422 for a location that is no UUID", async () => {
    expect((await problem(december, "x"))[0]).toBe(422);
  });
});
