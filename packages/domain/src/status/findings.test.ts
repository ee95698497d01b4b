import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Counted, type NamedLocation, type NamedWork, staleBefore, type StatusFacts } from "./facts.ts";
import { findingsOf, severities } from "./findings.ts";

const now = "2026-11-22T12:00:00Z";
const none = { count: 0, named: [] };

/** Everything is known, and all is well. */
const fine: StatusFacts = {
  now,
  database: { isMigrated: true },
  queue: { isReachable: true },
  workers: { seenAt: now, secondsAgo: 3 },
  locations: { quarantined: none, failing: none, never_synced: none, stale: none, in_sync: { count: 13, named: [] } },
  syncSchedule: { isOn: true },
  pauses: [],
  quarantines: none,
  loads: { failed: none, still: none, rejected: none },
  runs: { proposed: none, failed: none, paused: none },
  audit: { isSigned: true, entries: 12, anchoredAt: now, unanchoredSince: null },
  keys: [],
};

const place: NamedLocation = {
  locationId: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  subdivisionCode: "GB-NSM",
  since: "2026-11-20T03:00:04.113204Z",
  detail: "The source did not answer in time.",
};
const work: NamedWork = {
  id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  name: "BarcodeScanned",
  since: "2026-11-22T03:00:00Z",
  detail: "The database went away.",
  count: 12,
};
const one = <Named>(named: Named): Counted<Named> => ({ count: 1, named: [named] });
const places = fine.locations!;
const held = { quarantineId: work.id, region: "NL", source: "offline", since: work.since, locations: 8 };

test("nothing is found where all is well", () => {
  expect(findingsOf(fine)).toEqual([]);
});

describe("each thing that is wrong is one finding with its mending", () => {
  test.each<[string, string, Partial<StatusFacts>, string, string | null, string | null]>([
    ["problem", "database.not_migrated", { database: { isMigrated: false } }, "schema", null, "npm run migrate"],
    ["problem", "queue.unreachable", { queue: { isReachable: false } }, "queue", null, null],
    ["problem", "worker.none", { workers: { seenAt: null, secondsAgo: null } }, "ever seen", "/jobs", "npm start"],
    [
      "problem",
      "worker.none",
      { workers: { seenAt: "2026-11-22T11:59:29Z", secondsAgo: 31 } },
      "since 2026-11-22 11:59 UTC",
      "/jobs",
      "npm start",
    ],
    [
      "note",
      "schedule.off",
      { syncSchedule: { isOn: false } },
      "48 hours",
      "/locations",
      "npx almanac sync run --wait",
    ],
    [
      "problem",
      "location.failing",
      { locations: { ...places, failing: one(place) } },
      "GB-NSM (5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a) failed at 2026-11-20 03:00 UTC: The source did not answer in time.",
      "/locations?outcome=failed",
      "npx almanac sync run --wait",
    ],
    [
      "problem",
      "location.never_synced",
      { locations: { ...places, never_synced: one(place) } },
      "no holidays yet of 1 location: GB-NSM",
      "/locations?outcome=never",
      "npx almanac sync run --wait",
    ],
    [
      "problem",
      "location.stale",
      { locations: { ...places, stale: { count: 7, named: [place] } } },
      "7 locations: GB-NSM (5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a), last synced at 2026-11-20 03:00 UTC; 6 more.",
      "/locations?sort=synced",
      "npx almanac sync run --wait",
    ],
    [
      "warning",
      "location.quarantined",
      { locations: { ...places, quarantined: one(place) }, quarantines: null },
      "waits for an operator",
      "/locations?outcome=quarantined",
      "npx almanac locations list",
    ],
    [
      "warning",
      "quarantine.open",
      { locations: { ...places, quarantined: one(place) }, quarantines: one(held) },
      "offline for NL is held back since 2026-11-22 03:00 UTC; 8 locations wait",
      `/versions?quarantine=${work.id}`,
      "npx almanac locations list",
    ],
    [
      "warning",
      "source.paused",
      { pauses: [{ source: "holidayapi", until: "2026-12-01T00:00:00Z", detail: "The quota is used up." }] },
      "before 2026-12-01 00:00 UTC: The quota is used up.",
      "/locations",
      "npx almanac sync run --wait",
    ],
    [
      "problem",
      "load.failed",
      { loads: { ...fine.loads!, failed: one(work) } },
      "1 load of the last seven days failed",
      `/loads/${work.id}`,
      "npx almanac load file <path> --wait",
    ],
    [
      "problem",
      "load.standing_still",
      { loads: { ...fine.loads!, still: { count: 2, named: [work] } } },
      "2 loads have not moved: BarcodeScanned, since 2026-11-22 03:00 UTC; 1 more.",
      "/loads?status=running",
      null,
    ],
    [
      "warning",
      "load.rejects",
      { loads: { ...fine.loads!, rejected: one({ ...work, name: "sales.ndjson" }) } },
      "12 lines of sales.ndjson",
      `/loads/${work.id}`,
      `npx almanac load rejects ${work.id}`,
    ],
    [
      "problem",
      "run.failed",
      { runs: { ...fine.runs!, failed: one(work) } },
      "failed at 2026-11-22 03:00 UTC: The database went away.",
      "/runs",
      `npx almanac reprocess status ${work.id}`,
    ],
    [
      "warning",
      "run.proposed",
      { runs: { ...fine.runs!, proposed: one(work) } },
      "12 events of BarcodeScanned",
      `/schemas/BarcodeScanned?run=${work.id}`,
      "npx almanac reprocess preview BarcodeScanned",
    ],
    [
      "warning",
      "run.paused",
      { runs: { ...fine.runs!, paused: one(work) } },
      "is paused since",
      `/schemas/BarcodeScanned?run=${work.id}`,
      `npx almanac reprocess status ${work.id}`,
    ],
    [
      "note",
      "audit.anchors_off",
      { audit: { ...fine.audit!, isSigned: false } },
      "GET /v1/audit/verify",
      "/audit",
      null,
    ],
    [
      "warning",
      "audit.anchors_late",
      { audit: { ...fine.audit!, unanchoredSince: "2026-11-22T11:29:59Z" } },
      "since 2026-11-22 11:29 UTC",
      "/audit",
      null,
    ],
    [
      "warning",
      "key.expires_soon",
      { keys: [{ name: "till 7", expiresAt: "2026-11-25T00:00:00Z" }] },
      'The key "till 7" ends at 2026-11-25 00:00 UTC.',
      "/keys",
      "npx almanac keys create --help",
    ],
  ])("%s %s", (severity, code, wrong, words, screen, command) => {
    const found = findingsOf({ ...fine, ...wrong });
    expect(found.map((finding) => [finding.severity, finding.code])).toEqual([[severity, code]]);
    expect(found[0]!.detail).toContain(words);
    expect(found[0]!.mending).toMatchObject({ screen, command });
    expect(found[0]!.count).toBeGreaterThan(0);
  });
});

test("a worker that was seen half a minute ago, and an anchor that is half an hour old, are fine", () => {
  expect(
    findingsOf({
      ...fine,
      workers: { seenAt: now, secondsAgo: 30 },
      audit: { ...fine.audit!, unanchoredSince: "2026-11-22T11:30:00Z" },
    }),
  ).toEqual([]);
});

test("stale is what missed two slots; without a schedule, what is older than two days", () => {
  expect(staleBefore(now, ["2026-11-22T02:00:00Z", "2026-11-21T02:00:00Z"])).toBe("2026-11-21T02:00:00Z");
  expect(staleBefore(now, null)).toBe("2026-11-20T12:00:00Z");
  expect(staleBefore(now, [])).toBe("2026-11-20T12:00:00Z");
});

const instant = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const counted = <Named>(named: fc.Arbitrary<Named>) =>
  fc.tuple(fc.array(named, { maxLength: 5 }), fc.nat(20)).map(([some, more]) => ({
    count: some.length === 0 ? 0 : some.length + more,
    named: some,
  }));
const text = fc.string({ minLength: 1, maxLength: 20 });
const location = fc.record({
  locationId: fc.uuid(),
  subdivisionCode: text,
  since: fc.option(instant),
  detail: fc.option(text),
});
const item = fc.record({ id: fc.uuid(), name: text, since: instant, detail: fc.option(text), count: fc.nat(99) });
const works = counted(item);
const facts: fc.Arbitrary<StatusFacts> = fc.record({
  now: instant,
  database: fc.record({ isMigrated: fc.boolean() }),
  queue: fc.option(fc.record({ isReachable: fc.boolean() })),
  workers: fc.option(fc.record({ seenAt: fc.option(instant), secondsAgo: fc.option(fc.nat(90)) })),
  locations: fc.option(
    fc.record({
      quarantined: counted(location),
      failing: counted(location),
      never_synced: counted(location),
      stale: counted(location),
      in_sync: counted(location),
    }),
  ),
  syncSchedule: fc.option(fc.record({ isOn: fc.boolean() })),
  pauses: fc.option(fc.array(fc.record({ source: text, until: instant, detail: text }), { maxLength: 2 })),
  quarantines: fc.option(
    counted(fc.record({ quarantineId: fc.uuid(), region: text, source: text, since: instant, locations: fc.nat(20) })),
  ),
  loads: fc.option(fc.record({ failed: works, still: works, rejected: works })),
  runs: fc.option(fc.record({ proposed: works, failed: works, paused: works })),
  audit: fc.option(
    fc.record({
      isSigned: fc.boolean(),
      entries: fc.nat(),
      anchoredAt: fc.option(instant),
      unanchoredSince: fc.option(instant),
    }),
  ),
  keys: fc.option(fc.array(fc.record({ name: text, expiresAt: instant }), { maxLength: 3 })),
});

test("the gravest come first, each with a sentence and its mending, and no more than the facts name", () => {
  fc.assert(
    fc.property(facts, (known) => {
      const found = findingsOf(known);
      const ranks = found.map(({ severity }) => severities.indexOf(severity));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect(found.length).toBeLessThanOrEqual(60);
      for (const { detail, mending } of found) {
        expect(detail).toMatch(/\S.*[.]$/s);
        expect(mending.detail).toMatch(/[.]$/);
        expect(mending.screen === null || mending.screen.startsWith("/")).toBe(true);
      }
    }),
  );
});

test("who may know less hears less, never something else", () => {
  fc.assert(
    fc.property(facts, (known) => {
      const all = findingsOf(known).map(({ detail }) => detail);
      const less = findingsOf({
        ...known,
        loads: null,
        runs: null,
        audit: null,
        keys: null,
        workers: null,
        queue: null,
      });
      for (const { detail } of less) expect(all).toContain(detail);
    }),
  );
});
