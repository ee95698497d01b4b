import fc from "fast-check";
import { expect, test } from "vitest";
import type { CalendarId } from "../ids.ts";
import { type OpenRun, planSegments } from "./segments.ts";

const calendarId = 1 as CalendarId;

const runs: fc.Arbitrary<OpenRun | null> = fc.option(
  fc
    .record({
      firstVersion: fc.integer({ min: 1, max: 50 }),
      length: fc.integer({ min: 1, max: 4 }),
      revision: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ firstVersion, length, revision }) => ({
      calendarId,
      revision,
      firstVersion,
      length,
      version: firstVersion + length - 1,
    })),
);

test("every sync gets one version, versions rise by one, no row holds more than its capacity", () => {
  fc.assert(
    fc.property(runs, fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 20 }), (newest, syncNos) => {
      const segments = planSegments({ newest, pin: { calendarId, revision: 1 }, syncNos, capacity: 4 });
      expect(segments.flatMap((segment) => segment.syncNos)).toEqual(syncNos);
      expect(segments.flatMap((segment) => segment.versions)).toEqual(
        syncNos.map((_, place) => (newest?.version ?? 0) + place + 1),
      );
      for (const segment of segments) {
        const before = segment.extends === null ? 0 : newest!.length;
        expect(before + segment.versions.length).toBeLessThanOrEqual(4);
        expect(segment.versions.length).toBeGreaterThan(0);
      }
    }),
  );
});

test("only a run that pins the same revision is extended, and only by the first segment", () => {
  const newest: OpenRun = { calendarId, revision: 1, firstVersion: 3, length: 2, version: 4 };
  const same = planSegments({ newest, pin: { calendarId, revision: 1 }, syncNos: [7, 8, 9], capacity: 4 });
  expect(same).toEqual([
    { extends: 3, versions: [5, 6], syncNos: [7, 8] },
    { extends: null, versions: [7], syncNos: [9] },
  ]);
  const other = planSegments({ newest, pin: { calendarId, revision: 2 }, syncNos: [7], capacity: 4 });
  expect(other).toEqual([{ extends: null, versions: [5], syncNos: [7] }]);
});
