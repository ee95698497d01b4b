// Two snapshots compared over HTTP: loads, a correction and a new calendar lie between them, and each changed figure says
// which of these it owes what.
import { randomUUID } from "node:crypto";
import { holiday, syncLocations, writeCalendar } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anEvent, loadLines } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";

interface Change<Value> {
  before: Value | null;
  after: Value | null;
  difference: Value;
  events_corrected: Record<"total" | "added" | "corrected" | "reprocessed" | "rezoned", Value>;
  calendar_changed: Value;
}
interface Figure {
  date: string;
  location_id: string | null;
  is_public_holiday: boolean | null;
  events: Change<number>;
  amount: Change<string>;
}
interface Body {
  code: string;
  data: Figure[];
  next_cursor: string | null;
  before: { snapshot_id: string };
  after: { snapshot_id: string };
  events: Record<string, number> | null;
  totals: (Omit<Figure, "date" | "location_id"> & { event_type: string })[] | null;
  holidays: {
    data: {
      locations: number;
      location_ids: string[];
      before: object | null;
      moved: object[];
      added: { after: { name: string } }[];
    }[];
    truncated: boolean;
    unknown_locations: number;
  } | null;
}

let api: TestApi;
let [a, b] = ["", ""];
const [ours, theirs, new_] = [1, 2, 3].map((n) => `50000000-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const king = holiday({ date: "2026-04-27", name: "King's Day" });

const make = async () => {
  const response = await api.send("POST", "/v1/snapshots");
  return ((await response.json()) as { snapshot_id: string }).snapshot_id;
};
const calendar = async (ids: string[], change: Partial<Parameters<typeof writeCalendar>[1]>) =>
  syncLocations(api.database, ids as LocationId[], await writeCalendar(api.database, { region: "NL", ...change }));
const sale = (location_id: string, visit_date: string, total_amount: number, given: object = {}) =>
  anEvent({
    location_id,
    visit_date,
    user_id: randomUUID(),
    event_timestamp: "2026-03-01T12:00:00Z",
    metadata: { total_amount, currency: "EUR" },
    ...given,
  });

beforeAll(async () => {
  api = await openTestApi();
  const add = (location_id: string) =>
    api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  await add(ours);
  await add(theirs);
  await calendar([ours, theirs], { open: [king], coverage: { 2026: "full" } });
  const wrong = sale(ours, "2026-04-27", 10.1);
  await loadLines(api, [wrong, sale(ours, "2026-04-27", 0.2), sale(theirs, "2026-04-26", 5)]);
  a = await make();
  await loadLines(api, [sale(ours, "2026-04-27", 7), sale(ours, "2026-04-26", 1), sale(theirs, "2026-04-26", 2)]);
  await loadLines(api, [{ ...wrong, version: 2, metadata: { total_amount: 11.1, currency: "EUR" } }]);
  await add(new_);
  const moved = holiday({ date: "2026-04-26", name: "King's Day", holidayId: king.holidayId });
  await calendar([ours, theirs, new_], { open: [moved], close: [king.holidayId] });
  b = await make();
});
afterAll(() => api.close());

const days = "from=2026-04-01&to=2026-04-30&basis=visit";
async function ask(search = days, options: SendOptions & { from?: string; to?: string } = {}) {
  const { from = a, to = b, ...rest } = options;
  const response = await api.send("GET", `/v1/snapshots/${from}/diff/${to}?${search}`, rest);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

test("200: figures by day and kind of day, with what events and what the calendar did, adding up to the cent", async () => {
  const { status, headers, body } = await ask(`${days}&location_id=${ours}`);
  expect([status, headers.get("cache-control")]).toEqual([200, "private, max-age=31536000, immutable"]);
  expect([body.before.snapshot_id, body.after.snapshot_id]).toEqual([a, b]);
  const told = body.data.map(({ date, is_public_holiday, events, amount }) => [
    `${date} ${is_public_holiday === true ? "holiday" : "other"}`,
    [events.before, events.after, events.events_corrected.total, events.calendar_changed],
    [amount.before, amount.after, amount.events_corrected.added, amount.events_corrected.corrected],
    amount.calendar_changed,
  ]);
  expect(told).toEqual([
    ["2026-04-26 other", [0, 0, 1, -1], [null, null, "1", "0"], "-1"],
    ["2026-04-26 holiday", [0, 1, 0, 1], [null, "1", "0", "0"], "1"],
    ["2026-04-27 other", [0, 3, 0, 3], [null, "18.3", "0", "0"], "18.3"],
    ["2026-04-27 holiday", [2, 0, 1, -3], ["10.3", null, "7.0", "1.0"], "-18.3"],
  ]);
  expect(body.events).toEqual({ added: 2, corrected: 1, reprocessed: 0, rezoned: 0 });
  const holidays = body.totals!.find((total) => total.is_public_holiday === true)!;
  expect(holidays).toMatchObject({
    event_type: "PaymentSuccessful",
    events: { before: 2, after: 1, difference: -1, events_corrected: { total: 1 }, calendar_changed: -2 },
    amount: { before: "10.3", after: "1", difference: "-9.3", events_corrected: { total: "8.0" } },
  });
});

test("the holidays of these days that differ are told once for all locations that share them", async () => {
  const { holidays } = (await ask()).body;
  expect(holidays).toMatchObject({ truncated: false, unknown_locations: 0 });
  expect(holidays!.data.map((each) => [each.location_ids, each.before, each.moved.length, each.added.length])).toEqual([
    [[ours, theirs], { source: "offline", region: "NL" }, 1, 0],
    [[new_], null, 0, 1],
  ]);
  expect(holidays!.data[1]!.added[0]!.after.name).toBe("King's Day");
  expect((await ask("from=2026-05-01&to=2026-05-31")).body.holidays!.data).toEqual([]);
});

test("page by page it is the whole; only the first page tells totals, events and holidays", async () => {
  const whole = (await ask()).body.data;
  expect(whole.length).toBeGreaterThan(4);
  const seen: Figure[] = [];
  for (let cursor = ""; ;) {
    const { body } = await ask(`${days}&limit=2${cursor}`);
    seen.push(...body.data);
    expect([body.events, body.totals, body.holidays].every((each) => (each === null) === (cursor !== ""))).toBe(true);
    if (body.next_cursor === null) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  expect(seen).toEqual(whole);
});

test("without days it is about all of them", async () => {
  const { data, totals } = (await ask()).body;
  const whole = await ask("basis=visit");
  expect([whole.status, whole.body.data, whole.body.totals]).toEqual([200, data, totals]);
  expect(whole.body.holidays!.data).toHaveLength(2);
});

test("the same snapshot twice, or a type that nobody sent, differs in nothing", async () => {
  expect((await ask(days, { to: a })).body).toMatchObject({ data: [], totals: [], holidays: { data: [] } });
  const { data, events } = (await ask(`${days}&event_type=Unheard`)).body;
  expect([data, events]).toEqual([[], { added: 0, corrected: 0, reprocessed: 0, rezoned: 0 }]);
});

test("a limited key sees its own locations; another one is 404, and so is a snapshot that there is not", async () => {
  const key = await api.keyOf("analyst", [theirs]);
  const { body } = await ask(days, { key });
  expect(new Set(body.data.map((figure) => figure.location_id))).toEqual(new Set([theirs]));
  expect(body.holidays!.data.map((each) => each.location_ids)).toEqual([[theirs]]);
  expect((await ask(`${days}&location_id=${ours}`, { key })).body.code).toBe("location.not_found");
  const none = "00000000-0000-4000-8000-000000000000";
  for (const way of [{ from: none }, { to: none }]) {
    const { status, body: problem } = await ask(days, way);
    expect([status, problem.code]).toEqual([404, "snapshot.not_found"]);
  }
});

test("422 for days the wrong way or too many, 403 for a reader", async () => {
  expect((await ask("from=2026-04-30&to=2026-04-01")).body.code).toBe("range.reversed");
  expect((await ask("from=2026-01-01&to=2036-01-02")).body.code).toBe("range.too_long");
  expect((await ask("from=2026-02-30")).status).toBe(422);
  expect((await ask(`${days}&cursor=none`)).body.code).toBe("cursor.invalid");
  expect((await ask(days, { key: await api.keyOf("reader") })).status).toBe(403);
});
