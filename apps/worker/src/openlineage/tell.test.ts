// Nothing is lost and nothing is told twice needlessly: whatever ends while nobody tells, whoever dies, whatever is away.
import { randomUUID } from "node:crypto";
import { readRelations } from "@almanac/db/catalogue/relations";
import { type Database, openDatabase } from "@almanac/db/database";
import { claimLoad, failLoad, finishLoad } from "@almanac/db/load-claims";
import { reopenLoad } from "@almanac/db/loads";
import { claimSender } from "@almanac/db/openlineage/sender";
import { insertSync } from "@almanac/db/syncs";
import { testDatabase } from "@almanac/db/testing";
import { eventOf, loadEvents, writeLoad } from "@almanac/db/testing/events";
import { AppError } from "@almanac/domain/errors";
import type { LoadId, LocationId } from "@almanac/domain/ids";
import { createLog } from "@almanac/process/log";
import { afterEach, beforeEach, expect, test } from "vitest";
import { datasetsOf } from "./datasets.ts";
import type { RunEvent } from "./document.ts";
import { runIdOf } from "./plan.ts";
import { tell, type TellDeps } from "./tell.ts";

let clone: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let sent: RunEvent[];
/** What the endpoint does with the n-th event of a test, from 0. */
let endpoint: (nth: number) => "taken" | "refused" | "away";
let deps: TellDeps;

beforeEach(async () => {
  clone = await testDatabase();
  database = await openDatabase({ url: clone.url });
  sent = [];
  endpoint = () => "taken";
  deps = await teller();
});
afterEach(async () => {
  await database.close();
  await clone.close();
});

async function teller(): Promise<TellDeps> {
  const naming = { namespace: "almanac", databaseUrl: "postgres://user:secret@db.example:5433/almanac" };
  return {
    database,
    token: randomUUID(),
    log: createLog({ name: "test", level: "silent", format: "json" }),
    documents: {
      namespace: naming.namespace,
      datasets: datasetsOf(await readRelations(database), naming),
      now: () => Temporal.Instant.from("2026-11-22T04:00:00Z"),
    },
    transport: {
      target: "the test",
      send(event) {
        const verdict = endpoint(sent.length);
        if (verdict === "away") {
          const error = new AppError("unavailable", { code: "openlineage.unavailable", detail: "It is away." });
          return Promise.reject(error);
        }
        sent.push(event);
        return Promise.resolve(verdict);
      },
      close: () => Promise.resolve(),
    },
  };
}

const round = (by = deps) => tell(by, new AbortController().signal);
const told = () => sent.map(({ eventType, run }) => `${eventType} ${run.runId}`);
const rowsTold = async () =>
  (await database.query<{ n: number }>("select count(*)::int as n from openlineage_told")).rows[0]!.n;

test("a load is told with what it read and wrote, once", async () => {
  const { loadId } = await loadEvents(database, [[eventOf(1), eventOf(2), eventOf(1)], [eventOf(1, 2)]]);
  expect(await round()).toBe(2);
  expect(told()).toEqual([`START ${loadId}`, `COMPLETE ${loadId}`]);
  const complete = sent[1]!;
  expect(complete.job).toMatchObject({ namespace: "almanac", name: "event-load.events" });
  expect(complete.inputs).toMatchObject([{ namespace: "file", inputFacets: { inputStatistics: { rowCount: 4 } } }]);
  const outputs = complete.outputs.map(({ namespace, name, outputFacets }) => [
    namespace,
    name,
    outputFacets?.["outputStatistics"]?.["rowCount"],
  ]);
  expect(outputs).toEqual(
    [
      ["almanac.public.events", 3],
      ["almanac.public.event_history", 1],
      ["almanac.public.reject", 0],
      ["almanac.public.users", undefined],
      ["almanac.public.tickets", undefined],
      ["almanac.public.articles", undefined],
    ].map((output) => ["postgres://db.example:5433", ...output]),
  );
  expect(JSON.stringify(sent)).not.toContain("secret");
  expect(await round()).toBe(0);
});

test("what runs is told as begun, then once a minute, then its end", async () => {
  const { loadId } = await writeLoad(database);
  expect(await round()).toBe(0);
  const { fence } = (await claimLoad(database, loadId, { lanes: 1, schemas: {} }))!;
  await round();
  expect(await round()).toBe(0);
  await database.query("update openlineage_told set told_at = told_at - interval '61 seconds'");
  await round();
  expect(await round()).toBe(0);
  await finishLoad(database, loadId, fence, { total: 0 });
  await round();
  expect(told()).toEqual([`START ${loadId}`, `RUNNING ${loadId}`, `COMPLETE ${loadId}`]);
});

test("an endpoint that is away loses nothing: what it took is not sent again, the rest is", async () => {
  const loads = await Promise.all([1, 2, 3].map((n) => loadEvents(database, [[eventOf(n)]])));
  endpoint = (nth) => (nth < 3 ? "taken" : "away");
  await expect(round()).rejects.toMatchObject({ code: "openlineage.unavailable" });
  expect(sent).toHaveLength(3);
  // A load that was told half is told again from its beginning.
  endpoint = () => "taken";
  await round();
  for (const { loadId } of loads) {
    expect(told()).toContain(`COMPLETE ${loadId}`);
  }
  expect(sent).toHaveLength(7);
  expect(new Set(told()).size).toBe(6);
});

test("an event that is refused for ever holds up nobody", async () => {
  await loadEvents(database, [[eventOf(1)]]);
  const { loadId } = await loadEvents(database, [[eventOf(2)]]);
  endpoint = (nth) => (nth < 2 ? "refused" : "taken");
  await round();
  expect(told().slice(2)).toEqual([`START ${loadId}`, `COMPLETE ${loadId}`]);
  expect(await round()).toBe(0);
});

test("a worker that dies before it writes down what it told tells the same again", async () => {
  const { loadId } = await loadEvents(database, [[eventOf(1)]]);
  await round();
  const first = structuredClone(sent);
  await database.query("truncate openlineage_told");
  await round();
  expect(sent.slice(2)).toEqual(first);
  expect(told().slice(2)).toEqual([`START ${loadId}`, `COMPLETE ${loadId}`]);
});

test("two workers: one tells, the other waits until that one is done or its lease has ended", async () => {
  await loadEvents(database, [[eventOf(1)]]);
  const other = await teller();
  expect(await claimSender(database, other.token, 30_000)).not.toBeNull();
  expect(await round()).toBe(0);
  await database.query("update openlineage_sender set lease_expires_at = clock_timestamp() - interval '1 second'");
  expect(await round()).toBe(2);
  expect(await round(other)).toBe(0);
});

test("a worker that lost its lease writes nothing down over the other's word", async () => {
  const { loadId } = await loadEvents(database, [[eventOf(1)]]);
  const other = await teller();
  endpoint = () => {
    // Stopped in the middle of sending, and taken over meanwhile.
    endpoint = () => "taken";
    return "taken";
  };
  const send = deps.transport.send.bind(deps.transport);
  deps = {
    ...deps,
    transport: {
      ...deps.transport,
      async send(event, signal) {
        await database.query("update openlineage_sender set lease_token = $1", [other.token]);
        return send(event, signal);
      },
    },
  };
  await round();
  expect(await rowsTold()).toBe(0);
  await round(other);
  expect(told().slice(2)).toEqual([`START ${loadId}`, `COMPLETE ${loadId}`]);
});

test("a failed load that goes on is another run", async () => {
  const { loadId } = await writeLoad(database);
  await failLoad(database, loadId, null, { code: "lake.corrupt", detail: "Bytes differ." });
  await round();
  expect(sent.at(-1)?.run.facets["errorMessage"]).toMatchObject({ message: "lake.corrupt: Bytes differ." });
  await settle();
  await database.transaction((tx) => reopenLoad(tx, loadId));
  expect(await round()).toBe(0);
  const { fence } = (await claimLoad(database, loadId, { lanes: 1, schemas: {} }))!;
  await finishLoad(database, loadId, fence, { total: 0 });
  await round();
  const again = runIdOf(loadId, 2);
  expect(told()).toEqual([`START ${loadId}`, `FAIL ${loadId}`, `START ${again}`, `COMPLETE ${again}`]);
});

test("a cancelled load is told as aborted", async () => {
  const { loadId } = await writeLoad(database);
  await failLoad(database, loadId, null, { code: "load.cancelled", detail: "The load was cancelled." });
  await round();
  expect(told()).toEqual([`START ${loadId}`, `ABORT ${loadId}`]);
});

test("a sync is told, and an operator's word on what was held back is another run", async () => {
  const locationId = randomUUID() as LocationId;
  await database.query("insert into location (location_id) values ($1)", [locationId]);
  const { sync } = await database.transaction((tx) =>
    insertSync(tx, {
      trigger: "api",
      requestKey: null,
      requestedBy: "test",
      source: "offline",
      locationIds: [locationId],
      years: [2026],
    }),
  );
  const end =
    "update sync set status = $2, quarantined = $3, changed = $4, finished_at = clock_timestamp() where sync_id = $1";
  await database.query(end, [sync.syncId, "quarantined", 1, 0]);
  await round();
  await settle();
  await database.query("update sync set status = 'succeeded', quarantined = 0, changed = 1 where sync_id = $1", [
    sync.syncId,
  ]);
  await round();
  const again = runIdOf(sync.syncId, 2);
  expect(told()).toEqual([`START ${sync.syncId}`, `FAIL ${sync.syncId}`, `START ${again}`, `COMPLETE ${again}`]);
  expect(sent[1]?.run.facets["errorMessage"]?.["message"]).toBe("0 of 1 locations failed, 1 wait for an operator.");
  expect(sent[3]?.run.facets["errorMessage"]).toBeUndefined();
  expect(sent[0]?.outputs.map(({ name }) => name)).toContain("almanac.public.holiday");
});

test("a preview tells what it read, and what it writes when it is published is another run", async () => {
  const runId = randomUUID();
  await database.query(
    `insert into reprocess_run (run_id, event_type, selection, mode, trigger, to_version, requested_by, status, started_at,
       finished_at)
     values ($1, 'BarcodeScanned', 'outdated', 'preview', 'api', 2, 'test', 'succeeded', clock_timestamp(),
       clock_timestamp())`,
    [runId],
  );
  await database.query(
    `insert into reprocess_range (run_id, range_no, upto_id, scanned, changed, unchanged, failed, done)
     values ($1, 0, $1, 5, 3, 1, 1, true), ($1, 1, $1, 4, 2, 2, 0, true)`,
    [runId],
  );
  await round();
  await settle();
  const again = runIdOf(runId, 2);
  await database.query(
    "update reprocess_run set mode = 'publish', status = 'running', finished_at = null where run_id = $1",
    [runId],
  );
  await round();
  await database.query(
    "update reprocess_run set status = 'cancelled', finished_at = clock_timestamp() where run_id = $1",
    [runId],
  );
  await round();
  expect(told()).toEqual([`START ${runId}`, `COMPLETE ${runId}`, `START ${again}`, `ABORT ${again}`]);
  const [, preview, , publish] = sent;
  expect([preview?.job.name, publish?.job.name]).toEqual([
    "reprocess-preview.BarcodeScanned",
    "reprocess-publish.BarcodeScanned",
  ]);
  expect(preview?.inputs[0]?.inputFacets?.["inputStatistics"]).toMatchObject({ rowCount: 9 });
  expect(preview?.run.facets["errorMessage"]?.["message"]).toBe("1 of 9 events could not be interpreted anew.");
  expect(preview?.outputs).toEqual([]);
  expect(
    publish?.outputs.map(({ name, outputFacets }) => [name, outputFacets?.["outputStatistics"]?.["rowCount"]]),
  ).toEqual([
    ["almanac.public.events", 5],
    ["almanac.public.event_history", 5],
  ]);
});

test("what is told and settled is forgotten, and a slow load behind it is not", async () => {
  const slow = await writeLoad(database);
  await loadEvents(database, [[eventOf(1)]]);
  await loadEvents(database, [[eventOf(2)]]);
  await round();
  await settle();
  // Nothing is forgotten in front of what has not ended.
  expect(await rowsTold()).toBe(2);
  const { fence } = (await claimLoad(database, slow.loadId, { lanes: 1, schemas: {} }))!;
  await finishLoad(database, slow.loadId, fence, { total: 0 });
  await round();
  await settle();
  expect(await rowsTold()).toBe(0);
  const count = sent.length;
  expect(await round()).toBe(0);
  expect(count).toBe(6);
});

test("a number that commits late is told all the same", async () => {
  // Its transaction is open while higher ones are told and forgotten.
  const late = await database.pool.connect();
  const lateId = randomUUID() as LoadId;
  try {
    await late.query("begin");
    await late.query(
      `insert into load (load_id, dataset, channel, content_sha256, media_type, bytes, stored_bytes, raw_uri, requested_by,
         received_at, status, started_at, finished_at)
       values ($1, 'events', 'post', decode(repeat('ab', 32), 'hex'), 'application/x-ndjson', 1, 1, 'file:late', 'test',
         clock_timestamp(), 'succeeded', clock_timestamp(), clock_timestamp())`,
      [lateId],
    );
    await loadEvents(database, [[eventOf(1)]]);
    await round();
    await round();
    await late.query("commit");
  } finally {
    late.release();
  }
  await round();
  expect(told()).toContain(`COMPLETE ${lateId}`);
});

test("the first time begins with the last day", async () => {
  const old = await loadEvents(database, [[eventOf(1)]]);
  await database.query("update load set requested_at = requested_at - interval '25 hours'");
  const { loadId } = await loadEvents(database, [[eventOf(2)]]);
  await round();
  expect(told()).toEqual([`START ${loadId}`, `COMPLETE ${loadId}`]);
  expect(told().join()).not.toContain(old.loadId);
});

/** An hour later. */
async function settle(): Promise<void> {
  await database.query(
    ["load", "sync", "reprocess_run"]
      .map((table) => `update ${table} set requested_at = requested_at - interval '1 hour'`)
      .join("; "),
  );
  await round();
}
