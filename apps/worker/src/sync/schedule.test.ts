// Two workers on one database, each of which registers the schedule: every slot is synced once.
import { randomUUID } from "node:crypto";
import { listVersions } from "@almanac/db/pins";
import { listSyncs } from "@almanac/db/syncs";
import type { LocationId } from "@almanac/domain/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queueBackends, setLocations, testWorker, type TestWorker, until } from "../../testing/worker.ts";

describe.each(await queueBackends("two schedulers"))("two schedulers with the queue on $kind", ({ queue }) => {
  // Production takes five fields; a slot a second shows in seconds what a slot a night shows in weeks.
  const start = { cron: "* * * * * *" };
  let one: TestWorker;
  let two: TestWorker;
  beforeAll(async () => {
    one = await testWorker({ ...queue, start });
    two = await testWorker({ ...queue, start, url: one.url, prefix: one.prefix });
  });
  afterAll(async () => {
    await two.close();
    await one.close();
  });

  test("one scheduled sync a slot, and versions of a location rise by one with each", async () => {
    const id = randomUUID();
    await setLocations(one.deps.database, [{ id, code: "GB-WLL" }]);
    const syncs = await until(async () => {
      const scheduled = (await listSyncs(one.deps.database, { limit: 1_000 })).filter(
        (sync) => sync.trigger === "schedule",
      );
      return scheduled.length >= 4 && scheduled.every((sync) => sync.finishedAt !== null) ? scheduled : null;
    });
    expect(syncs.every((sync) => sync.status === "succeeded")).toBe(true);
    const { rows } = await one.deps.database.query<{ request_key: string }>(
      "select request_key from sync where trigger = 'schedule'",
    );
    const slots = rows.map((row) => slotOf(row.request_key));
    expect(slots.every((slot) => slot > 0)).toBe(true);
    expect(new Set(slots).size).toBe(slots.length);
    const versions = await listVersions(one.deps.database, {
      locationId: id as LocationId,
      before: null,
      limit: 1_000,
    });
    expect(versions.map((each) => each.version)).toEqual(versions.map((_, place) => versions.length - place));
    expect(new Set(versions.map((each) => each.syncId)).size).toBe(versions.length);
  });
});

/** The second that a scheduled job is for: its id ends in the slot's epoch milliseconds. */
function slotOf(key: string): number {
  return Math.floor(Number(key.split(":").at(-1)) / 1_000);
}
