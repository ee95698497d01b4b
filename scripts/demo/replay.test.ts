// The demo's history told over HTTP: what was known on each day, by a database that was made today.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openTestApi, type TestApi } from "@almanac/api/testing";
import { type Database, openDatabase } from "@almanac/db/database";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { openLake } from "@almanac/lake/open";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { announcements, lostRows } from "./announcements.ts";
import { type Replayed, replayHistory } from "./replay.ts";
import type { Step } from "./timeline.ts";
import { admiredVersion, scannedVersion } from "./tour.ts";

let own: TestDatabase;
let lakeFolder: string;
let replayed: Replayed;
let api: TestApi;
const steps: Step[] = [];
beforeAll(async () => {
  own = await testDatabase({ migrated: false });
  lakeFolder = await mkdtemp(join(tmpdir(), "almanac-demo-lake-"));
  const lake = openLake(pathToFileURL(lakeFolder).href);
  replayed = await replayHistory({
    databaseUrl: own.url,
    lake,
    events: 4_000,
    onStep: (step) => void steps.push(step),
  });
  await lake.close();
  api = await openTestApi({ url: own.url, settings: { isDemo: true } });
});
afterAll(async () => {
  await api?.close();
  await own.close();
  await rm(lakeFolder, { recursive: true, force: true });
});

async function get<Body>(path: string): Promise<Body> {
  const response = await api.send("GET", path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as Body;
}

interface Told {
  region: string;
  version: number;
  synced_at: string;
  data: { holiday_id: string; name: string; date: string; type: string }[];
}

const english = ["a2d0d6fd-3a18-4f58-ac36-d2e56bf71a46", "e40a0514-03e7-4d28-b7be-38c18a5ae73c"];
const dutch = ["9415913d-fffa-41f9-9323-6d62e6100a31", "4c8eb5ba-0140-4b48-924b-899112abe562"];

/** What was known of a year's public holidays at an instant, as `date name`. */
async function known(locationId: string, year: number, asOf: string) {
  const told = await get<Told>(
    `/v1/locations/${locationId}/holidays?from=${year}-01-01&to=${year}-12-31&type=public&as_of=${asOf}`,
  );
  return { ...told, lines: told.data.map(({ date, name }) => `${date} ${name}`) };
}

const changes = [
  {
    day: "2019-06-07",
    ids: english,
    year: 2020,
    gone: ["2020-05-04 Early May bank holiday"],
    come: ["2020-05-08 Early May bank holiday"],
  },
  {
    day: "2020-11-12",
    ids: english,
    year: 2022,
    gone: ["2022-05-30 Spring bank holiday"],
    come: ["2022-06-02 Spring bank holiday", "2022-06-03 Queen’s Platinum Jubilee"],
  },
  { day: "2022-09-10", ids: english, year: 2022, gone: [], come: ["2022-09-19 Queen Elizabeth's Funeral Day"] },
  { day: "2022-11-06", ids: english, year: 2023, gone: [], come: ["2023-05-08 King Charles III's Coronation"] },
  { day: "2025-01-15", ids: dutch, year: 2025, gone: ["2025-04-27 King's Day"], come: ["2025-04-26 King's Day"] },
];

describe("each change of a calendar", () => {
  test.each(changes)("that became known on $day is known from that day on and not before", async (change) => {
    const { day, ids, year } = change;
    const dayBefore = Temporal.PlainDate.from(day).subtract({ days: 1 });
    for (const id of ids) {
      const before = await known(id, year, `${dayBefore}T23:59:59Z`);
      const after = await known(id, year, `${day}T23:59:59Z`);
      expect(after.region).toBe(ids === english ? "GB-ENG" : "NL");
      expect(before.lines.filter((line) => !after.lines.includes(line))).toEqual(change.gone);
      expect(after.lines.filter((line) => !before.lines.includes(line))).toEqual(change.come);
      expect(after.synced_at.slice(0, 10)).toBe(day);
      expect(after.version).toBe(before.version + 1);
    }
  });

  test("is of the day that the list of announcements says", () => {
    const days = announcements.map((each) => each.day);
    expect(days).toEqual(days.toSorted());
    expect(changes.map((each) => each.day).filter((day) => !days.includes(day))).toEqual([]);
  });

  test("moves a holiday and keeps its id", async () => {
    const idOf = async (asOf: string, date: string) =>
      (await known(english[0]!, 2022, asOf)).data.find((each) => each.date === date)?.holiday_id;
    const before = await idOf("2020-11-11T00:00:00Z", "2022-05-30");
    expect(before).toBeDefined();
    expect(await idOf("2020-11-13T00:00:00Z", "2022-06-02")).toBe(before);
  });
});

test("today's calendars are what the source says today", async () => {
  const today = new Date().toISOString();
  expect((await known(english[0]!, 2022, today)).lines).toEqual(
    expect.arrayContaining(["2022-06-02 Spring bank holiday", "2022-09-19 Queen Elizabeth's Funeral Day"]),
  );
  expect((await known(english[0]!, 2020, today)).lines).toContain("2020-05-08 Early May bank holiday (VE day)");
});

test("the answer that lost rows was held back, and the next sync went over it", async () => {
  const { data } = await get<{ data: { status: string; requested_at: string }[] }>("/v1/syncs?limit=200");
  expect(data.filter((each) => each.status !== "succeeded").map((each) => each.requested_at.slice(0, 10))).toEqual([
    lostRows.day,
  ]);
  const rows = await query("select status, recorded_at::date::text as day from quarantine");
  expect(rows).toEqual([{ status: "superseded", day: lostRows.day }]);
});

test("versions have no gap and rise in time, one a sync", async () => {
  for (const id of [...english, ...dutch]) {
    const { data } = await get<{ data: { version: number; synced_at: string }[] }>(
      `/v1/locations/${id}/versions?limit=200`,
    );
    const inOrder = data.toSorted((a, b) => a.version - b.version);
    expect(inOrder.map((each) => each.version)).toEqual(inOrder.map((_, place) => place + 1));
    const times = inOrder.map((each) => each.synced_at);
    expect(times).toEqual(times.toSorted());
    // The one that was held back gave no version.
    expect(inOrder).toHaveLength(english.includes(id) ? replayed.syncs - 1 : replayed.syncs);
    expect(times[0]!.slice(0, 10)).toBe("2019-04-01");
  }
});

test("the audit is whole, and its entries rise in time", async () => {
  expect(await get("/v1/audit/verify")).toMatchObject({ valid: true });
  const rows = await query(
    `select count(*)::int as wrong from (
       select recorded_at < lag(recorded_at) over (order by audit_id) as is_wrong from audit
     ) a where is_wrong`,
  );
  expect(rows).toEqual([{ wrong: 0 }]);
});

test("nothing of the replayed clock is left: the database is one that was made in the ordinary way", async () => {
  const defaults = `select attrelid::regclass::text as relation, attname, pg_get_expr(adbin, adrelid) as value
    from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
    where pg_get_expr(adbin, adrelid) ~ 'clock' order by 1, 2`;
  const ordinary = await testDatabase();
  const database = await openDatabase({ url: ordinary.url, poolSize: 1 });
  const expected = await inReal(database, defaults);
  await database.close();
  await ordinary.close();
  expect(expected.length).toBeGreaterThan(20);
  // The queue's own schema came later.
  const own = (await query(defaults)).filter(({ relation }) => !String(relation).startsWith("bullmq."));
  expect(own).toEqual(expected);
  expect(await query("select current_setting('search_path') as path")).toEqual([{ path: '"$user", public' }]);
  expect(await query("select to_regnamespace('replay') as schema")).toEqual([{ schema: null }]);
});

test("a year of synthetic sales came in month by month, at the end of each, and says what it is", async () => {
  const { data } = await get<{
    data: { file_name: string; requested_by: string; requested_at: string; dataset: string; rows: Rows }[];
  }>("/v1/loads?limit=100");
  expect(data).toHaveLength(replayed.loads);
  for (const load of data) {
    expect(load.file_name).toMatch(/^synthetic-/);
    expect(load.requested_by).toBe("demo (synthetic sales)");
  }
  const sales = data.filter((each) => each.dataset === "events").toReversed();
  expect(sales.length).toBeGreaterThanOrEqual(12);
  for (const { file_name, requested_at } of sales.slice(0, -1)) {
    const month = Temporal.PlainYearMonth.from(/\d{4}-\d\d/.exec(file_name)![0]);
    expect(requested_at.slice(0, 7)).toBe(month.add({ months: 1 }).toString());
  }
  const sum = (name: keyof Rows) => sales.reduce((total, { rows }) => total + rows[name], 0);
  expect(sum("inserted")).toBe(4_000);
  for (const each of ["updated", "duplicate", "stale", "rejected"] as const)
    expect([each, sum(each) > 0]).toEqual([each, true]);
});

test("an api that shows a demo says so, ready or not", async () => {
  expect(await (await api.send("GET", "/healthz", { key: null })).json()).toMatchObject({ demo: true });
});

test("the replay goes forward only", () => {
  const instants = steps.map(({ at }) => at.epochMilliseconds);
  expect(instants).toEqual(instants.toSorted((a, b) => a - b));
  expect(steps.length).toBe(replayed.syncs + replayed.loads);
});

test.each([
  ["BarcodeScanned", scannedVersion],
  ["ArticleAdmired", admiredVersion],
])(
  "the version of %s that is there to try can be registered as it is, and there are lines that it is for",
  async (type, body) => {
    const waiting = await query(
      `select (select count(*) from events where event_type = '${type}' and schema_version = 1)
       + (select count(*) from reject where code = 'event.type_unknown' and raw ~ '"${type}"') as lines`,
    );
    expect(Number(waiting[0]!["lines"])).toBeGreaterThan(0);
    const response = await api.send("POST", `/v1/schemas/${type}/versions`, { body });
    expect(response.status).toBe(201);
  },
);

interface Rows {
  inserted: number;
  updated: number;
  duplicate: number;
  stale: number;
  rejected: number;
}

const query = (text: string) => inReal(api.database, text);

async function inReal(database: Database, text: string): Promise<Record<string, unknown>[]> {
  return (await database.query<Record<string, unknown>>(text)).rows;
}
