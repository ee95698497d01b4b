// kill -9 at every named point of a load's life: whoever goes on afterwards comes to exactly the same end. From point to
// point another queue and another lake are behind it.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@almanac/db/database";
import { listLoads } from "@almanac/db/loads";
import { digestTables } from "@almanac/db/rebuild/digest";
import { testDatabase } from "@almanac/db/testing";
import { openLake } from "@almanac/lake/open";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { acceptLoad } from "@almanac/usecases/accept-load";
import { runLoad } from "@almanac/usecases/run-load";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lakes } from "../../testing/lakes.ts";
import { startLoadProcess } from "../../testing/load-processes.ts";
import { expectLaw, mixedLines, ndjson, once } from "../../testing/loads.ts";
import { queueBackends } from "../../testing/worker.ts";

const body = ndjson(mixedLines(400));
const settings = { lanes: 2, chunkLines: 40, lineMaxBytes: 1_048_576 };
const signal = new AbortController().signal;
const now = () => Temporal.Now.instant();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "almanac-killed-"));
  await writeFile(join(folder, "body"), body);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const [backends, zones] = [await queueBackends("loads that are killed"), await lakes()];
const quiet = { enqueue: () => Promise.resolve("") };

/** The n-th place: a database of its own, an empty lake, and where jobs go. */
async function place(n: number) {
  const { url, close } = await testDatabase();
  const database = await openDatabase({ url, onConnectionError: () => undefined });
  const lakeUrl = await zones[n % zones.length]!.fresh();
  const lake = openLake(lakeUrl);
  const { queueUrl = url } = backends[n % backends.length]!.queue;
  const prefix = `test_${randomBytes(6).toString("hex")}`;
  const accept = (queues: Pick<Queues, "enqueue"> = quiet) =>
    acceptLoad(
      { database, lake, now, queues, onWakeFailed: () => undefined },
      {
        body: once(Buffer.from(body)),
        dataset: "events",
        channel: "upload",
        mediaType: "application/x-ndjson",
        timeZone: null,
        requestedBy: "test",
      },
    );
  return {
    at: { url, lakeUrl, queueUrl, prefix },
    database,
    accept,
    /** Takes the body in and wakes whoever takes jobs here. */
    async enqueue() {
      const queues = await connectQueues({ url: queueUrl, prefix, log: { info() {}, warn() {}, error() {} } });
      const accepted = await accept(queues);
      await queues.close();
      return accepted;
    },
    run: (loadId: Awaited<ReturnType<typeof accept>>["load"]["loadId"]) =>
      runLoad({ database, lake, now, settings }, { loadId, signal }),
    async [Symbol.asyncDispose]() {
      await lake.close();
      await database.close();
      await close();
    },
  };
}

/** Current versions, history and rejects: what must not depend on how often a load was killed. */
async function contentOf(database: Database) {
  const { rows } = await database.query(
    `select (select jsonb_agg(to_jsonb(e) - 'batch_id' order by event_id) from events e) as events,
       (select jsonb_agg(to_jsonb(h) - 'batch_id' - 'superseded_batch_id' order by event_id, version)
        from event_history h) as history,
       (select jsonb_agg(to_jsonb(r) - 'load_id' order by line) from reject r) as rejects`,
  );
  return rows[0];
}

async function undisturbed() {
  await using there = await place(0);
  const { load } = await there.accept();
  const done = await there.run(load.loadId);
  return { rows: done.rows, status: done.status, content: await contentOf(there.database) };
}
const expected = Promise.withResolvers<Awaited<ReturnType<typeof undisturbed>>>();
beforeAll(async () => expected.resolve(await undisturbed()));

test("the lines that are struck come to every outcome there is", async () => {
  const { rows } = await expected.promise;
  for (const count of Object.values(rows)) expect(count).toBeGreaterThan(0);
});

const runPoints = [
  ["claimed", 1],
  ["parse", 1],
  ["copy-half", 2],
  ["copy-end", 3],
  ["merge", 2],
  ["history", 4],
  ["before-commit", 3],
  ["after-commit", 2],
  ["before-ack", 1],
] as const;
test.each(runPoints)("a worker that is killed at %s loses nothing and doubles nothing", async (point, times) => {
  await using there = await place(runPoints.findIndex(([each]) => each === point));
  const { load } = await there.enqueue();
  const child = startLoadProcess({ ...there.at, kind: "work", load: settings, ...struck(point, times) });
  expect(await child.ended).toBe("SIGKILL");
  const done = await there.run(load.loadId);
  const { status, rows, content } = await expected.promise;
  expectLaw(done);
  expect(done).toMatchObject({ status, rows });
  expect(await contentOf(there.database)).toEqual(content);
  const batches = (await digestTables(there.database)).find(({ table }) => table === "batch");
  expect(batches?.rows).toBeGreaterThan(8);
});

const acceptPoints = ["raw-opened", "raw-half", "raw-fsynced", "raw-renamed", "manifest-inserted", "accepted"];
test.each(acceptPoints)(
  "who is killed at %s while a body is taken in leaves nothing half-visible; taking it in again is one load",
  async (point) => {
    await using there = await place(acceptPoints.indexOf(point));
    const path = join(folder, "body");
    const child = startLoadProcess({ ...there.at, kind: "accept", path, load: settings, ...struck(point, 1) });
    expect(await child.ended).toBe("SIGKILL");
    const { load, alreadyLoaded } = await there.accept();
    expect(alreadyLoaded).toBe(["manifest-inserted", "accepted"].includes(point));
    expect(await listLoads(there.database, { limit: 10 })).toHaveLength(1);
    const done = await there.run(load.loadId);
    const { status, rows, content } = await expected.promise;
    expect(done).toMatchObject({ status, rows });
    expect(await contentOf(there.database)).toEqual(content);
  },
);

function struck(point: string, times: number) {
  return { point, times, strike: "kill" as const };
}
