// What a load promises whatever is behind the queue and the lake: every line counted once, and nothing done twice.
import { randomUUID } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { requestCancel } from "@almanac/db/loads";
import { listRejects } from "@almanac/db/rejects";
import { replayLoad } from "@almanac/usecases/replay-load";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lakes } from "../../testing/lakes.ts";
import { anEvent, events, load, loaded, ndjson, upload } from "../../testing/loads.ts";
import { queueBackends, testWorker, type TestWorker } from "../../testing/worker.ts";
import { acceptDeps } from "./sweep.ts";

const [queues, zones] = [await queueBackends("the worker's loads"), await lakes()];
// Each queue and each lake once; what is between them is the same.
const places = queues.map((queue, place) => ({ ...queue, lake: zones[place % zones.length]! }));

describe.each(places)("loads with their queue on $kind and their lake on $lake.kind", ({ queue, lake }) => {
  let worker: TestWorker;
  beforeAll(async () => {
    worker = await testWorker({ ...queue, lakeUrl: await lake.fresh(), settings: { load: small } });
  });
  afterAll(() => worker.close());
  const count = async (table: string) =>
    (await worker.deps.database.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n;

  test("all lines of a body are loaded, over several chunks of several lanes", async () => {
    const before = await count("events");
    const done = await load(worker.deps, ndjson(events(500)));
    expect(done).toMatchObject({ status: "succeeded", progress: 1, rows: { total: 500, inserted: 500 } });
    expect(await count("events")).toBe(before + 500);
    expect(await batchesOf(worker, done.loadId)).toBeGreaterThan(3);
  });

  test("compressed bodies are the load that their content is", async () => {
    const body = Buffer.from(ndjson(events(10)));
    const first = await load(worker.deps, gzipSync(body), { contentEncoding: "gzip" });
    expect(first).toMatchObject({ status: "succeeded", bytes: body.length, rows: { inserted: 10 } });
    const again = await upload(worker.deps, zstdCompressSync(body), { contentEncoding: "zstd" });
    expect(again).toMatchObject({ alreadyLoaded: true, load: { loadId: first.loadId } });
  });

  test("the same bytes on another day are that load, and no second object of the lake", async () => {
    const body = ndjson(events(10));
    const { deps } = worker;
    const objects = async () => {
      const names: string[] = [];
      for await (const { name } of deps.lake.list("raw/events/")) names.push(name);
      return names;
    };
    const first = await load(deps, body);
    const before = await objects();
    const tomorrow = { ...deps, now: () => deps.now().add({ hours: 24 }) };
    expect(await upload(tomorrow, body)).toMatchObject({ alreadyLoaded: true, load: { loadId: first.loadId } });
    expect(await objects()).toEqual(before);
  });

  test("a bad line is a reject with its reason and its bytes; its neighbours are loaded", async () => {
    const bad = JSON.stringify(anEvent({ event_id: "123e4567-e89b-12d3-a456-9ghi12345678" }));
    const done = await load(worker.deps, ndjson([anEvent(), bad, anEvent()]));
    expect(done).toMatchObject({ status: "partial", rows: { total: 3, inserted: 2, rejected: 1 } });
    const [reject] = await listRejects(worker.deps.database, done.loadId, { limit: 10 });
    expect(reject).toMatchObject({ line: 2, pointer: "/event_id", raw: bad });
  });

  test("sixteen equal uploads at once are one load", async () => {
    const body = ndjson(events(50));
    const all = await Promise.all(Array.from({ length: 16 }, () => upload(worker.deps, body)));
    expect(new Set(all.map((each) => each.load.loadId)).size).toBe(1);
    expect(all.filter((each) => !each.alreadyLoaded)).toHaveLength(1);
    const done = await loaded(worker.deps.database, all[0]!.load.loadId);
    expect(done.rows).toMatchObject({ total: 50, inserted: 50 });
    const { rows } = await worker.deps.database.query(
      "select action from audit where object_id = $1 and action = 'load.accepted'",
      [done.loadId],
    );
    expect(rows).toHaveLength(1);
  });

  test("rejects for want of a time zone are replayed with one, each line once", async () => {
    const naive = { event_timestamp: "2026-07-01T12:00:00" };
    const first = await load(worker.deps, ndjson([anEvent(naive), anEvent(), anEvent(naive)]));
    expect(first.rows).toMatchObject({ inserted: 1, rejected: 2 });
    const deps = acceptDeps(worker.deps);
    const order = { loadId: first.loadId, only: "rejects", timeZone: "Europe/Amsterdam", requestedBy: "test" } as const;
    const replay = await replayLoad(deps, order);
    const done = await loaded(worker.deps.database, replay.loadId);
    expect(done).toMatchObject({ status: "succeeded", replayOf: first.loadId, rows: { total: 2, inserted: 2 } });
    const rejects = await listRejects(worker.deps.database, first.loadId, { limit: 10 });
    expect(rejects.map((each) => each.replayedBy)).toEqual([done.loadId, done.loadId]);
    await expect(replayLoad(deps, order)).rejects.toMatchObject({ code: "load.no_rejects" });
  });

  test("a load of a type that is registered later is replayed as a whole, and what was there changes nothing", async () => {
    const type = `Thing${randomUUID().slice(0, 8)}`;
    const first = await load(worker.deps, ndjson([anEvent(), anEvent({ event_type: type })]));
    expect(first.rows).toMatchObject({ inserted: 1, rejected: 1 });
    await worker.deps.database.query(
      `insert into event_schema (event_type, schema_version, json_schema, registered_by) values ($1, 1, '{}', 'test')`,
      [type],
    );
    const replay = await replayLoad(acceptDeps(worker.deps), {
      loadId: first.loadId,
      only: "all",
      requestedBy: "test",
    });
    const done = await loaded(worker.deps.database, replay.loadId);
    expect(done).toMatchObject({ status: "succeeded", rows: { total: 2, inserted: 1, duplicate: 1 } });
  });

  test("a load that is asked to stop keeps what is committed, and goes on when its bytes come again", async () => {
    const body = ndjson(events(300));
    const held = await hold(worker, body);
    expect(held.stopped).toMatchObject({ status: "failed", errorCode: "load.cancelled" });
    expect(held.stopped.rows.total).toBeLessThan(300);
    const again = await upload(worker.deps, body);
    expect(again).toMatchObject({ alreadyLoaded: false, load: { loadId: held.stopped.loadId } });
    const done = await loaded(worker.deps.database, held.stopped.loadId);
    expect(done).toMatchObject({ status: "succeeded", rows: { total: 300, inserted: 300 } });
  });

  test("a feed of members is loaded; the same again is the same load, and an older one after a newer one is new", async () => {
    const feed = (name: string) => `user_id,name,email,country\n${userId},${name},a@example.org,NL\n`;
    const userId = randomUUID();
    const order = { dataset: "users", mediaType: "text/csv" } as const;
    const first = await load(worker.deps, feed("Alice"), order);
    expect(first).toMatchObject({ status: "succeeded", rows: { total: 1, inserted: 1 } });
    expect(await upload(worker.deps, feed("Alice"), order)).toMatchObject({ alreadyLoaded: true });
    expect((await load(worker.deps, feed("Alicia"), order)).rows).toMatchObject({ updated: 1 });
    const back = await load(worker.deps, feed("Alice"), order);
    expect(back.loadId).not.toBe(first.loadId);
    expect(back.rows).toMatchObject({ updated: 1 });
  });
});

const small = { lanes: 2, chunkLines: 50, lineMaxBytes: 1_048_576 };

async function batchesOf({ deps }: TestWorker, loadId: string): Promise<number> {
  const { rows } = await deps.database.query("select from batch where load_id = $1", [loadId]);
  return rows.length;
}

/** Asks a load to stop between two of its chunks. */
async function hold(worker: TestWorker, body: string) {
  const { load } = await upload({ ...worker.deps, queues: { ...worker.deps.queues, enqueue: never } }, body);
  await worker.deps.database.transaction((tx) => requestCancel(tx, load.loadId));
  return { stopped: await loaded(worker.deps.database, load.loadId) };
}

function never(): Promise<never> {
  return Promise.reject(new Error("the queue is away"));
}
