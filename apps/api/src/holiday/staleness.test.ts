import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { finishSync, holiday, writeCalendar, writeLocations, writeSync } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../testing/test-api.ts";

let server: TestDatabase;
let api: TestApi;
let other: TestApi;

beforeAll(async () => {
  server = await testDatabase();
  api = await openTestApi({ url: server.url });
  other = await openTestApi({ url: server.url });
});

afterAll(async () => {
  await api.close();
  await other.close();
  await server.close();
});

test("once a sync is told as finished, no api process answers with an older version, however busy they are", async () => {
  const [location] = (await writeLocations(api.database, [{}])) as [LocationId];
  const pin = await writeCalendar(api.database, {
    region: "NL",
    open: [holiday({ date: "2026-04-27", name: "King's Day" })],
    coverage: { 2026: "full" },
  });
  const apps = [api.app, other.app];
  const path = `/v1/locations/${location}/holidays?from=2026-01-01&to=2026-12-31`;
  const told = { version: 0, done: false };
  const stale: string[] = [];
  let served = 0;

  async function hammer(app: (typeof apps)[number]): Promise<void> {
    while (!told.done) {
      const least = told.version;
      const response = await api.send("GET", path, { app });
      const { version } = (await response.json()) as { version?: number };
      served += 1;
      if (least > 0 && (version ?? 0) < least) stale.push(`${version} after ${least}`);
      // Answers from memory need no turn of the event loop; the syncs do.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const hammering = apps.flatMap((app) => [hammer(app), hammer(app), hammer(app)]);
  for (let version = 1; version <= 25; version += 1) {
    const sync = await writeSync(api.database, [location]);
    await finishSync(api.database, sync, [location], pin);
    const response = await api.send("GET", `/v1/syncs/${sync.syncId}`, { app: apps[version % 2] });
    expect(response.status).toBe(200);
    told.version = version;
  }
  told.done = true;
  await Promise.all(hammering);
  expect(stale).toEqual([]);
  expect(served).toBeGreaterThan(25);
});
