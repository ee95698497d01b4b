import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Database, openDatabase } from "@almanac/db/database";
import { listEvents } from "@almanac/db/events";
import { settleHistory } from "@almanac/db/history";
import { testDatabase, type TestDatabase } from "@almanac/db/testing";
import { chunkOf, eventIdOf, eventOf, linesOf, loadEvents, openLanes } from "@almanac/db/testing/events";
import { runLoaders } from "@almanac/db/testing/loaders";
import type { EventFacts } from "@almanac/domain/event/event";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { planOf } from "./merge.ts";
import { laneSource } from "./stage.ts";
import { type MergeParts, mergeParts } from "./statements.ts";

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, poolSize: 20 });
});

afterAll(async () => {
  await database.close();
  await server.close();
});

beforeEach(async () => {
  await database.query("truncate events, event_history");
});

/** Resolves when so many sessions of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ waiting: number }>(
      "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows[0]!.waiting >= count) return;
    await delay(5);
  }
}

test.each(Array.from({ length: 5 }, () => randomInt(2 ** 31)))(
  "16 loaders with shuffled versions, a quarter of them twice, come to what the sequential model says (seed %i)",
  async (seed) => {
    const { found, wanted, counts, wantedCounts, broken } = await runLoaders(database, { seed });
    expect(found).toEqual(wanted);
    expect(broken).toBe(0);
    const { inserted, updated, stale, duplicate, conflict } = counts;
    expect({ inserted, later: updated + stale, duplicate, conflict }).toEqual(wantedCounts);
  },
);

test("the first content of a version stays, whoever comes second tells a conflict", async () => {
  const contents = Array.from({ length: 8 }, (_, n) => eventOf(1, 1, { metadata: `{"loader": ${n}}` }));
  const results = await Promise.all(contents.map((event) => loadEvents(database, [[event, eventOf(2)]])));
  const sums = results.map(({ counts }) => counts[0]!);
  const total = (outcome: keyof (typeof sums)[0]) => sums.reduce((sum, each) => sum + each[outcome], 0);
  expect([total("inserted"), total("conflict"), total("duplicate")]).toEqual([2, 7, 7]);
  const { rows } = await database.query<{ line: number; metadata: unknown }>(
    `select e.metadata from events e join batch b using (batch_id)
     where event_id = $1 and b.load_id <> all (select load_id from reject)`,
    [eventIdOf(1)],
  );
  expect(rows.length).toBe(1);
});

describe("each part of the merge is needed", () => {
  let mutants = 0;
  const mutant = (parts: Partial<MergeParts>) =>
    planOf(`mutant_${(mutants += 1)}`, () => laneSource, { ...mergeParts, ...parts });

  /** Two lanes whose updates meet on three events from both ends, while somebody else holds the one in the middle. */
  async function cross(parts: Partial<MergeParts>): Promise<string[]> {
    await loadEvents(database, [[eventOf(1), eventOf(2), eventOf(3)]]);
    const plan = { merge: mutant(parts) };
    const [one, other] = await Promise.all([openLanes(database, 1, plan), openLanes(database, 1, plan)]);
    const blocker = await database.pool.connect();
    await blocker.query("begin");
    await blocker.query("select from events where event_id = $1 for update", [eventIdOf(2)]);
    const merging = Promise.allSettled([
      one.lanes[0]!.merge(chunkOf(linesOf([eventOf(1, 2), eventOf(2, 2), eventOf(3, 2)]))),
      other.lanes[0]!.merge(chunkOf(linesOf([eventOf(3, 3), eventOf(2, 3), eventOf(1, 3)]))),
    ]);
    await waiting(2);
    await blocker.query("commit");
    blocker.release();
    const results = await merging;
    await Promise.all([one.close(), other.close()]);
    return results.map((result) => (result.status === "rejected" ? String(result.reason.code) : "merged"));
  }

  test("the sort: without it two lanes wait for each other", async () => {
    expect(await cross({})).toEqual(["merged", "merged"]);
    await database.query("truncate events, event_history");
    expect((await cross({ order: "" })).toSorted()).toEqual(["database.conflict", "merged"]);
  });

  /** A lane that has begun to write version 2 when version 3 is committed. */
  async function overtake(parts: Partial<MergeParts>): Promise<number> {
    await loadEvents(database, [[eventOf(1)]]);
    const isWaited = Promise.withResolvers<void>();
    const isWritten = Promise.withResolvers<void>();
    const first = await openLanes(database, 1, {
      reached: async (point) => {
        if (point !== "merge") return;
        isWritten.resolve();
        await isWaited.promise;
      },
    });
    const second = await openLanes(database, 1, { merge: mutant(parts) });
    const newer = first.lanes[0]!.merge(chunkOf(linesOf([eventOf(1, 3)])));
    await isWritten.promise;
    const older = second.lanes[0]!.merge(chunkOf(linesOf([eventOf(1, 2)])));
    await waiting(1);
    isWaited.resolve();
    await Promise.all([newer, older]);
    await Promise.all([first.close(), second.close()]);
    const { rows } = await database.query<{ version: number }>("select version from events");
    return rows[0]!.version;
  }

  test("the guard: without it a lower version replaces the higher one that was committed meanwhile", async () => {
    expect(await overtake({})).toBe(3);
    await database.query("truncate events, event_history");
    expect(await overtake({ guard: "" })).toBe(2);
  });

  test("the choice of heads: without it a statement meets a row twice", async () => {
    await loadEvents(database, [[eventOf(1)]]);
    const lines: EventFacts[] = [eventOf(1, 2), eventOf(1, 3)];
    const { lanes, close } = await openLanes(database, 1, { merge: mutant({ heads: "true" }) });
    await expect(lanes[0]!.merge(chunkOf(linesOf(lines)))).rejects.toMatchObject({ code: "21000" });
    await close();
    expect((await loadEvents(database, [lines])).counts).toMatchObject([{ updated: 2 }]);
  });
});

test("a chunk that meets an event that another lane brings at the same time is merged after it", async () => {
  const isWaited = Promise.withResolvers<void>();
  const isCopied = Promise.withResolvers<void>();
  const first = await openLanes(database, 1, {
    reached: async (point) => {
      if (point !== "copy-end") return;
      isCopied.resolve();
      await isWaited.promise;
    },
  });
  const second = await openLanes(database, 1);
  const one = first.lanes[0]!.merge(chunkOf(linesOf([eventOf(1, 1), eventOf(2, 2)])));
  await isCopied.promise;
  const other = second.lanes[0]!.merge(chunkOf(linesOf([eventOf(2, 1), eventOf(3), eventOf(1, 2), eventOf(1, 1)])));
  await waiting(1);
  isWaited.resolve();
  expect(await one).toMatchObject({ inserted: 2 });
  expect(await other).toMatchObject({ inserted: 1, updated: 1, stale: 1, duplicate: 1 });
  await Promise.all([first.close(), second.close()]);
});

describe("an as-of answer that was given during a load is the same after it", () => {
  const list = (asOf: string) => listEvents(database, { limit: 100, asOf });

  /** Stops a lane at a point of its transaction. */
  async function stopAt(stop: "history" | "before-commit") {
    await loadEvents(database, [[eventOf(1), eventOf(2)]]);
    const go = Promise.withResolvers<void>();
    const isThere = Promise.withResolvers<void>();
    const { lanes, close } = await openLanes(database, 1, {
      reached: async (point) => {
        if (point !== stop) return;
        isThere.resolve();
        await go.promise;
      },
    });
    const merged = lanes[0]!.merge(chunkOf(linesOf([eventOf(1, 2), eventOf(3)])));
    await isThere.promise;
    const finish = async () => {
      go.resolve();
      await merged;
      await close();
    };
    return { go: () => go.resolve(), finish };
  }

  const settled = async () => (await settleHistory(database, Temporal.Now.instant(), Date.now()))!.toString();

  test("where the chunk had written its rows, its system time is later than the answer's", async () => {
    const { finish } = await stopAt("history");
    const asOf = await settled();
    const answer = await list(asOf);
    await finish();
    expect(answer.map(({ version }) => version)).toEqual([1, 1]);
    expect(await list(asOf)).toEqual(answer);
    expect((await listEvents(database, { limit: 100 })).map(({ version }) => version)).toEqual([1, 1, 2]);
  });

  test("where the chunk had its system time, the answer waits for its commit", async () => {
    const { go, finish } = await stopAt("before-commit");
    const asking = settled();
    await waiting(1);
    go();
    const asOf = await asking;
    const answer = await list(asOf);
    await finish();
    expect(answer.map(({ version }) => version)).toEqual([1, 1, 2]);
    expect(await list(asOf)).toEqual(answer);
  });
});
