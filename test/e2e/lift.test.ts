// The number that the product exists for: a year of sales whose lift on holidays is known, through the whole pipeline.
import { randomBytes } from "node:crypto";
import { openDatabase } from "@almanac/db/database";
import { generateSample } from "@almanac/sample/generate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, callerOf } from "../stage/caller.ts";
import { openStage, type Stage } from "../stage/stage.ts";

const codes = "NL-FL NL-GR NL-ZH NL-DR NL-FR NL-UT NL-NH NL-LI NL-GE GB-NSM GB-WLL GB-SOM GB-WRT".split(" ");
const parks = codes.map((subdivisionCode, place) => ({
  locationId: `5a1e0000-0000-4000-8000-${String(place).padStart(12, "0")}`,
  subdivisionCode,
}));
const adminKey = "a key of the stories, 32 characters+";
/** packages/sample/src/demand.ts: how much more people come on public holidays, and on bridge days. */
const [publicHolidayUplift, bridgeDayUplift] = [1.8, 1.35];

interface ToldLift {
  data: ({ group: string; ratio: string; low: string; high: string } & Record<string, unknown>)[];
  sql: string;
}

let stage: Stage;
let caller: Caller;
let loaded: { status: string; inserted: number; wanted: number };
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
  await caller.sync({ years: [2024, 2025, 2026] });
  // Visits of the whole year, those included that were bought before it, and what is sold for the weeks after it.
  const made = await generateSample({
    seed: 11,
    events: 180_000,
    from: "2024-10-01",
    to: "2026-02-15",
    shares: "none",
    locations: parks,
  });
  const load = await caller.load({ body: Buffer.concat(made.blocks().toArray()) });
  loaded = { status: load.status, inserted: load.rows.inserted, wanted: made.truth.total };
}, 60_000);
afterAll(() => stage.close());

const lift = (query: string) => caller.get<ToldLift>(`/v1/insights/holiday-lift?from=2025-01-01&to=2025-12-31${query}`);

function holds({ low, high }: { low: string; high: string }, truth: number): boolean {
  return Number(low) <= truth && truth <= Number(high);
}

test("the lift of public holidays is found within its interval: in total, and at nearly every location", async () => {
  expect(loaded).toMatchObject({ status: "succeeded", inserted: loaded.wanted });
  const { data } = await lift("&group_by=total&group_by=location");
  const [total, ...locations] = data;
  expect(total).toMatchObject({ group: "total" });
  expect(holds(total!, publicHolidayUplift)).toBe(true);
  // It says something: no lift at all is outside.
  expect(holds(total!, 1)).toBe(false);
  expect(locations).toHaveLength(13);
  expect(locations.filter((each) => holds(each, publicHolidayUplift)).length).toBeGreaterThanOrEqual(11);
});

test("the lift of bridge days is found within its interval", async () => {
  const { data } = await lift("&days=bridge&group_by=total");
  expect(data).toHaveLength(1);
  expect(holds(data[0]!, bridgeDayUplift)).toBe(true);
});

test("the statement of an answer gives a BI tool the same rows, to the digit", async () => {
  const told = await lift("");
  const password = randomBytes(12).toString("hex");
  await stage.database.query(`create role bi_lift login password '${password}' in role almanac_bi`);
  const url = Object.assign(new URL(stage.databaseUrl), { username: "bi_lift", password });
  const tool = await openDatabase({ url: url.href });
  try {
    expect((await tool.query(told.sql)).rows).toEqual(told.data);
  } finally {
    await tool.close();
  }
});
