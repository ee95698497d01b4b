// A run from its request to its end: what it changes, what it leaves, what it tells.
import { randomUUID } from "node:crypto";
import { findEvent, listEventVersions } from "@almanac/db/events";
import { listLoads } from "@almanac/db/loads";
import { readTally } from "@almanac/db/reprocess/runs";
import type { EventId, LoadId } from "@almanac/domain/ids";
import { requestRevert } from "@almanac/usecases/reprocess/request-run";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load, loaded, ndjson } from "../../testing/loads.ts";
import {
  aScan,
  ask,
  fillsBarcodeType,
  ranToEnd,
  registerVersion,
  reprocess,
  scans,
  steerDeps,
} from "../../testing/runs.ts";
import { queueBackends, testWorker, type TestWorker } from "../../testing/worker.ts";

const small = { chunkEvents: 20, rangeEvents: 40 };

interface EventRow {
  event_id: string;
  version: number;
  revision: number;
  metadata: Record<string, unknown>;
  received: Record<string, unknown> | null;
  schema_version: number;
  received_schema_version: number | null;
}

describe.each(await queueBackends("reprocess runs"))("with the queue on $kind", ({ queue }) => {
  let worker: TestWorker;
  beforeAll(async () => {
    worker = await testWorker({ ...queue, settings: { reprocess: small } });
  });
  afterAll(() => worker.close());

  const eventsOf = async (table: "events" | "event_history", ids: readonly unknown[]) =>
    (
      await worker.deps.database.query<EventRow>(
        `select event_id, version, revision, metadata, received, schema_version, received_schema_version
         from ${table} where event_id = any($1) order by event_id, version, revision`,
        [ids],
      )
    ).rows;

  /** A type of the test's own with a few events of its first version. */
  async function typeWith(events: Record<string, unknown>[], steps = fillsBarcodeType, schema = {}) {
    const { deps } = worker;
    const type = `Scan${randomUUID().slice(0, 8)}`;
    await registerVersion(deps.database, type, 1);
    const lines = events.map((event) => ({ ...event, event_type: type }));
    const { loadId } = await load(deps, ndjson(lines));
    await registerVersion(deps.database, type, 2, { steps, schema });
    return { type, loadId, ids: events.map((event) => event["event_id"] as EventId) };
  }

  test("a preview tells what a run would change and changes nothing; published, it does just that", async () => {
    const { deps } = worker;
    const filled = aScan({ metadata: { barcode_type: "EAN", scanner_location: "South" } });
    const { type, ids } = await typeWith([...scans(100), filled]);
    const before = await eventsOf("events", ids);
    const preview = await reprocess(deps, { eventType: type, mode: "preview" });
    expect(preview).toMatchObject({
      status: "succeeded",
      rows: { scanned: 101, changed: 100, unchanged: 1, failed: 0 },
    });
    expect(await eventsOf("events", ids)).toEqual(before);
    const tally = await readTally(deps.database, preview.runId);
    expect(tally.fields).toEqual({ "/metadata/barcode_type": { added: 100, removed: 0, replaced: 0 } });
    expect(tally.sample).toHaveLength(10);
    expect(tally.sample[0]).toMatchObject({
      patch: [
        { op: "add", path: "/metadata/barcode_type", value: "QR" },
        { op: "replace", path: "/schema_version", value: 2 },
      ],
    });
    const published = await reprocess(deps, { eventType: type });
    expect(published).toMatchObject({ status: "succeeded", rows: preview.rows, progress: 1 });
    expect(published.upcasts).toEqual([
      { schema_version: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ]);
    const after = await eventsOf("events", ids);
    expect(after.filter(({ revision }) => revision === 2)).toHaveLength(100);
    for (const event of after) {
      if (event.event_id === filled["event_id"]) continue;
      expect(event).toMatchObject({
        version: 1,
        metadata: { scanner_location: "North / 3", barcode_type: "QR" },
        received: { scanner_location: "North / 3" },
        schema_version: 2,
        received_schema_version: 1,
      });
    }
    expect(await eventsOf("event_history", ids)).toEqual(
      before.filter(({ event_id }) => event_id !== filled["event_id"]),
    );
    expect(await reprocess(deps, { eventType: type, selection: "all" })).toMatchObject({ rows: { changed: 0 } });
  });

  test("the same line again is a duplicate, another content a conflict, whatever a run made of it", async () => {
    const { deps } = worker;
    const event = aScan();
    const { type } = await typeWith([event]);
    await reprocess(deps, { eventType: type });
    const again = { ...event, event_type: type };
    const other = { ...again, metadata: { scanner_location: "North / 3", barcode_type: "QR" } };
    const { rows } = await load(deps, ndjson([again, other]));
    expect(rows).toMatchObject({ duplicate: 1, conflict: 1 });
    const newer = await load(deps, ndjson([{ ...again, version: 2 }, again, other]));
    expect(newer.rows).toMatchObject({ updated: 1, duplicate: 1, conflict: 1 });
    expect(await eventsOf("event_history", [event["event_id"]])).toMatchObject([
      { version: 1, revision: 1, received: null },
      { version: 1, revision: 2, received: { scanner_location: "North / 3" } },
    ]);
  });

  test("what cannot be interpreted stays as it is and is told, each time that it is tried", async () => {
    const { deps } = worker;
    const odd = aScan({ metadata: { gate: 7 } });
    const { type, ids } = await typeWith(
      [...scans(3), odd],
      [{ op: "rename", path: "/scanner_location", to: "/gate" }],
      { properties: { gate: { type: "string" } } },
    );
    const [clash] = ids;
    await worker.deps.database.query(
      `update events set metadata = '{"scanner_location": "North", "gate": "South"}' where event_id = $1`,
      [clash],
    );
    const first = await reprocess(deps, { eventType: type });
    expect(first).toMatchObject({ status: "partial", rows: { scanned: 4, changed: 2, unchanged: 1, failed: 1 } });
    const { failures, sample } = await readTally(deps.database, first.runId);
    expect(failures).toEqual({ "upcast.target_exists /metadata/gate": 1 });
    expect(sample.filter((item) => "failure" in item)).toMatchObject([{ event_id: clash, version: 1 }]);
    expect(await eventsOf("events", [clash])).toMatchObject([{ revision: 1, schema_version: 1 }]);
    expect(await reprocess(deps, { eventType: type, selection: "failed" })).toMatchObject({
      status: "partial",
      rows: { scanned: 1, failed: 1 },
    });
  });

  test("what breaks a new schema's own rules has failed; a run over the failed brings it under one that allows it", async () => {
    const { deps } = worker;
    const { type, ids } = await typeWith(scans(2), fillsBarcodeType, {
      properties: { barcode_type: { enum: ["EAN"] } },
    });
    const run = await reprocess(deps, { eventType: type });
    expect(run).toMatchObject({ status: "partial", rows: { failed: 2 } });
    expect((await readTally(deps.database, run.runId)).failures).toEqual({
      "event.schema_violation /metadata/barcode_type": 2,
    });
    await registerVersion(deps.database, type, 3);
    const failed = { eventType: type, selection: "failed" } as const;
    expect(await reprocess(deps, failed)).toMatchObject({ status: "succeeded", rows: { scanned: 2, changed: 2 } });
    expect(await eventsOf("events", ids)).toMatchObject([
      { revision: 2, schema_version: 3, metadata: { barcode_type: "QR" } },
      { revision: 2, schema_version: 3 },
    ]);
    // They are not what failed any more.
    expect(await reprocess(deps, failed)).toMatchObject({ rows: { scanned: 0 } });
  });

  test("numbers that no double holds go through a run, and through what it tells, with all their digits", async () => {
    const { deps } = worker;
    const event = aScan();
    const line = ndjson([event]).replace('"North / 3"', "12345678901234567890.125");
    const type = `Scan${randomUUID().slice(0, 8)}`;
    await registerVersion(deps.database, type, 1);
    await load(deps, line.replace("BarcodeScanned", type));
    await registerVersion(deps.database, type, 2, {
      steps: [{ op: "rename", path: "/scanner_location", to: "/gate" }],
    });
    const run = await reprocess(deps, { eventType: type });
    const { rows } = await deps.database.query<{ metadata: string; sample: string }>(
      `select metadata::text, (select sample::text from reprocess_range where run_id = $2) as sample
       from events where event_id = $1`,
      [event["event_id"], run.runId],
    );
    expect(rows[0]).toMatchObject({
      metadata: '{"gate": 12345678901234567890.125}',
      sample: expect.stringContaining("12345678901234567890.125") as string,
    });
  });

  test("a range of time, a load and a list of ids take their own events alone", async () => {
    const { deps } = worker;
    const may = scans(3);
    const june = scans(4).map((event) => ({ ...event, event_timestamp: "2026-06-01T00:00:00Z" }));
    const { type, ids, loadId } = await typeWith([...may, ...june]);
    const { loadId: other } = await load(
      deps,
      ndjson(scans(2).map((event) => ({ ...event, event_type: type, schema_version: 1 }))),
    );
    const count = async (own: Parameters<typeof ask>[1]) =>
      (await reprocess(deps, { eventType: type, mode: "preview", ...own })).rows.scanned;
    expect(await count({ from: "2026-06-01T00:00:00Z" })).toBe(4);
    expect(await count({ to: "2026-06-01T00:00:00Z" })).toBe(5);
    expect(await count({ loadId })).toBe(7);
    expect(await count({ loadId: other })).toBe(2);
    expect(await count({ eventIds: [ids[0]!, randomUUID() as EventId] })).toBe(1);
    // An event is its load's whatever runs have written it since.
    await reprocess(deps, { eventType: type, eventIds: ids.slice(0, 2) });
    expect(await count({ loadId, selection: "all" })).toBe(7);
    await expect(ask(deps, { eventType: type, loadId: randomUUID() as LoadId })).rejects.toMatchObject({
      code: "load.not_found",
    });
    await expect(ask(deps, { eventType: "Nothing" })).rejects.toMatchObject({ code: "schema.not_found" });
  });

  test("rejects whose reason is cured come in by one run, with the time at which they were received first", async () => {
    const { deps } = worker;
    const type = `Late${randomUUID().slice(0, 8)}`;
    const lines: Record<string, unknown>[] = scans(8).map((event, place) => ({
      ...event,
      event_type: place < 5 ? type : `Other${type}`,
    }));
    const first = await load(deps, ndjson([...lines, "no event"]));
    expect(first.rows).toMatchObject({ rejected: 9 });
    await registerVersion(deps.database, type, 1);
    const preview = await reprocess(deps, { eventType: type, mode: "preview" });
    expect(preview).toMatchObject({ rejects: { would_pass: 5 }, rows: { scanned: 0 } });
    const run = await reprocess(deps, { eventType: type });
    expect(run).toMatchObject({ status: "succeeded", rejects: { replayed: 9, passed: 5 } });
    const replay = (await listLoads(deps.database, { limit: 100, channels: ["replay"] })).find(
      ({ replayOf }) => replayOf === first.loadId,
    );
    expect(replay).toMatchObject({ requestedBy: `run:${run.runId}`, rows: { inserted: 5, rejected: 4 } });
    const event = await findEvent(deps.database, lines[0]!["event_id"] as EventId, null);
    expect(event).toMatchObject({ loadId: replay!.loadId, receivedAt: first.requestedAt });
    expect(event!.recordedAt > event!.receivedAt).toBe(true);
    // What still is no event waits in the replay; nothing is replayed twice.
    expect(await reprocess(deps, { eventType: type })).toMatchObject({ rejects: { replayed: 0, passed: 0 } });
    await loaded(deps.database, replay!.loadId);
  });

  test("a run that takes another one back gives each event what it was, but for those that something newer came for", async () => {
    const { deps } = worker;
    const events = scans(50);
    const { type, ids } = await typeWith(events);
    const before = await eventsOf("events", ids);
    const run = await reprocess(deps, { eventType: type });
    const renewed = { ...events[0], event_type: type, version: 2 };
    await load(deps, ndjson([renewed]));
    const asOf = (await findEvent(deps.database, ids[1]!, null))!.recordedAt;
    const revert = await requestRevert(steerDeps(deps), { runId: run.runId, reason: "wrong", requestedBy: "test" });
    await expect(
      requestRevert(steerDeps(deps), { runId: run.runId, reason: null, requestedBy: "test" }),
    ).rejects.toMatchObject({ code: "reprocess.already_reverted" });
    expect(await ranToEnd(deps.database, revert.runId)).toMatchObject({
      status: "succeeded",
      reverts: run.runId,
      rows: { scanned: 49, changed: 49 },
    });
    const after = await eventsOf("events", ids);
    for (const event of before) {
      const now = after.find(({ event_id }) => event_id === event.event_id);
      if (event.event_id === events[0]!["event_id"]) expect(now).toMatchObject({ version: 2, revision: 1 });
      else expect(now).toEqual({ ...event, revision: 3 });
    }
    expect(await findEvent(deps.database, ids[1]!, { asOf })).toMatchObject({ revision: 2, runId: run.runId });
    expect(await listEventVersions(deps.database, ids[1]!, { limit: 10 })).toMatchObject([
      { version: 1, revision: 3, runId: revert.runId, supersededAt: null },
      { version: 1, revision: 2, runId: run.runId },
      { version: 1, revision: 1, runId: null },
    ]);
    // What was taken back may be done again, and taken back again.
    expect(await reprocess(deps, { eventType: type })).toMatchObject({ rows: { changed: 49 } });
  });
});
