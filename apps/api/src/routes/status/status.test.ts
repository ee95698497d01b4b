import { randomUUID } from "node:crypto";
import { beat } from "@almanac/db/heartbeats";
import { failSync, syncLocations, writeCalendar, writeLocations, writeSync } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { anEvent, loadLines } from "../../../testing/events.ts";
import { openTestApi, type TestApi } from "../../../testing/test-api.ts";
import type { statusSchema } from "./present.ts";

type StatusJson = z.input<typeof statusSchema>;

let api: TestApi;
let fresh: LocationId;
let failing: LocationId;
beforeAll(async () => {
  api = await openTestApi();
  const places = await writeLocations(api.database, [{}, {}, {}, { active: false }]);
  [fresh, failing] = places as [LocationId, LocationId];
  await syncLocations(api.database, [fresh, failing], await writeCalendar(api.database, { region: "NL" }));
  await failSync(api.database, await writeSync(api.database, [failing]), [failing]);
});
afterAll(() => api.close());

async function status(key?: string): Promise<StatusJson> {
  const response = await api.send("GET", "/v1/status", key === undefined ? {} : { key });
  expect(response.status).toBe(200);
  return (await response.json()) as StatusJson;
}

const codes = ({ findings }: StatusJson) => findings.map(({ code }) => code);

test("200: each location is in one state, and what is wrong is found with its mending", async () => {
  const found = await status();
  expect(found.locations).toMatchObject({
    active: 3,
    inactive: 1,
    in_sync: 1,
    failing: 1,
    never_synced: 1,
    stale: 0,
    quarantined: 0,
  });
  expect(found.ready).toBe(false);
  expect(codes(found)).toEqual(expect.arrayContaining(["worker.none", "location.failing", "location.never_synced"]));
  const failed = found.findings.find(({ code }) => code === "location.failing")!;
  expect(failed.detail).toContain(failing);
  expect(failed.mending.screen).toBe("/locations?outcome=failed");
});

test("200: ready as soon as a worker is seen", async () => {
  const workerId = randomUUID();
  await beat(api.database, workerId);
  const found = await status();
  expect(found.ready).toBe(true);
  expect(found.workers).toMatchObject([{ worker_id: workerId }]);
  expect(codes(found)).not.toContain("worker.none");
});

test("200: refused lines are told until they are replayed or a later line brings their events", async () => {
  const wrong = anEvent({ metadata: { total_amount: "a lot" } });
  const load = await loadLines(api, [anEvent(), wrong, "no json"]);
  const before = await status();
  expect(before.loads).toMatchObject({ partial_24h: 1, open_rejects: 2, unfinished: 0 });
  expect(before.findings.find(({ code }) => code === "load.rejects")!.mending.command).toBe(
    `npx almanac load rejects ${load}`,
  );
  const mended = { ...wrong, metadata: anEvent().metadata };
  expect((await api.send("POST", "/v1/events", { body: mended })).status).toBe(200);
  expect((await status()).loads!.open_rejects).toBe(1);
  expect((await api.send("POST", `/v1/loads/${load}/replay`, { body: { only: "rejects" } })).status).toBe(202);
  expect((await status()).loads!.open_rejects).toBe(0);
  expect(codes(await status())).not.toContain("load.rejects");
});

test("200: each role is told what it may know; null is the rest", async () => {
  const told = async (role: Parameters<TestApi["keyOf"]>[0], only?: string[]) => {
    const found = await status(await api.keyOf(role, only));
    return Object.entries(found)
      .filter(([, value]) => value === null)
      .map(([name]) => name);
  };
  const operations = ["schedules", "workers", "queues", "quarantines", "audit", "database"];
  expect((await told("reader")).sort()).toEqual([...operations, "loads", "runs"].sort());
  expect((await told("analyst")).sort()).toEqual([...operations].sort());
  expect((await told("ingester")).sort()).toEqual([...operations, "locations", "runs"].sort());
  expect(await told("operator")).toEqual([]);
  expect((await told("operator", [fresh])).sort()).toEqual([...operations, "loads", "runs"].sort());
});

test("200: a limited key sees its own locations alone, in the findings too", async () => {
  const found = await status(await api.keyOf("operator", [fresh]));
  expect(found.locations).toMatchObject({ active: 1, in_sync: 1, failing: 0 });
  expect(JSON.stringify(found)).not.toContain(failing);
});

test("200: keys that end within a week are told to administrators alone", async () => {
  const expires_at = Temporal.Now.instant().add({ hours: 24 }).toString();
  await api.send("POST", "/v1/keys", { body: { name: "ends soon", role: "reader", expires_at } });
  expect(codes(await status())).toContain("key.expires_soon");
  expect(codes(await status(await api.keyOf("operator")))).not.toContain("key.expires_soon");
});

test("401 without a key, 422 for an unknown parameter", async () => {
  expect((await api.send("GET", "/v1/status", { key: null })).status).toBe(401);
  expect((await api.send("GET", "/v1/status?x=1")).status).toBe(422);
});
