// The raw zone holds enough: a database that is made from it alone equals the one that was lost, to the last instant.
import { randomUUID } from "node:crypto";
import { type Database, openDatabase } from "@almanac/db/database";
import { insertEventSchema, readEventSchemas } from "@almanac/db/event-schemas";
import { requestCancel } from "@almanac/db/loads";
import { testDatabase } from "@almanac/db/testing";
import type { MediaType } from "@almanac/domain/load/media";
import type { UpcastStep } from "@almanac/domain/schema/step";
import { compareDatabases } from "@almanac/usecases/compare";
import { exportJournal } from "@almanac/usecases/journal";
import { postEvents } from "@almanac/usecases/post-events";
import { rebuild } from "@almanac/usecases/rebuild";
import { replayLoad } from "@almanac/usecases/replay-load";
import { requestRevert } from "@almanac/usecases/reprocess/request-run";
import { endAsFailed } from "@almanac/usecases/run-load";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lakes } from "../../testing/lakes.ts";
import { anEvent, events, load, loaded, mixedLines, ndjson, upload } from "../../testing/loads.ts";
import { fillsBarcodeType, ranToEnd, registerVersion, reprocess, scans, steerDeps } from "../../testing/runs.ts";
import { testWorker, type TestWorker } from "../../testing/worker.ts";
import { acceptDeps } from "./sweep.ts";

const small = { lanes: 2, chunkLines: 40, lineMaxBytes: 1_048_576 };
const csv = { mediaType: "text/csv" as MediaType };

describe.each(await lakes())("from a lake on $kind", ({ fresh }) => {
  let worker: TestWorker;
  beforeAll(async () => {
    worker = await testWorker({
      lakeUrl: await fresh(),
      settings: { load: small, reprocess: { chunkEvents: 30, rangeEvents: 60 } },
    });
  });
  afterAll(() => worker.close());

  const post = (body: unknown) =>
    postEvents(worker.deps, {
      body: Buffer.from(JSON.stringify(body)),
      mediaType: "application/json",
      timeZone: null,
      requestedBy: "test",
    });

  /** Everything that can happen to a lake: concurrent loads of the same events, posts, feeds, replays, failures. */
  async function live(): Promise<void> {
    const { deps } = worker;
    const known = mixedLines(300);
    await load(deps, ndjson(known));
    const newer = known.map((line) => (typeof line === "string" ? line : { ...line, version: 5 }));
    await Promise.all([
      load(deps, ndjson(newer.toReversed())),
      load(deps, ndjson([...newer, ...events(100)])),
      post([anEvent(), known[0], { ...anEvent(), event_id: "none" }]),
    ]);
    const user = (name: string) => `user_id,name,email,country\n${userId},${name},a@example.org,NL\n,,,\n`;
    const userId = randomUUID();
    await load(deps, user("Alice"), { dataset: "users", ...csv });
    await load(deps, user("Alicia"), { dataset: "users", ...csv });
    await load(deps, user("Alice"), { dataset: "users", ...csv });
    await evolved();
    await replays();
    await stopped();
    await reopened();
    await reprocessed();
  }

  /** Runs over events that are loaded at the same time: one that fails for some, one that is taken back, one more. */
  async function reprocessed(): Promise<void> {
    const { deps } = worker;
    const type = `Scan${randomUUID().slice(0, 8)}`;
    await registerVersion(deps.database, type, 1);
    const lines = scans(200).map((event) => ({ ...event, event_type: type, schema_version: 1 }));
    const clashing = { scanner_location: "North", gate: "South" };
    await load(deps, ndjson(lines.map((line, place) => (place % 45 === 0 ? { ...line, metadata: clashing } : line))));
    await registerVersion(deps.database, type, 2, { steps: fillsBarcodeType });
    await registerVersion(deps.database, type, 3, {
      steps: [{ op: "rename", path: "/scanner_location", to: "/gate" }],
    });
    const own = { eventType: type };
    const [run] = await Promise.all([
      reprocess(deps, own),
      load(deps, ndjson(lines.slice(0, 80).map((line) => ({ ...line, version: 2 })))),
      load(deps, ndjson(lines.slice(60, 160).map((line) => ({ ...line, version: 3 })))),
    ]);
    await reprocess(deps, own);
    const revert = await requestRevert(steerDeps(deps), { runId: run.runId, reason: null, requestedBy: "test" });
    await ranToEnd(deps.database, revert.runId);
    const again = await reprocess(deps, { ...own, selection: "all" });
    expect(again.rows.changed + run.rows.changed).toBeGreaterThan(0);
    await reprocess(deps, { ...own, selection: "failed" });
  }

  /** Lines that a schema's defaults fill, before and after it came: judged again as they were judged then. */
  async function evolved(): Promise<void> {
    const { deps } = worker;
    const eventType = `Scanned${randomUUID().slice(0, 8)}`;
    const versions: UpcastStep[][] = [
      [],
      [{ op: "default", path: "/type", value: "QR" }],
      [
        { op: "move", path: "/type", to: "/barcode/type" },
        { op: "default", path: "/n", value: "\u00009007199254740993" },
      ],
    ];
    const lines = events(40, { event_type: eventType, metadata: { gate: "N" } });
    for (const [at, upcast] of versions.entries()) {
      const schema = {
        eventType,
        schemaVersion: at + 1,
        jsonSchema: { title: String(at) },
        compatibility: "backward" as const,
        upcast,
        upcastSha256: at === 0 ? null : "00".repeat(32),
        approvedBy: null,
        approvalReasons: null,
        registeredBy: "test",
      };
      await deps.database.transaction((tx) => insertEventSchema(tx, schema));
      const again = await load(deps, ndjson([...lines, ...events(20, { event_type: eventType, metadata: { at } })]));
      expect(again.rows).toMatchObject({ duplicate: at === 0 ? 0 : 40, conflict: 0 });
    }
    const { rows } = await deps.database.query<{ metadata: string; received: string | null }>(
      `select distinct metadata::text collate "C" as metadata, received::text from events where event_type = $1 order by 1`,
      [eventType],
    );
    expect(rows).toEqual([
      { metadata: '{"at": 0}', received: null },
      { metadata: '{"at": 1, "type": "QR"}', received: '{"at": 1}' },
      { metadata: '{"gate": "N"}', received: null },
      { metadata: '{"n": 9007199254740993, "at": 2, "barcode": {"type": "QR"}}', received: '{"at": 2}' },
    ]);
  }

  async function replays(): Promise<void> {
    const { deps } = worker;
    const type = `Thing${randomUUID().slice(0, 8)}`;
    const naive = anEvent({ event_timestamp: "2026-07-01T12:00:00", event_type: type });
    const first = await load(deps, ndjson([naive, anEvent(), "no event"]));
    await deps.database.query(
      `insert into event_schema (event_type, schema_version, json_schema, registered_by) values ($1, 1, '{}', 'test')`,
      [type],
    );
    const order = { loadId: first.loadId, timeZone: "Asia/Tokyo", requestedBy: "test" };
    for (const only of ["rejects", "all"] as const) {
      const replay = await replayLoad(acceptDeps(deps), { ...order, only });
      await loaded(deps.database, replay.loadId);
    }
  }

  async function stopped(): Promise<void> {
    const { deps } = worker;
    const quiet = { ...deps.queues, enqueue: () => Promise.reject(new Error("away")) };
    for (const goesOn of [false, true]) {
      const body = ndjson(events(200));
      const accepted = await upload({ ...deps, queues: quiet }, body);
      await deps.database.transaction((tx) => requestCancel(tx, accepted.load.loadId));
      expect((await loaded(deps.database, accepted.load.loadId)).errorCode).toBe("load.cancelled");
      if (goesOn) expect((await load(deps, body)).status).toBe("succeeded");
    }
  }

  /** Loads that went on after a failure which the raw zone tells of as if it were the last word. */
  async function reopened(): Promise<void> {
    const { deps } = worker;
    const quiet = { ...deps.queues, enqueue: () => Promise.reject(new Error("away")) };
    const ofEnds = (name: string) => name.startsWith("ends/");
    // One process died before it said that it opened the load again; another one's clock was an hour ahead.
    const dying = {
      ...deps.lake,
      putNamed: (name: string, body: Uint8Array) =>
        ofEnds(name) ? Promise.reject(new Error("dead")) : deps.lake.putNamed(name, body),
    };
    const hasty = () => deps.now().add({ hours: 1 });
    for (const how of ["dead", "ahead"]) {
      const body = ndjson(events(90));
      const {
        load: { loadId },
      } = await upload({ ...deps, queues: quiet }, body);
      await deps.database.transaction((tx) => requestCancel(tx, loadId));
      const error = { code: "load.cancelled", detail: "The load was cancelled." };
      if (how === "ahead") await endAsFailed({ ...deps, now: hasty }, loadId, null, error);
      expect((await loaded(deps.database, loadId)).errorCode).toBe("load.cancelled");
      const again = upload({ ...deps, queues: quiet, lake: how === "dead" ? dying : deps.lake }, body);
      expect(
        await again.then(
          () => "ahead",
          (error: unknown) => (error as Error).message,
        ),
      ).toBe(how);
      expect((await loaded(deps.database, loadId)).status).toBe("succeeded");
    }
  }

  async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
    const clone = await testDatabase();
    const database = await openDatabase({ url: clone.url, poolSize: 20, onConnectionError: () => undefined });
    try {
      return await work(database);
    } finally {
      await database.close();
      await clone.close();
    }
  }

  const deps = () => ({ lake: worker.lake, now: worker.deps.now, settings: small });

  test("a rebuilt database equals the one that was lost, table by table", async () => {
    await live();
    // The last of the journal is written when the worker ends in order.
    await worker.stop();
    await withDatabase(async (database) => {
      const summary = await rebuild({ ...deps(), database });
      expect(summary.batches).toBe(summary.batchesInJournal);
      expect(summary.batches).toBeGreaterThan(20);
      const tables = await compareDatabases(worker.deps.database, database);
      expect(tables.filter(({ isEqual }) => !isEqual)).toEqual([]);
      const filled = tables.filter(({ rows }) => rows > 0).map(({ table }) => table);
      expect(filled).toEqual(expect.arrayContaining(["events", "event_history", "reject", "users", "user_history"]));
      expect(filled).toEqual(expect.arrayContaining(["reprocess_run", "reprocess_range", "reprocess_failure"]));
      await expect(rebuild({ ...deps(), database })).rejects.toMatchObject({ code: "rebuild.not_empty" });
      // What commits next is written behind what was repeated.
      expect(await exportJournal({ database, lake: worker.lake })).toBe(0);
      await database.query(
        "update events set visit_date = '2026-01-01' where event_id = (select event_id from events limit 1)",
      );
      const wrong = (await compareDatabases(worker.deps.database, database)).filter(({ isEqual }) => !isEqual);
      expect(wrong.map(({ table }) => table)).toEqual(["events"]);
    });
  });

  test("what was accepted and is in no journal yet is loaded all the same", async () => {
    await worker.stop();
    const accepted = await upload(worker.deps, ndjson(events(60)));
    await withDatabase(async (database) => {
      const summary = await rebuild({ ...deps(), database });
      expect(summary.continued).toBe(1);
      expect((await loaded(database, accepted.load.loadId)).rows).toMatchObject({ total: 60, inserted: 60 });
    });
  });

  test("a post whose manifest was lost gets the one that it was judged by, not what would judge it today", async () => {
    const { deps } = worker;
    // Schemas that earlier tests registered are kept before the post; the process dies over the manifest.
    const dying: typeof deps.lake = {
      ...deps.lake,
      putNamed: (name, bytes) =>
        name.startsWith("manifests/") ? Promise.reject(new Error("dead")) : deps.lake.putNamed(name, bytes),
    };
    const judgedBy = Object.fromEntries(
      (await readEventSchemas(deps.database)).map(({ eventType, schemaVersion }) => [eventType, schemaVersion]),
    );
    const body = Buffer.from(ndjson([anEvent()]));
    const order = { body, mediaType: "application/x-ndjson", timeZone: null, requestedBy: "test" } as const;
    await expect(postEvents({ ...deps, lake: dying, lineMaxBytes: 5_000 }, order)).rejects.toThrow("dead");
    await deps.database.query(
      `insert into event_schema (event_type, schema_version, json_schema, registered_by)
       select event_type, schema_version + 1, json_schema, 'test' from event_schema where event_type = 'BarcodeScanned'`,
    );
    while ((await exportJournal({ database: deps.database, lake: deps.lake })) > 0);
    const { rows } = await deps.database.query<{ load_id: string }>(
      "select load_id from load where channel = 'post' and line_max_bytes = 5000",
    );
    const manifest = await deps.lake.getNamed(`manifests/${rows[0]!.load_id}.json`);
    expect(JSON.parse(Buffer.from(manifest!).toString())).toMatchObject({
      plan: { lanes: 1, line_max_bytes: 5_000, schemas: judgedBy },
    });
  });
});
