// Retention takes what its policy names and nothing that an as-of inside the horizon reads.
import { readHolidaysAt } from "@almanac/db/calendars";
import { stampHistory } from "@almanac/db/history";
import { readCurrentPins, readPinsAsOf } from "@almanac/db/pins";
import { insertSnapshot, releaseSnapshot, type SnapshotView } from "@almanac/db/snapshots";
import { holiday, syncLocations, writeCalendar, writeLocations } from "@almanac/db/testing/calendars";
import type { LocationId } from "@almanac/domain/ids";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runByHand } from "../../testing/board.ts";
import { testWorker, type TestWorker } from "../../testing/worker.ts";
import type { PruneReport } from "./prune.ts";

const versions = 40;
const apartHours = 6;
const keepAllDays = 3;

let worker: TestWorker;
let ids: LocationId[];
beforeEach(async () => {
  worker = await testWorker();
  const { database } = worker.deps;
  ids = await writeLocations(database, [{}, {}]);
  let open = [holiday({ date: "2026-04-27", name: "King's Day" })];
  let pin = await writeCalendar(database, { region: "NL-FL", open, coverage: { 2026: "full" } });
  for (let version = 1; version <= versions; version += 1) {
    if (version % 2 === 0) {
      const next = [holiday({ date: `2026-05-${version / 2 + 10}`, name: `Day ${version}` })];
      pin = await writeCalendar(database, { region: "NL-FL", open: next, close: open.map((each) => each.holidayId) });
      open = next;
    }
    await syncLocations(database, ids, pin);
  }
  await age(worker);
});
afterEach(() => worker.close());

/** Spreads the versions over ten days that are past. */
async function age({ deps }: TestWorker): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await tx.query("select set_config('almanac.pruning', 'on', true)");
    await tx.query(
      `update location_version_run r set synced_at = aged.at, first_synced_at = aged.at[1]
       from (
         select location_id, first_version,
           array_agg(clock_timestamp() - ($1 - version) * $2 * interval '1 hour' order by version) as at
         from location_version_run, unnest(versions) as version group by location_id, first_version
       ) aged
       where r.location_id = aged.location_id and r.first_version = aged.first_version`,
      [versions, apartHours],
    );
    await tx.query("update location_state set recorded = tstzrange(lower(recorded) - interval '20 days', null)");
  });
}

const run = async (payload: object): Promise<PruneReport> => {
  const job = await runByHand(worker.deps.queues, "prune", payload);
  expect(job.failedReason).toBeUndefined();
  return job.returnvalue as PruneReport;
};
const stored = async () =>
  (
    await worker.deps.database.query(
      `select (select count(*)::int from location_version) as versions,
         (select count(*)::int from calendar_revision) as revisions, (select count(*)::int from holiday) as holidays,
         (select count(*)::int from audit where action = 'retention.pruned') as audits`,
    )
  ).rows[0] as Record<"versions" | "revisions" | "holidays" | "audits", number>;

/** What an as-of answers at many instants of the horizon. */
async function answers(): Promise<unknown[]> {
  const now = Temporal.Now.instant();
  const instants = Array.from({ length: keepAllDays * 24 }, (_, hours) => now.subtract({ hours }).toString());
  return Promise.all(
    instants.map(async (asOf) => {
      const [found] = await readPinsAsOf(worker.deps.database, ids, asOf);
      expect(found!.gapAfter).toBe(false);
      return { pin: found!.pin, holidays: await readHolidaysAt(worker.deps.database, found!.pin!) };
    }),
  );
}

test("a dry run says what would go and takes nothing", async () => {
  const before = await stored();
  const report = await run({ keep_all_days: keepAllDays });
  expect(report).toMatchObject({ dry_run: true, locations: 2 });
  expect(report.versions_pruned).toBeGreaterThan(0);
  expect(await stored()).toEqual(before);
});

test("a real run takes exactly what the dry run said, is audited, and changes no answer inside the horizon", async () => {
  const before = await stored();
  const answered = await answers();
  const current = await readCurrentPins(worker.deps.database, ids);
  const said = await run({ keep_all_days: keepAllDays });
  const done = await run({ keep_all_days: keepAllDays, dry_run: false });
  expect(done.versions_pruned).toBe(said.versions_pruned);
  expect(done.revisions_pruned).toBeGreaterThan(0);
  const after = await stored();
  expect(after).toEqual({
    versions: before.versions - done.versions_pruned,
    revisions: before.revisions - done.revisions_pruned,
    holidays: before.holidays - done.holiday_rows_pruned,
    audits: 1,
  });
  expect(await answers()).toEqual(answered);
  expect(await readCurrentPins(worker.deps.database, ids)).toEqual(current);
  expect(await run({ keep_all_days: keepAllDays, dry_run: false })).toMatchObject({
    versions_pruned: 0,
    revisions_pruned: 0,
  });
});

test("after a pruning the next sync adds the next version", async () => {
  await run({ keep_all_days: 1, dry_run: false, then_last_of: "month" });
  const [found] = await readCurrentPins(worker.deps.database, ids);
  expect(found!.pin!.version).toBe(versions);
  const { calendarId, revision } = found!.pin!;
  await syncLocations(worker.deps.database, ids, { calendarId, revision });
  expect((await readCurrentPins(worker.deps.database, ids)).map((each) => each.pin!.version)).toEqual([
    versions + 1,
    versions + 1,
  ]);
});

test("what a snapshot pins is answered as before after prunings by days and by months; once released it may go", async () => {
  const { database } = worker.deps;
  const now = Temporal.Now.instant();
  const instants = [100, 131, 200].map((hours) => now.subtract({ hours }).toString());
  const pinned = () =>
    Promise.all(
      instants.map(async (asOf) => {
        const [found] = await readPinsAsOf(database, ids, asOf);
        return { ...found, holidays: await readHolidaysAt(database, found!.pin!) };
      }),
    );
  const snapshots = await database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    const made: SnapshotView[] = [];
    for (const calendarAsOf of instants) {
      made.push(
        await insertSnapshot(tx, stamp, { name: null, eventsAsOf: stamp, calendarAsOf, createdBy: "admin-key" }),
      );
    }
    return made;
  });
  const before = await pinned();
  const report = await run({ keep_all_days: 2, dry_run: false, then_last_of: "day" });
  expect(report).toMatchObject({ pinned_instants: instants.length });
  expect(report.versions_pruned).toBeGreaterThan(0);
  expect(await pinned()).toEqual(before);
  await run({ keep_all_days: 1, dry_run: false, then_last_of: "month" });
  expect(await pinned()).toEqual(before);
  await database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    for (const { snapshotId } of snapshots) {
      await releaseSnapshot(tx, stamp, { snapshotId, releasedBy: "admin-key" });
    }
  });
  expect(await run({ keep_all_days: 1, dry_run: false, then_last_of: "month" })).toMatchObject({ pinned_instants: 0 });
  expect((await pinned()).some((found) => found.gapAfter)).toBe(true);
});
