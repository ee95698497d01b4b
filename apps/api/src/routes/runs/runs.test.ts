import { mostScanned, workSql } from "@almanac/db/run/search";
import { failSync, writeLocations, writeSync } from "@almanac/db/testing/calendars";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anEvent, loadLines } from "../../../testing/events.ts";
import { openTestApi, type TestApi } from "../../../testing/test-api.ts";

interface WorkJson {
  kind: string;
  id: string;
  status: string;
  title: string;
  requested_at: string;
  counts: Record<string, number>;
  error: { code: string } | null;
}

let api: TestApi;
let sync: string;
let load: string;
let run: string;
beforeAll(async () => {
  api = await openTestApi();
  const places = await writeLocations(api.database, [{}, {}]);
  const failed = await writeSync(api.database, places);
  await failSync(api.database, failed, places);
  sync = failed.syncId;
  load = await loadLines(api, [anEvent(), "no json"]);
  await api.send("POST", "/v1/events", { body: anEvent() });
  const asked = await api.send("POST", "/v1/reprocess-runs", { body: { event_type: "BarcodeScanned" } });
  run = ((await asked.json()) as { run_id: string }).run_id;
});
afterAll(() => api.close());

async function page(search = ""): Promise<{ data: WorkJson[]; next_cursor: string | null }> {
  const response = await api.send("GET", `/v1/runs${search}`);
  expect(response.status).toBe(200);
  return (await response.json()) as { data: WorkJson[]; next_cursor: string | null };
}

const ids = async (search: string) => (await page(search)).data.map(({ id }) => id);

test("200: all kinds newest first, posts left out until they are asked for", async () => {
  const { data, next_cursor } = await page();
  expect(data.map(({ kind, id }) => [kind, id])).toEqual([
    ["reprocess", run],
    ["load", load],
    ["sync", sync],
  ]);
  expect(next_cursor).toBeNull();
  expect(data[1]).toMatchObject({ status: "partial", counts: { total: 2, inserted: 1, rejected: 1 }, error: null });
  // In the order in which they are read.
  const names = ["total", "inserted", "updated", "duplicate", "stale", "conflict", "rejected"];
  expect(Object.keys(data[1]!.counts)).toEqual(names);
  expect(data[2]).toMatchObject({ title: "2 locations", error: { code: "holiday.source_timeout" } });
  expect((await page("?kind=post")).data.map(({ kind }) => kind)).toEqual(["post"]);
});

test("200: pages of one give each once, while more is added", async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const one = await page(`?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...one.data.map(({ id }) => id));
    cursor = one.next_cursor;
    if (seen.length === 1) await api.send("POST", "/v1/events", { body: anEvent() });
  }
  expect(seen).toEqual([run, load, sync]);
});

test("200: by kind, by status, by an id's beginning, by words of the title, the error or the actor", async () => {
  expect(await ids("?kind=sync&kind=load")).toEqual([load, sync]);
  expect(await ids("?status=failed&status=partial")).toEqual([load, sync]);
  expect(await ids(`?q=${load.slice(0, 30).toUpperCase()}`)).toEqual([load]);
  expect(await ids(`?q=${load}`)).toEqual([load]);
  expect(await ids("?q=barcodescanned")).toEqual([run]);
  expect(await ids("?q=did+not+answer")).toEqual([sync]);
  expect(await ids("?q=ADMIN-key")).toContain(run);
  expect(await ids("?q=100%25")).toEqual([]);
});

test("200: from is included, to is not", async () => {
  const asked = (await page()).data.find(({ id }) => id === load)!.requested_at;
  expect(await ids(`?from=${asked}`)).toEqual([run, load]);
  expect(await ids(`?to=${asked}`)).toEqual([sync]);
  expect(await ids("?to=2020-01-01T00:00:00Z")).toEqual([]);
});

test("200: where few of many fit, short pages go on until all were seen", async () => {
  const world = await openTestApi();
  try {
    await world.database.query(
      `insert into load (load_id, dataset, channel, content_sha256, media_type, bytes, stored_bytes, raw_uri, file_name,
         requested_by, status, finished_at, received_at)
       select uuidv7(make_interval(secs => n)), 'events', 'inbox', sha256(n::text::bytea), 'text/csv', 1, 1, 'file:x',
         case when n % 1000 = 0 then 'rare' else 'usual' end, 'test', 'succeeded', clock_timestamp(), clock_timestamp()
       from generate_series(1, $1::int) as n`,
      [mostScanned * 2 + 1],
    );
    let found = 0;
    let pages = 0;
    for (let cursor: string | null = ""; cursor !== null; pages += 1) {
      const response = await world.send("GET", `/v1/runs?q=rare${cursor === "" ? "" : `&cursor=${cursor}`}`);
      const body = (await response.json()) as { data: WorkJson[]; next_cursor: string | null };
      found += body.data.length;
      cursor = body.next_cursor;
    }
    expect([found, pages]).toEqual([4, 3]);
    await world.database.query("vacuum analyze load");
    const { rows } = await world.database.query<{ "QUERY PLAN": string }>(`explain ${workSql("load")}`, [
      "ffffffff-ffff-7fff-bfff-ffffffffffff",
      null,
      null,
      ["load"],
      null,
      null,
      null,
      null,
      101,
    ]);
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(/Index Scan Backward using load_files/);
  } finally {
    await world.close();
  }
});

test("403 below operators and for a limited key, 422 for a kind, a status or a cursor that there is not", async () => {
  expect((await api.send("GET", "/v1/runs", { key: await api.keyOf("analyst") })).status).toBe(403);
  const [place] = await writeLocations(api.database, [{}]);
  expect((await api.send("GET", "/v1/runs", { key: await api.keyOf("operator", [place!]) })).status).toBe(403);
  for (const search of ["?kind=job", "?status=done", "?cursor=x", "?from=yesterday", "?q="]) {
    expect((await api.send("GET", `/v1/runs${search}`)).status).toBe(422);
  }
});
