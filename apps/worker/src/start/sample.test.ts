import { listLoads } from "@almanac/db/loads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loaded } from "../../testing/loads.ts";
import { testWorker, type TestWorker, until } from "../../testing/worker.ts";
import { loadSample } from "./sample.ts";

let worker: TestWorker;
beforeAll(async () => {
  worker = await testWorker({ start: { seed: "brief", sampleEvents: 1_000 } });
});
afterAll(() => worker.close());

test("a first start takes in the brief's members and a sample that an analyst can query; a second one nothing", async () => {
  const { database } = worker.deps;
  const loads = await until(async () => {
    const found = await listLoads(database, { limit: 100 });
    return found.length === 7 ? found : null;
  });
  const done = await Promise.all(loads.map(({ loadId }) => loaded(database, loadId)));
  const events = done.find(({ dataset }) => dataset === "events")!;
  expect(events).toMatchObject({ status: "partial", requestedBy: "start" });
  expect(events.rows.inserted).toBeGreaterThan(900);
  expect(done.filter(({ dataset }) => dataset !== "events").every(({ status }) => status === "succeeded")).toBe(true);
  const { rows } = await database.query("select article_name, price::text from articles where article_id = '98765'");
  expect(rows).toEqual([{ article_name: "Winter Jacket", price: "29.99" }]);
  const known = await database.query(
    "select count(*)::int as events, count(l.location_id)::int as placed from events e left join location_mapping l using (location_id)",
  );
  expect(known.rows[0]).toMatchObject({ events: events.rows.inserted });
  expect((known.rows[0] as { placed: number }).placed).toBeGreaterThan(500);
  expect(await loadSample(worker.deps, 1_000)).toBe(false);
  expect(await listLoads(database, { limit: 100 })).toHaveLength(7);
});
