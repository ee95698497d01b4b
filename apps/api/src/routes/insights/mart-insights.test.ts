// The insights that the mart makes, over HTTP: one number in JSON, in CSV and by the statement that the answer carries.
import { randomUUID } from "node:crypto";
import { holiday, syncLocations, writeCalendar } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anEvent } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";

interface Body {
  code: string;
  data: Record<string, unknown>[];
  next_cursor: string | null;
  as_of: string | null;
  snapshot: object | null;
  sql: string;
}

let api: TestApi;
const [ours, theirs] = ["50000000-0000-4000-8000-000000000001", "50000000-0000-4000-8000-000000000002"] as const;
const year = "from=2025-01-01&to=2025-12-31";

beforeAll(async () => {
  api = await openTestApi();
  for (const location_id of [ours, theirs]) {
    await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  }
  const open = ["2025-04-21", "2025-05-05"].map((date) => holiday({ date, name: `Holiday, ${date}` }));
  const coverage = { 2024: "full", 2025: "full", 2026: "full" } as const;
  await syncLocations(
    api.database,
    [ours, theirs] as string[] as LocationId[],
    await writeCalendar(api.database, { region: "NL", open, coverage }),
  );
  // Mondays around the two holidays: ten tickets on ordinary ones, twenty on holidays, a few less at the other place.
  for (let week = 0; week < 16; week += 1) {
    const day = Temporal.PlainDate.from("2025-03-03").add({ weeks: week }).toString();
    const isHoliday = day === "2025-04-21" || day === "2025-05-05";
    const sold = (isHoliday ? 20 : 10) + (week % 3);
    await post(...Array.from({ length: sold }, (_, place) => paid(place % 3 === 0 ? theirs : ours, day)));
  }
});
afterAll(() => api.close());

function paid(location_id: string, day: string) {
  return anEvent({
    location_id,
    user_id: randomUUID(),
    event_timestamp: `${day}T08:00:00Z`,
    visit_date: day,
    metadata: { total_amount: 12.25, currency: "EUR" },
  });
}

async function post(...events: object[]): Promise<void> {
  expect((await api.send("POST", "/v1/events", { body: events })).status).toBe(200);
}

async function ask(path: string, options?: SendOptions): Promise<{ status: number; body: Body }> {
  const response = await api.send("GET", `/v1/insights/${path}`, options);
  return { status: response.status, body: (await response.json()) as Body };
}

async function text(path: string): Promise<{ type: string | null; body: string }> {
  const response = await api.send("GET", `/v1/insights/${path}`);
  expect(response.status).toBe(200);
  return { type: response.headers.get("content-type"), body: await response.text() };
}

test("200: the lift in total, by location, by holiday and by both, and its statement gives the same rows", async () => {
  const { body } = await ask(`holiday-lift?${year}`);
  expect(body.data.map((row) => [row["group"], row["n"]])).toEqual([
    ["total", 4],
    ["location", 2],
    ["location", 2],
    ["holiday", 2],
    ["holiday", 2],
    ["location_holiday", 1],
    ["location_holiday", 1],
    ["location_holiday", 1],
    ["location_holiday", 1],
  ]);
  const total = body.data[0]!;
  expect(Number(total["low"])).toBeLessThan(Number(total["ratio"]));
  expect(Number(total["high"])).toBeGreaterThan(Number(total["ratio"]));
  const { rows } = await api.database.query(body.sql);
  expect(rows).toEqual(body.data);
});

test("200: CSV has the same digits, quotes what needs it", async () => {
  const asked = `holiday-lift?${year}&as_of=${Temporal.Now.plainDateISO("UTC")}&group_by=total&group_by=holiday`;
  const { body } = await ask(asked);
  const csv = await text(`${asked}&format=csv`);
  expect(csv.type).toContain("text/csv");
  const [header, ...lines] = csv.body.trim().split("\r\n");
  expect(header).toMatch(/^group,location_id,holiday,event_type,n,/);
  expect(lines).toEqual(
    body.data.map((row) => {
      const cells = Object.values(row).map((value) => (value === null ? "" : String(value as string | number)));
      return cells.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join(",");
    }),
  );
});

test("200: one holiday, amounts in a currency, bridge days", async () => {
  const one = await ask(`holiday-lift?${year}&holiday=HOLIDAY,%202025-05-05&currency=EUR&group_by=total`);
  expect(one.body.data).toMatchObject([{ n: 2, observed: (20 * 12.25).toFixed(2) }]);
  expect((await ask(`holiday-lift?${year}&currency=USD&group_by=total`)).body.data).toMatchObject([
    { observed: "0.00", ratio: null },
  ]);
  expect((await ask(`holiday-lift?${year}&days=bridge`)).body.data).toEqual([]);
});

test("200: the series has every day, whose holiday it is, and the statement that tells the same", async () => {
  const { body } = await ask("series?from=2025-04-20&to=2025-04-22&currency=EUR");
  expect(body.data).toMatchObject([
    { date: "2025-04-20", events: 0, amount: "0.00", complete_locations: 2, holidays: [] },
    {
      date: "2025-04-21",
      events: 21,
      amount: "257.25",
      holidays: [{ holiday: "Holiday, 2025-04-21", location_ids: [ours, theirs] }],
    },
    { date: "2025-04-22", events: 0 },
  ]);
  const { rows } = await api.database.query(body.sql);
  expect(rows.map((row) => ({ ...row, events: Number(row["events"]) }))).toEqual(body.data);
  const csv = await text("series?from=2025-04-21&to=2025-04-21&format=csv");
  expect(csv.body).toContain('2025-04-21,1,false,21,,2,2,"Holiday, 2025-04-21",');
  expect((await ask("series?from=2024-01-01&to=2025-06-01")).body.code).toBe("range.too_long");
});

test("200: features page by page are the whole list, as CSV and as Parquet", async () => {
  const range = "from=2025-05-05&to=2025-05-07&lead_days=0";
  const whole = await ask(`features?${range}`);
  expect(whole.body.data).toHaveLength(6);
  expect(whole.body.data[0]).toMatchObject({ date: "2025-05-05", location_id: ours, target: 13, sold_ahead: null });
  const paged: object[] = [];
  for (let cursor = ""; ;) {
    const { body } = await ask(`features?${range}&limit=4&as_of=${whole.body.as_of}${cursor}`);
    paged.push(...body.data);
    if (body.next_cursor === null) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  expect(paged).toEqual(whole.body.data);
  const csv = await text(`features?${range}&format=csv`);
  expect(csv.body.trim().split("\r\n")).toHaveLength(7);
  const parquet = await api.send("GET", `/v1/insights/features?${range}&format=parquet`);
  const bytes = Buffer.from(await parquet.arrayBuffer());
  expect([parquet.status, bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual([
    200,
    "PAR1",
    "PAR1",
  ]);
});

test.each(["holiday-lift", "series", "features"])("%s by a snapshot stays what it is", async (name) => {
  const made = await api.send("POST", "/v1/snapshots", { body: {} });
  const { snapshot_id } = (await made.json()) as { snapshot_id: string };
  const asked = `${name}?from=2025-05-05&to=2025-05-06&snapshot=${snapshot_id}`;
  const before = await ask(asked);
  expect(before.body).toMatchObject({ as_of: null, snapshot: { snapshot_id } });
  await post(paid(ours, "2025-05-05"));
  expect(await ask(asked)).toEqual(before);
  expect((await ask(asked.replace(/&snapshot.*/, ""))).body.data).not.toEqual(before.body.data);
});

test.each(["holiday-lift", "series", "features"])("%s: a limited key sees its own, 403, 422", async (name) => {
  const key = await api.keyOf("analyst", [theirs]);
  const range = "from=2025-05-05&to=2025-05-05";
  const { body } = await ask(`${name}?${range}`, { key });
  expect(JSON.stringify(body.data)).not.toContain(ours);
  expect((await ask(`${name}?${range}&location_id=${ours}`, { key })).body.code).toBe("location.not_found");
  expect((await ask(`${name}?${range}`, { key: await api.keyOf("ingester") })).status).toBe(403);
  expect((await ask(`${name}?${range}`, { key: await api.keyOf("reader") })).status).toBe(403);
  expect((await ask(`${name}?from=2025-05-06&to=2025-05-05`)).status).toBe(422);
  expect((await ask(`${name}?${range}&basis=both`)).status).toBe(422);
  expect((await ask(`${name}?${range}&as_of=2100-01-01`)).status).toBe(422);
});

test("an event type with quotes in it is text in the statement, and nothing else", async () => {
  const type = encodeURIComponent("it's'); select '\\");
  const { status, body } = await ask(`holiday-lift?${year}&event_type=${type}`);
  expect(status).toBe(200);
  expect((await api.database.query(body.sql)).rows).toEqual(body.data);
});
