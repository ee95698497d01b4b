// The past changes in every way that it can: further loads, a correction, a reprocess, another calendar. What a snapshot
// pins stays what it was, over HTTP and for a BI tool, and the diff of two names what each figure owes to what.
import { randomBytes } from "node:crypto";
import { openDatabase } from "@almanac/db/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf } from "../stage/caller.ts";
import { openStage, type Stage } from "../stage/stage.ts";

const adminKey = "a key of the stories, 32 characters+";
const park = crypto.randomUUID() as string;
const days = "from=2026-04-20&to=2026-05-10";

interface Snapshot {
  snapshot_id: string;
  runs: { run_id: string; is_whole: boolean }[];
}
interface Figure {
  date: string;
  currency: string | null;
  is_public_holiday: boolean;
  events: Record<"before" | "after" | "difference" | "calendar_changed", number> & {
    events_corrected: Record<"total" | "added" | "corrected" | "reprocessed" | "rezoned", number>;
  };
  amount: Record<"before" | "after" | "difference", string | null>;
}

let stage: Stage;
let caller: Caller;
beforeAll(async () => {
  stage = (await openStage("postgres"))!;
  const settings = { HOLIDAY_SOURCE: "offline", ALMANAC_ADMIN_KEY: adminKey };
  const [api] = await Promise.all([stage.start("api", settings), stage.start("worker", settings)]);
  caller = callerOf(api.url, adminKey);
  await caller.send("PUT", "/v1/locations", { locations: [place("NL-ZH")] });
  await caller.sync({ years: [2026] });
});
afterAll(() => stage.close());

const place = (subdivision_code: string) => ({
  location_id: park,
  country_code: subdivision_code.slice(0, 2),
  subdivision_code,
});
const started = (visit_date: string, total_amount: number, own: object = {}) => ({
  event_id: crypto.randomUUID() as string,
  event_type: "CheckoutStarted",
  event_timestamp: "2026-04-20T12:00:00Z",
  user_id: crypto.randomUUID(),
  version: 1,
  location_id: park,
  visit_date,
  metadata: { total_amount },
  ...own,
});
const load = (...events: object[]) =>
  caller.load({ body: events.map((event) => `${JSON.stringify(event)}\n`).join("") });
const pin = async () => (await caller.send<Snapshot>("POST", "/v1/snapshots")).body;

/** All that can be read by a snapshot, over HTTP and by a login with the rights of a BI tool. */
async function readAll(id: string, eventId: string): Promise<unknown[]> {
  const paths = [
    `/v1/events?limit=1000&snapshot=${id}`,
    `/v1/events/${eventId}?snapshot=${id}`,
    `/v1/events/${eventId}/versions?snapshot=${id}`,
    `/v1/insights/daily?${days}&basis=visit&snapshot=${id}`,
    `/v1/locations/${park}/holidays?${days}&snapshot=${id}`,
    `/v1/locations/${park}/days?${days}&snapshot=${id}`,
  ];
  const told = await Promise.all(paths.map((path) => caller.get(path)));
  const password = randomBytes(12).toString("hex");
  const name = `bi_${randomBytes(6).toString("hex")}`;
  await stage.database.query(`create role ${name} login password '${password}' in role almanac_bi`);
  const url = Object.assign(new URL(stage.databaseUrl), { username: name, password });
  const tool = await openDatabase({ url: url.href });
  try {
    for (const relation of ["events_holidays", "location_holidays", "users", "locations"]) {
      const { rows } = await tool.query<{ row: string }>(
        `select (to_jsonb(r) - 'current_version')::text as row from mart.snapshot_${relation}($1) r order by 1`,
        [id],
      );
      told.push(rows.map(({ row }) => row));
    }
  } finally {
    await tool.close();
    await stage.database.query(`drop role ${name}`);
  }
  return told;
}

test("a snapshot answers the same to the row, and the diff attributes each changed figure to its cause", async () => {
  const wrong = started("2026-04-27", 10.1);
  await load(wrong, started("2026-04-27", 0.2), started("2026-04-28", 5));
  const before = await pin();
  expect(before.runs).toEqual([]);
  const answered = await readAll(before.snapshot_id, wrong.event_id);

  await load(started("2026-04-28", 7, { metadata: { total_amount: 7, currency: "EUR" } }));
  await load({ ...wrong, version: 2, metadata: { total_amount: 11.1 } });
  // The second schema version says what nobody wrote: amounts without a currency are in euros.
  const schema = await caller.get<{ versions: { json_schema: object }[] }>("/v1/schemas/CheckoutStarted");
  const registered = await caller.send("POST", "/v1/schemas/CheckoutStarted/versions?approve=true", {
    json_schema: schema.versions[0]!.json_schema,
    upcast: [{ op: "default", path: "/currency", value: "EUR" }],
  });
  expect([registered.status, registered.body]).toMatchObject([201, { schema_version: 2 }]);
  const asked = await caller.send<{ run_id: string }>("POST", "/v1/reprocess-runs", {
    event_type: "CheckoutStarted",
    only: "outdated",
    mode: "publish",
    reason: "the currency is known now",
  });
  expect(asked.status).toBe(202);
  const run = await caller.get<{ rows: { changed: number } }>(`/v1/reprocess-runs/${asked.body.run_id}?wait=60`);
  expect(run.rows.changed).toBe(3);
  // The place was another one's: its calendar is now Bavaria's.
  await caller.send("PUT", "/v1/locations", { locations: [place("DE-BY")] });
  await caller.sync({ years: [2026] });
  const after = await pin();
  expect(after.runs).toMatchObject([{ run_id: asked.body.run_id, is_whole: true }]);

  expect(await readAll(before.snapshot_id, wrong.event_id)).toEqual(answered);
  for (const [at, later] of (await readAll(after.snapshot_id, wrong.event_id)).entries()) {
    expect(later).not.toEqual(answered[at]);
  }

  const diff = await caller.get<{ data: Figure[]; events: object; holidays: { data: { removed: object[] }[] } }>(
    `/v1/snapshots/${before.snapshot_id}/diff/${after.snapshot_id}?${days}&basis=visit`,
  );
  expect(diff.events).toEqual({ added: 1, corrected: 1, reprocessed: 2, rezoned: 0 });
  expect(diff.holidays.data[0]!.removed.length).toBeGreaterThan(0);
  const told = diff.data.map(({ date, currency, is_public_holiday, events, amount }) => {
    const { added, corrected, reprocessed } = events.events_corrected;
    const kind = is_public_holiday ? "holiday" : "other";
    return [
      `${date} ${currency} ${kind}`,
      [events.before, added, corrected, reprocessed, events.calendar_changed, events.after],
      [amount.before, amount.after],
    ];
  });
  expect(told).toEqual([
    ["2026-04-27 null holiday", [2, 0, -1, -1, 0, 0], ["10.3", null]],
    ["2026-04-27 EUR other", [0, 0, 0, 0, 2, 2], [null, "11.3"]],
    ["2026-04-27 EUR holiday", [0, 0, 1, 1, -2, 0], [null, null]],
    ["2026-04-28 null other", [1, 0, 0, -1, 0, 0], ["5", null]],
    ["2026-04-28 EUR other", [0, 1, 0, 1, 0, 2], [null, "12"]],
  ]);
});
