// What a sync promises whatever is behind the queue: one version each, exactly one more than the one before.
import { randomUUID } from "node:crypto";
import { listVersions, readCurrentPins } from "@almanac/db/pins";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queueBackends, setLocations, syncNow, testWorker, type TestWorker } from "../../testing/worker.ts";

describe.each(await queueBackends("the worker's syncs"))("syncs with their queue on $kind", ({ queue }) => {
  let worker: TestWorker;
  beforeAll(async () => {
    worker = await testWorker(queue);
  });
  afterAll(() => worker.close());

  const versionOf = async (id: string) =>
    (await readCurrentPins(worker.deps.database, [id as LocationId]))[0]?.pin?.version ?? null;

  test("the brief's worked example: five locations synced twice, then four of them: versions 3, 3, 3, 3 and 2", async () => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const codes = ["NL-FL", "NL-GR", "GB-NSM", "NL-ZH", "GB-WLL"];
    await setLocations(
      worker.deps.database,
      ids.map((id, place) => ({ id, code: codes[place]! })),
    );
    const first = await syncNow(worker.deps);
    expect(first).toMatchObject({ status: "succeeded", changed: 5, total: 5 });
    const second = await syncNow(worker.deps);
    expect(second).toMatchObject({ status: "succeeded", unchanged: 5 });
    await setLocations(worker.deps.database, [{ id: ids[4]!, code: codes[4]!, active: false }]);
    const third = await syncNow(worker.deps);
    expect(third).toMatchObject({ status: "succeeded", total: 4, unchanged: 4 });
    expect(await Promise.all(ids.map(versionOf))).toEqual([3, 3, 3, 3, 2]);
    const { rows } = await worker.deps.database.query(
      `select location_id, count(*) filter (where current_version)::int as current, count(*)::int as all
       from holidays group by location_id`,
    );
    expect(rows).toHaveLength(5);
    for (const row of rows as { location_id: string; current: number; all: number }[]) {
      expect(row.current).toBeGreaterThan(10);
      expect(row.all).toBe(row.current * (row.location_id === ids[4] ? 2 : 3));
    }
  });

  test("two hundred concurrent syncs of one location add two hundred versions, each exactly one more", async () => {
    const id = randomUUID();
    await setLocations(worker.deps.database, [{ id, code: "NL-UT" }]);
    const syncs = await Promise.all(Array.from({ length: 200 }, () => syncNow(worker.deps, [id])));
    expect(syncs.every((sync) => sync.status === "succeeded")).toBe(true);
    const versions = await listVersions(worker.deps.database, {
      locationId: id as LocationId,
      before: null,
      limit: 1_000,
    });
    expect(versions.map((each) => each.version)).toEqual(Array.from({ length: 200 }, (_, place) => 200 - place));
    expect(new Set(versions.map((each) => each.syncId)).size).toBe(200);
    const ascending = versions.map((each) => each.syncedAt).reverse();
    expect(ascending.toSorted()).toEqual(ascending);
  });
});
