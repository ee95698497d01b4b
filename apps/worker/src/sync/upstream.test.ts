// What an upstream does to a calendar: real changes arrive exactly, bad answers change nothing.
import { randomUUID } from "node:crypto";
import { readHolidaysAt } from "@almanac/db/calendars";
import { readCurrentPins, readPinOfVersion, readPinsAsOf } from "@almanac/db/pins";
import { listQuarantines } from "@almanac/db/quarantines";
import { diffHolidays } from "@almanac/domain/holiday/diff";
import type { LocationId } from "@almanac/domain/ids";
import { type FaultKind, type HolidayApiDouble, startHolidayApiDouble } from "@almanac/sources/double";
import { openSource } from "@almanac/sources/open";
import { approveSync, rejectSync } from "@almanac/usecases/decide-quarantine";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setLocations, syncNow, testWorker, type TestWorker } from "../../testing/worker.ts";

const year = new Date().getUTCFullYear() + 1;
let double: HolidayApiDouble;
let worker: TestWorker;

async function startUpstream() {
  const upstream = await startHolidayApiDouble();
  const { key, url: baseUrl } = upstream;
  const own = await testWorker({
    settings: { window: { back: 0, ahead: 1 } },
    source: openSource({
      kind: "holidayapi",
      holidayapi: { key, baseUrl, tryTimeoutMs: 400, deadlineMs: 1_200, backoffMs: 20 },
    }),
  });
  return {
    double: upstream,
    worker: own,
    async close() {
      await own.close();
      await upstream.close();
    },
  };
}

let shared: Awaited<ReturnType<typeof startUpstream>>;
beforeAll(async () => {
  shared = await startUpstream();
  ({ double, worker } = shared);
});
beforeEach(() => double.setFaults());
afterAll(() => shared.close());

const pinOf = async (id: string) => (await readCurrentPins(worker.deps.database, [id as LocationId]))[0]!.pin!;
const holidaysOf = async (id: string) => readHolidaysAt(worker.deps.database, await pinOf(id));
const rowsStored = async () =>
  (await worker.deps.database.query<{ count: number }>("select count(*)::int as count from holiday")).rows[0]!.count;

test("a moved, a renamed, an added and a removed holiday: the diff says exactly that, and ids are carried", async () => {
  const id = randomUUID();
  await setLocations(worker.deps.database, [{ id, code: "GB-NSM" }]);
  await syncNow(worker.deps, [id]);
  const before = await pinOf(id);
  const stored = await rowsStored();
  const unchanged = await syncNow(worker.deps, [id]);
  expect(unchanged.locations.get(id)).toMatchObject({ outcome: "unchanged", version: 2 });
  expect(await rowsStored()).toBe(stored);
  const instantBefore = (await pinOf(id)).syncedAt;

  double.setHolidays("GB-ENG", year, [
    { do: "move", name: "Summer bank holiday", date: `${year}-08-02` },
    { do: "rename", name: "Boxing Day", to: "Saint Stephen's Day" },
    { do: "add", holiday: { name: "Park Day", date: `${year}-07-07` } },
    { do: "remove", name: "Good Friday" },
  ]);
  const changed = await syncNow(worker.deps, [id]);
  expect(changed.locations.get(id)).toMatchObject({
    outcome: "changed",
    version: 3,
    changes: { added: 1, removed: 1, moved: 1, renamed: 1 },
  });
  const diff = diffHolidays(await readHolidaysAt(worker.deps.database, before), await holidaysOf(id));
  expect(diff.moved.map((each) => [each.before.name, each.after.date.toString()])).toEqual([
    ["Summer bank holiday", `${year}-08-02`],
  ]);
  expect(diff.renamed.map((each) => each.after.name)).toEqual(["Saint Stephen's Day"]);
  expect(diff.added.map((each) => each.after.name)).toEqual(["Park Day"]);
  expect(diff.removed.map((each) => each.before.name)).toEqual(["Good Friday"]);

  const asOf = (await readPinsAsOf(worker.deps.database, [id as LocationId], instantBefore))[0]!.pin!;
  expect(asOf).toMatchObject({ version: 2, revision: before.revision });
  expect((await readPinOfVersion(worker.deps.database, id as LocationId, 1)).pin!.revision).toBe(before.revision);
  double.setHolidays("GB-ENG", year, []);
});

describe("no misbehaviour of the upstream makes a bad version", () => {
  const refused: FaultKind[] = [
    "time_out",
    "reset",
    "failed_empty",
    "unavailable",
    "html",
    "cut_json",
    "too_large",
    "trickle",
    "redirect",
    "unauthorized",
  ];
  // Most of their time is waiting for the next attempt: each has an upstream and a worker of its own, all at once.
  test.concurrent.each(refused)("%s: the sync fails, the data stays, nothing is removed", async (kind) => {
    const own = await startUpstream();
    const { deps } = own.worker;
    const id = randomUUID();
    const stateOf = async () => {
      const { pin } = (await readCurrentPins(deps.database, [id as LocationId]))[0]!;
      return { version: pin!.version, holidays: await readHolidaysAt(deps.database, pin!) };
    };
    try {
      await setLocations(deps.database, [{ id, code: "NL-UT" }]);
      await syncNow(deps, [id]);
      const before = await stateOf();
      own.double.setFaults([{ kind }]);
      const failed = await syncNow(deps, [id]);
      expect(failed.status).toBe("failed");
      expect(failed.locations.get(id)!.error!.code).toMatch(/^holiday\.source_/);
      expect(await stateOf()).toEqual(before);
      own.double.setFaults();
      expect((await syncNow(deps, [id])).locations.get(id)).toMatchObject({ outcome: "unchanged", version: 2 });
    } finally {
      await own.close();
    }
  });

  const held: FaultKind[] = ["empty_list", "half_list", "wrong_year", "duplicates"];
  test.each(held)("%s: nothing is removed", async (kind) => {
    const id = randomUUID();
    await setLocations(worker.deps.database, [{ id, code: "NL-UT" }]);
    await syncNow(worker.deps, [id]);
    const before = await holidaysOf(id);
    double.setFaults([{ kind }]);
    const sync = await syncNow(worker.deps, [id]);
    const after = await holidaysOf(id);
    const diff = diffHolidays(before, after);
    expect(diff.removed).toEqual([]);
    expect(diff.moved).toEqual([]);
    if (sync.status === "quarantined") {
      expect(sync.locations.get(id)!.quarantineId).not.toBeNull();
      await rejectSync(decideDeps(), { syncId: sync.syncId, actor: "test" });
    }
  });

  test("a rate limit pauses the source for as long as it says and spends no attempt", async () => {
    const id = randomUUID();
    await setLocations(worker.deps.database, [{ id, code: "NL-UT" }]);
    double.setFaults([{ kind: "rate_limited", times: 1, retryAfter: "1" }]);
    const sync = await syncNow(worker.deps, [id]);
    expect(sync.locations.get(id)).toMatchObject({ outcome: "changed", version: 1 });
  });

  test("a warning adds but never removes", async () => {
    const id = randomUUID();
    await setLocations(worker.deps.database, [{ id, code: "NL-UT" }]);
    await syncNow(worker.deps, [id]);
    const before = await holidaysOf(id);
    double.setFaults([{ kind: "warning" }]);
    const sync = await syncNow(worker.deps, [id]);
    expect(sync.status).toBe("succeeded");
    expect(diffHolidays(before, await holidaysOf(id)).removed).toEqual([]);
  });

  test("years that the plan refuses are unavailable, the others are synced", async () => {
    const id = randomUUID();
    await setLocations(worker.deps.database, [{ id, code: "DE-BE" }]);
    double.setFaults([{ kind: "payment_required", year }]);
    const sync = await syncNow(worker.deps, [id]);
    expect(sync.status).toBe("succeeded");
    const years = new Set((await holidaysOf(id)).map((holiday) => holiday.year));
    expect([...years]).toEqual([year - 1]);
  });
});

const decideDeps = () => ({
  database: worker.deps.database,
  sourceName: worker.deps.source.name,
  now: worker.deps.now,
});

describe("a quarantine", () => {
  const quarantined = async (code: string) => {
    const id = randomUUID();
    await setLocations(worker.deps.database, [{ id, code }]);
    await syncNow(worker.deps, [id]);
    double.setFaults([{ kind: "half_list" }]);
    const sync = await syncNow(worker.deps, [id]);
    double.setFaults();
    expect(sync.status).toBe("quarantined");
    return { id, sync };
  };

  test("approved adds one version with the held answer", async () => {
    const { id, sync } = await quarantined("FR");
    const before = await holidaysOf(id);
    expect((await listQuarantines(worker.deps.database, sync.syncId))[0]!.reasons.length).toBeGreaterThan(0);
    const approved = await approveSync(decideDeps(), { syncId: sync.syncId, actor: "test" });
    expect(approved).toMatchObject({ status: "succeeded", changed: 1, quarantined: 0 });
    expect((await pinOf(id)).version).toBe(2);
    expect((await holidaysOf(id)).length).toBeLessThan(before.length);
    await expect(approveSync(decideDeps(), { syncId: sync.syncId, actor: "test" })).rejects.toMatchObject({
      code: "sync.nothing_to_decide",
    });
  });

  test("rejected changes nothing", async () => {
    const { id, sync } = await quarantined("BE");
    const before = await holidaysOf(id);
    const rejected = await rejectSync(decideDeps(), { syncId: sync.syncId, actor: "test" });
    expect(rejected).toMatchObject({ status: "failed", failed: 1, quarantined: 0 });
    expect(await holidaysOf(id)).toEqual(before);
  });

  test("overtaken by a newer success can not be approved", async () => {
    const { id, sync } = await quarantined("AT");
    await syncNow(worker.deps, [id]);
    await expect(approveSync(decideDeps(), { syncId: sync.syncId, actor: "test" })).rejects.toMatchObject({
      code: "sync.superseded",
    });
    expect((await pinOf(id)).version).toBe(2);
  });
});

test("fetches are shared: a thousand locations of two regions cost one fetch a region and year", async () => {
  const locations = Array.from({ length: 300 }, (_, place) => ({
    id: randomUUID(),
    code: place % 2 ? "NL-ZH" : "GB-WLL",
  }));
  await setLocations(worker.deps.database, locations);
  const from = double.calls.length;
  const sync = await syncNow(
    worker.deps,
    locations.map((location) => location.id),
  );
  expect(sync.status).toBe("succeeded");
  const calls = double.calls.slice(from);
  expect(calls.flatMap((call) => call.codes.map((code) => `${code} ${call.year}`)).toSorted()).toEqual([
    `GB-ENG ${year - 1}`,
    `GB-ENG ${year}`,
    `NL ${year - 1}`,
    `NL ${year}`,
  ]);
});

test("the key is in no table", async () => {
  const { rows } = await worker.deps.database.query<{ found: boolean }>(
    `select exists (select from query_to_xml('select * from calendar_year', false, false, '') as x where x::text like $1)
       or exists (select from audit where after::text like $1 or before::text like $1)
       or exists (select from sync_failure where detail like $1) as found`,
    [`%${double.key}%`],
  );
  expect(rows[0]!.found).toBe(false);
});

test("a quota that is used up for weeks fails the sync at once and says so", async () => {
  const id = randomUUID();
  await setLocations(worker.deps.database, [{ id, code: "LU" }]);
  double.setFaults([{ kind: "rate_limited", retryAfter: String(20 * 86_400) }]);
  const sync = await syncNow(worker.deps, [id]);
  expect(sync.locations.get(id)!.error!.code).toBe("holiday.source_quota_exhausted");
  await worker.deps.database.query("delete from source_pause");
});
