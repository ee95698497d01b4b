// What an operator's word does to a run that is under way, and what live loads of the same events do to it.
import { randomInt, randomUUID } from "node:crypto";
import { findRun } from "@almanac/db/reprocess/runs";
import type { RunPoint } from "@almanac/usecases/reprocess/deps";
import { proposeScheduled } from "@almanac/usecases/reprocess/propose-run";
import { cancelRun, pauseRun, publishPreview, resumeRun } from "@almanac/usecases/reprocess/steer-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { load, ndjson } from "../../testing/loads.ts";
import { ask, fillsBarcodeType, ranToEnd, registerVersion, reprocess, scans, steerDeps } from "../../testing/runs.ts";
import { queueBackends, testWorker, type TestWorker, until } from "../../testing/worker.ts";

describe.each(await queueBackends("steered reprocess runs"))("with the queue on $kind", ({ queue }) => {
  let worker: TestWorker;
  /** What happens at the points of the runs of a test. */
  let at: (point: RunPoint) => void | Promise<void>;
  beforeAll(async () => {
    worker = await testWorker({
      ...queue,
      settings: { reprocess: { chunkEvents: 10, rangeEvents: 50 }, reprocessConcurrency: 1 },
      reached: (point) => at(point as RunPoint),
    });
  });
  beforeEach(() => {
    at = () => undefined;
  });
  afterAll(() => worker.close());

  const word = (runId: Awaited<ReturnType<typeof ask>>["runId"]) => ({ runId, reason: "a test", actor: "test" });

  async function typeWith(count: number) {
    const { deps } = worker;
    const type = `Scan${randomUUID().slice(0, 8)}`;
    await registerVersion(deps.database, type, 1);
    const lines = scans(count).map((event) => ({ ...event, event_type: type, schema_version: 1 }));
    await load(deps, ndjson(lines));
    await registerVersion(deps.database, type, 2, { steps: fillsBarcodeType });
    return { type, lines };
  }

  /** Stops the next run before the commit of its third chunk, until it is let go. */
  function gateAtThird() {
    const there = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    let chunks = 0;
    at = async (point) => {
      if (point !== "upcast" || (chunks += 1) !== 3) return;
      there.resolve();
      await go.promise;
    };
    return { there: there.promise, go: () => go.resolve() };
  }

  const revised = async (type: string) =>
    (
      await worker.deps.database.query<{ count: number }>(
        "select count(*)::int as count from events where event_type = $1 and revision = 2",
        [type],
      )
    ).rows[0]!.count;

  test("paused, a run commits no further chunk; resumed, it goes on behind the last one", async () => {
    const { deps } = worker;
    const { type } = await typeWith(100);
    const gate = gateAtThird();
    const run = await ask(deps, { eventType: type });
    await gate.there;
    const paused = await pauseRun(steerDeps(deps), word(run.runId));
    expect(paused).toMatchObject({ status: "paused", finishedAt: null });
    gate.go();
    // The job ends: whoever would have gone on has seen that it may not.
    await until(async () => (await deps.queues.counts("reprocess-range")).active === 0);
    expect(await revised(type)).toBe(20);
    await expect(pauseRun(steerDeps(deps), word(run.runId))).rejects.toMatchObject({ code: "reprocess.paused" });
    await resumeRun(steerDeps(deps), word(run.runId));
    expect(await ranToEnd(deps.database, run.runId)).toMatchObject({
      status: "succeeded",
      rows: { scanned: 100, changed: 100 },
    });
    expect(await revised(type)).toBe(100);
    await expect(resumeRun(steerDeps(deps), word(run.runId))).rejects.toMatchObject({ code: "reprocess.not_paused" });
  });

  test("cancelled, a run ends at once and leaves what it has published", async () => {
    const { deps } = worker;
    const { type } = await typeWith(60);
    const gate = gateAtThird();
    const run = await ask(deps, { eventType: type });
    await gate.there;
    expect(await cancelRun(steerDeps(deps), word(run.runId))).toMatchObject({ status: "cancelled" });
    gate.go();
    await until(async () => (await deps.queues.counts("reprocess-range")).active === 0);
    expect(await revised(type)).toBe(20);
    await expect(cancelRun(steerDeps(deps), word(run.runId))).rejects.toMatchObject({ code: "reprocess.finished" });
    expect(await reprocess(deps, { eventType: type })).toMatchObject({ rows: { scanned: 40, changed: 40 } });
  });

  test("two runs do not publish one type at once; a preview blocks nobody, and is published when it is its turn", async () => {
    const { deps } = worker;
    const { type } = await typeWith(40);
    const preview = await reprocess(deps, { eventType: type, mode: "preview" });
    const gate = gateAtThird();
    const run = await ask(deps, { eventType: type });
    await gate.there;
    const refused = { code: "reprocess.running", detail: expect.stringContaining(run.runId) as string };
    await expect(ask(deps, { eventType: type })).rejects.toMatchObject(refused);
    await expect(publishPreview(steerDeps(deps), word(preview.runId))).rejects.toMatchObject(refused);
    await ask(deps, { eventType: type, mode: "preview" });
    gate.go();
    await ranToEnd(deps.database, run.runId);
    await publishPreview(steerDeps(deps), word(preview.runId));
    expect(await ranToEnd(deps.database, preview.runId)).toMatchObject({ mode: "publish", rows: { scanned: 0 } });
    await expect(publishPreview(steerDeps(deps), word(preview.runId))).rejects.toMatchObject({
      code: "reprocess.no_preview",
    });
    const { rows } = await deps.database.query<{ action: string; reason: string; actor: string }>(
      "select action, actor, reason from audit where object_id = $1 order by audit_id",
      [preview.runId],
    );
    expect(rows).toMatchObject([
      { action: "reprocess_run.requested", actor: "test", reason: "a test" },
      { action: "reprocess_run.finished", actor: "worker" },
      { action: "reprocess_run.published", actor: "test", reason: "a test" },
      { action: "reprocess_run.finished" },
    ]);
  });

  test("the schedule proposes a run for what is outdated, once; where the type's policy says so it is published", async () => {
    const { deps } = worker;
    const [waits, goes] = [await typeWith(5), await typeWith(5)];
    await deps.database.query("update event_type set on_new_version = 'publish' where event_type = $1", [goes.type]);
    const who = { trigger: "schedule" as const, requestedBy: "schedule", reason: "by the schedule" };
    const ofTypes = (runs: Awaited<ReturnType<typeof proposeScheduled>>) =>
      runs.filter(({ eventType }) => [waits.type, goes.type].includes(eventType));
    const proposed = ofTypes(await proposeScheduled(steerDeps(deps), who));
    expect(new Map(proposed.map(({ eventType, mode }) => [eventType, mode]))).toEqual(
      new Map([
        [waits.type, "preview"],
        [goes.type, "publish"],
      ]),
    );
    for (const { runId } of proposed) await ranToEnd(deps.database, runId);
    expect([await revised(waits.type), await revised(goes.type)]).toEqual([0, 5]);
    expect(ofTypes(await proposeScheduled(steerDeps(deps), who))).toEqual([]);
  });

  test("jobs that the queue has lost come back, and the run ends", async () => {
    const { deps } = worker;
    const { type } = await typeWith(30);
    const lost = { ...deps, queues: { ...deps.queues, enqueue: () => Promise.reject(new Error("away")) } };
    const run = await ask(lost, { eventType: type });
    expect(await ranToEnd(deps.database, run.runId)).toMatchObject({ status: "succeeded", rows: { changed: 30 } });
  });

  test.each(Array.from({ length: 2 }, () => randomInt(2 ** 31)))(
    "events that are loaded during a run: the newest version wins, nothing is lost (seed %i)",
    async (seed) => {
      const { deps } = worker;
      const random = seeded(seed);
      const { type, lines } = await typeWith(80);
      // Each event gets versions 2 to 4 in any order, some of them twice, in four loads beside the run.
      const newer = lines.flatMap((line) =>
        [2, 3, 4].filter(() => random() < 0.7).map((version) => ({ ...line, version, metadata: { gate: version } })),
      );
      const bodies = Array.from({ length: 4 }, () => newer.filter(() => random() < 0.4).toSorted(() => random() - 0.5));
      const run = await ask(deps, { eventType: type });
      await Promise.all(bodies.filter((body) => body.length > 0).map((body) => load(deps, ndjson(body))));
      const { rows: counts } = await ranToEnd(deps.database, run.runId);
      const { rows } = await deps.database.query<Stored>(
        `select event_id, version, revision, metadata, coalesce(received, metadata) as received, true as current
         from events where event_type = $1
         union all select event_id, version, revision, metadata, coalesce(received, metadata), false
         from event_history where event_type = $1 order by event_id, version, revision`,
        [type],
      );
      const model = new Map<string, Set<number>>();
      for (const line of [...lines, ...bodies.flat()] as Record<string, unknown>[]) {
        model.getOrInsertComputed(String(line["event_id"]), () => new Set()).add(Number(line["version"]));
      }
      for (const [eventId, versions] of model) {
        const stored = rows.filter((row) => row.event_id === eventId);
        expect(new Set(stored.map(({ version }) => version))).toEqual(versions);
        expect(stored.filter(({ current }) => current)).toMatchObject([{ version: Math.max(...versions) }]);
        for (const row of stored) {
          const sent = row.version === 1 ? { scanner_location: "North / 3" } : { gate: row.version };
          expect(row.received).toEqual(sent);
          expect(row.metadata).toEqual(row.revision === 1 ? sent : { ...sent, barcode_type: "QR" });
        }
      }
      const written = rows.filter(({ revision }) => revision === 2).length;
      expect(counts.changed).toBe(written);
      // Whatever came too late for this run is for the next.
      await reprocess(deps, { eventType: type });
      const left = "select from events where event_type = $1 and schema_version < 2";
      expect((await deps.database.query(left, [type])).rowCount).toBe(0);
    },
  );

  test("a run whose jobs fail for good has failed, and says why", async () => {
    const { deps } = worker;
    const { type } = await typeWith(3);
    const run = await ask(deps, { eventType: type });
    at = (point) => {
      if (point === "range-read") throw Object.assign(new TypeError("as the test wants it"));
    };
    const found = await until(async () => {
      // Its backoff is no business of this test.
      await hurry(worker);
      const known = await findRun(deps.database, run.runId);
      return known?.finishedAt === null ? null : known;
    });
    expect(found).toMatchObject({ status: "failed", errorCode: "job.unexpected" });
  });
});

interface Stored {
  event_id: string;
  version: number;
  revision: number;
  metadata: unknown;
  received: unknown;
  current: boolean;
}

/** A small generator of numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

async function hurry(worker: TestWorker): Promise<void> {
  const raw = worker.deps.queues.boardQueues().find((each) => each.name === "reprocess-range") as unknown as {
    getDelayed(): Promise<{ changeDelay(ms: number): Promise<void> }[]>;
  };
  for (const job of await raw.getDelayed()) await job.changeDelay(0).catch(() => undefined);
}
