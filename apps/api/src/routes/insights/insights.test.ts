// What happened on which day, beside the day's holidays, over HTTP.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anEvent } from "../../../testing/events.ts";
import { openTestApi, type SendOptions, type TestApi } from "../../../testing/test-api.ts";

interface Row {
  date: string;
  location_id: string | null;
  event_type: string;
  events: number;
  amount: string | null;
}
interface Body {
  code: string;
  data: Row[];
  next_cursor: string | null;
  as_of: string | null;
}

let api: TestApi;
const [ours, theirs] = ["50000000-0000-4000-8000-000000000001", "50000000-0000-4000-8000-000000000002"];
beforeAll(async () => {
  api = await openTestApi();
  for (const location_id of [ours, theirs]) {
    await api.send("POST", "/v1/locations", { body: { location_id, country_code: "NL", subdivision_code: "NL-NH" } });
  }
  const paid = (location_id: string, day: string, total_amount: number) =>
    anEvent({
      location_id,
      user_id: randomUUID(),
      event_timestamp: `${day}T12:00:00Z`,
      visit_date: "2026-04-27",
      metadata: { total_amount, currency: "EUR" },
    });
  await post(paid(ours, "2026-03-01", 10.5), paid(ours, "2026-03-01", 20), paid(theirs, "2026-03-01", 5));
  await post(paid(ours, "2026-03-02", 7), anEvent({ event_timestamp: "2026-03-02T12:00:00Z" }));
});
afterAll(() => api.close());

async function post(...events: object[]): Promise<void> {
  expect((await api.send("POST", "/v1/events", { body: events })).status).toBe(200);
}

async function ask(search: string, options?: SendOptions): Promise<{ status: number; body: Body }> {
  const response = await api.send("GET", `/v1/insights/daily?from=2026-03-01&to=2026-03-02${search}`, options);
  return { status: response.status, body: (await response.json()) as Body };
}

const told = (body: Body) => body.data.map((row) => [row.date, row.location_id, row.events, row.amount]);

test("200: a row a day, location and type, by rising day, sums without rounding", async () => {
  const { status, body } = await ask(`&location_id=${ours}&location_id=${theirs}&event_type=PaymentSuccessful`);
  expect([status, body.as_of]).toEqual([200, null]);
  expect(told(body)).toEqual([
    ["2026-03-01", ours, 2, "30.5"],
    ["2026-03-01", theirs, 1, "5"],
    ["2026-03-02", ours, 1, "7"],
  ]);
});

test("200: by the day that was bought", async () => {
  const response = await api.send(
    "GET",
    `/v1/insights/daily?from=2026-04-27&to=2026-04-27&basis=visit&location_id=${ours}`,
  );
  expect(told((await response.json()) as Body)).toEqual([["2026-04-27", ours, 3, "37.5"]]);
});

test("200: page by page, and as of an instant on every page", async () => {
  const whole = (await ask("")).body;
  const seen: Row[] = [];
  const today = Temporal.Now.plainDateISO("UTC").toString();
  let next: string | null = "";
  while (next !== null) {
    const { body }: { body: Body } = await ask(`&limit=1&as_of=${today}${next === "" ? "" : `&cursor=${next}`}`);
    seen.push(...body.data);
    next = body.next_cursor;
    await post(anEvent({ event_timestamp: "2026-03-01T12:00:00Z", location_id: ours }));
  }
  expect(seen).toEqual(whole.data);
});

test("a limited key sees its own locations; another one is 404", async () => {
  const key = await api.keyOf("analyst", [theirs]);
  expect((await ask("", { key })).body.data.map((row) => row.location_id)).toEqual([theirs]);
  expect((await ask(`&location_id=${ours}`, { key })).body.code).toBe("location.not_found");
});

test("403 for an ingester, 422 for a range the wrong way, a missing end, a basis that there is not", async () => {
  expect((await ask("", { key: await api.keyOf("ingester") })).status).toBe(403);
  expect((await api.send("GET", "/v1/insights/daily?from=2026-03-02&to=2026-03-01")).status).toBe(422);
  expect((await api.send("GET", "/v1/insights/daily?from=2026-03-02")).status).toBe(422);
  expect((await ask("&basis=both")).status).toBe(422);
});

test("422 for a cursor that no answer gave", async () => {
  for (const [date, type] of [
    ["2026-03-01", "a\u0000b"],
    ["2026-03-01", "\ud800"],
    ["0000-03-01", "PaymentSuccessful"],
  ]) {
    const cursor = Buffer.from(JSON.stringify([date, null, type, null, null])).toString("base64url");
    expect([date, type, (await ask(`&cursor=${cursor}`)).body.code]).toEqual([date, type, "cursor.invalid"]);
  }
});
