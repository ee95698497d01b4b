// The story that all of it is for: a year of sales beside its holidays, told over HTTP and asked as a BI tool asks.
import { randomBytes } from "node:crypto";
import { openDatabase } from "@almanac/db/database";
import { generateSample, type SampleOptions } from "@almanac/sample/generate";
import { until } from "@almanac/worker/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf, type ToldHolidays, type ToldLoad } from "../stage/caller.ts";
import { openStage, type Stage } from "../stage/stage.ts";

const adminKey = "a key of the stories, 32 characters+";
const parks = ["NL-FL", "NL-ZH", "GB-WLL"].map((subdivisionCode) => ({
  locationId: crypto.randomUUID() as string,
  subdivisionCode,
}));
const year2026 = "from=2026-01-01&to=2026-12-31";
let stage: Stage;
let caller: Caller;
beforeAll(async () => {
  stage = (await openStage("postgres"))!;
  const settings = { HOLIDAY_SOURCE: "offline", ALMANAC_ADMIN_KEY: adminKey };
  const [api] = await Promise.all([stage.start("api", settings), stage.start("worker", settings)]);
  caller = callerOf(api.url, adminKey);
  const locations = parks.map(({ locationId, subdivisionCode }) => ({
    location_id: locationId,
    country_code: subdivisionCode.slice(0, 2),
    subdivision_code: subdivisionCode,
  }));
  await caller.send("PUT", "/v1/locations", { locations });
  await caller.sync({ years: [2026] });
});
afterAll(() => stage.close());

async function sample(options: Partial<SampleOptions>) {
  const made = await generateSample({
    seed: 7,
    events: 4_000,
    from: "2026-03-25",
    to: "2026-05-31",
    locations: parks,
    ...options,
  });
  const body = Buffer.concat(made.blocks().toArray());
  return { body, truth: made.truth };
}

interface Sale {
  event_type: string;
  location_id: string;
  visit_date: string;
  metadata: { total_amount: number };
}

/** Payments by location and kind of day, in cents: of lines as they were sent, and of days as the api tells them. */
async function paymentsOf(body: Buffer): Promise<Record<string, { payments: number; cents: number }>> {
  const days = new Map(
    await Promise.all(
      parks.map(async ({ locationId }) => {
        const told = await caller.get<ToldHolidays>(`/v1/locations/${locationId}/holidays?${year2026}&type=public`);
        const dates = told.data.flatMap(({ date, observed_date }) => [date, observed_date]);
        return [locationId, new Set(dates)] as const;
      }),
    ),
  );
  const sums: Record<string, { payments: number; cents: number }> = {};
  for (const line of body.toString().trim().split("\n")) {
    const sale = JSON.parse(line) as Sale;
    if (sale.event_type !== "PaymentSuccessful" || !sale.visit_date.startsWith("2026")) continue;
    const key = `${sale.location_id} ${days.get(sale.location_id)!.has(sale.visit_date)}`;
    const sum = (sums[key] ??= { payments: 0, cents: 0 });
    sum.payments += 1;
    sum.cents += Math.round(sale.metadata.total_amount * 100);
  }
  return sums;
}

interface StarRow extends Record<string, unknown> {
  location_id: string;
  is_public_holiday: boolean;
  payments: number;
  amount: string;
}

/** Asks as somebody who has the rights of a BI tool and no others. */
async function asBiTool(question: string): Promise<StarRow[]> {
  const password = randomBytes(12).toString("hex");
  await stage.database.query(`create role bi_tool login password '${password}' in role almanac_bi`);
  const url = Object.assign(new URL(stage.databaseUrl), { username: "bi_tool", password });
  const star = await openDatabase({ url: url.href });
  try {
    await expect(star.query("select from events")).rejects.toThrow("permission denied");
    await expect(star.query("delete from users")).rejects.toThrow("permission denied");
    return (await star.query<StarRow>(question)).rows;
  } finally {
    await star.close();
  }
}

interface ToldDay {
  location_id: string;
  is_public_holiday: boolean;
  events: number;
  amount: string;
}

/** Every row of an insight, page by page. */
async function insights(query: string): Promise<ToldDay[]> {
  const rows: ToldDay[] = [];
  for (let cursor = ""; ;) {
    const page = await caller.get<{ data: ToldDay[]; next_cursor: string | null }>(
      `/v1/insights/daily?${query}&limit=1000${cursor}`,
    );
    rows.push(...page.data);
    if (page.next_cursor === null) return rows;
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
}

test("payments per location on public holidays against other days: one plain query, the insights and the lines agree to the cent", async () => {
  const { body, truth } = await sample({ shares: "none" });
  const load = await caller.load({ body });
  expect(load).toMatchObject({ status: "succeeded", rows: { total: truth.total, inserted: truth.total } });
  const expected = await paymentsOf(body);
  expect(Object.keys(expected)).toHaveLength(6);
  const star = await asBiTool(
    `select location_id, is_public_holiday, count(*)::int as payments, sum(amount) as amount
     from mart.fact_events_holidays
     where event_type = 'PaymentSuccessful' and visit_date between '2026-01-01' and '2026-12-31'
     group by location_id, is_public_holiday`,
  );
  const asked = star.map((row) => [
    `${row.location_id} ${row.is_public_holiday}`,
    { payments: row.payments, cents: Math.round(Number(row.amount) * 100) },
  ]);
  expect(Object.fromEntries(asked)).toEqual(expected);
  const told: typeof expected = {};
  for (const day of await insights(`${year2026}&basis=visit&event_type=PaymentSuccessful`)) {
    const sum = (told[`${day.location_id} ${day.is_public_holiday}`] ??= { payments: 0, cents: 0 });
    sum.payments += day.events;
    sum.cents += Math.round(Number(day.amount) * 100);
  }
  expect(told).toEqual(expected);
});

test("a sample with everything that goes wrong comes to what its generator says, and written otherwise to nothing new", async () => {
  const shares = { duplicates: 0.05, corrections: 0.05, late: 0.03, shuffled: 0.02, conflicts: 0.01, bad: 0.002 };
  const { body, truth } = await sample({ seed: 8, shares });
  const history = async () =>
    (await stage.database.query<{ rows: number }>("select count(*)::int as rows from event_history")).rows[0]!.rows;
  const before = await history();
  const load = await caller.load({ body });
  const { rejectedBy, history: superseded, types, ...rows } = truth;
  expect(load).toMatchObject({ status: "partial", rows });
  expect(Math.min(...Object.values(rows))).toBeGreaterThan(0);
  expect(Object.keys(rejectedBy).length + Object.keys(types).length).toBeGreaterThan(10);
  expect((await history()) - before).toBe(superseded);
  const again = await caller.load({ body: (await sample({ seed: 8, shares, rendering: "reordered" })).body });
  const { total, conflict, rejected } = rows;
  expect(again.rows).toMatchObject({ total, inserted: 0, updated: 0, stale: 0, conflict, rejected });
  expect((await history()) - before).toBe(superseded);
});

test("what is answered as of an instant in the middle of a load is answered after it, to the byte", async () => {
  const { body } = await sample({ seed: 9, shares: "none", events: 3_000 });
  const first = await caller.load({ body });
  const restated = await sample({ seed: 9, shares: "none", events: 3_000, restate: { version: 2, share: 1 } });
  const some = JSON.parse(restated.body.toString().split("\n")[0]!) as { event_id: string; visit_date: string };
  const questions = (at: string) => [
    `/v1/events?limit=1000&as_of=${at}`,
    `/v1/insights/daily?${year2026}&basis=visit&limit=1000&as_of=${at}`,
    `/v1/events/${some.event_id}?as_of=${at}`,
  ];
  const answers = (at: string) => Promise.all(questions(at).map((question) => caller.get(question)));
  // Who holds an event's row holds the lane that corrects it; the other lane goes on.
  const { loadId, at, during } = await stage.database.transaction(async (tx) => {
    await tx.query("select from events where event_id = $1 for update", [some.event_id]);
    const sent = await caller.upload({ body: restated.body });
    const id = sent.body.load_id;
    const running = await until(async () => {
      await tx.query("select");
      const told = await caller.send<ToldLoad>("GET", `/v1/loads/${id}`);
      return told.body.rows.total > 0 ? told : null;
    });
    expect(running).toMatchObject({ status: 202, body: { status: "running" } });
    const instant = Temporal.Now.instant().toString();
    return { loadId: id, at: instant, during: await answers(instant) };
  });
  const done = await caller.ended(loadId);
  expect(done).toMatchObject({ status: "succeeded", rows: { total: 3_000, updated: 3_000 } });
  expect(await answers(at)).toEqual(during);
  // It is an answer of the middle: one lane had committed, the other one had not.
  const [list, , one] = during as [{ data: { load_id: string }[] }, unknown, object];
  expect(list.data.map((event) => event.load_id)).toEqual(expect.arrayContaining([first.load_id, loadId]));
  expect(one).toMatchObject({ version: 1 });
  expect(await caller.get(`/v1/events/${some.event_id}`)).toMatchObject({ version: 2 });
});
