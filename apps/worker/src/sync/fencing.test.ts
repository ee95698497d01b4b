// A worker that was stopped for longer than its claim on a calendar must not write when it goes on.
import { readHolidaysAt } from "@almanac/db/calendars";
import type { CalendarId } from "@almanac/domain/ids";
import { openSource } from "@almanac/sources/open";
import type { HolidaySource, SourceRequest } from "@almanac/sources/source";
import { refreshCalendar, resolveSubdivision } from "@almanac/usecases/refresh-calendar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testWorker, type TestWorker } from "../../testing/worker.ts";

let worker: TestWorker;
beforeAll(async () => {
  worker = await testWorker();
});
afterAll(() => worker.close());

const offline = openSource({ kind: "offline" });

/** Answers as of the moment it was asked, once `opened`. */
function slowSource() {
  const asked = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const source: HolidaySource = {
    ...offline,
    async fetch(request: SourceRequest) {
      const old = await offline.fetch(request);
      asked.resolve();
      await opened.promise;
      return { ...old, holidays: old.holidays.slice(1) };
    },
  };
  return { source, asked: asked.promise, open: () => opened.resolve() };
}

test("a claim that was taken over is lost: its answer is not written, the newer one stands, once", async () => {
  const { database } = worker.deps;
  await resolveSubdivision({ database, source: offline }, "NL-UT");
  const { rows } = await database.query<{ calendar_id: CalendarId }>("select calendar_id from calendar");
  const calendarId = rows[0]!.calendar_id;
  const request = {
    calendarId,
    years: [2026],
    order: { requestedAtMs: Date.now() - 1_000 },
    signal: new AbortController().signal,
  };
  const deps = {
    ...worker.deps,
    // Renewals come every third of it: none comes while this test runs, as none comes from a stopped process.
    leaseMs: 3_600_000,
    coolDownMs: 1_000,
    longestPauseMs: 1_000,
    log: () => undefined,
  };
  const slow = slowSource();
  const stopped = refreshCalendar({ ...deps, source: slow.source }, request);
  const outcome = stopped.then(
    () => "written",
    (error: unknown) => (error as { code: string }).code,
  );
  await slow.asked;
  expect(await refreshCalendar({ ...deps, source: offline }, request)).toMatchObject({ kind: "busy" });
  await database.query("update calendar set lease_expires_at = clock_timestamp() where calendar_id = $1", [calendarId]);
  expect(await refreshCalendar({ ...deps, source: offline }, request)).toEqual({ kind: "done" });
  const [pin] = (
    await database.query<{ revision: number }>(
      "select current_revision as revision from calendar where calendar_id = $1",
      [calendarId],
    )
  ).rows;
  const before = await readHolidaysAt(database, { calendarId, revision: pin!.revision });

  slow.open();
  expect(await outcome).toBe("calendar.lease_lost");
  expect(pin!.revision).toBe(1);
  expect(await readHolidaysAt(database, { calendarId, revision: 1 })).toEqual(before);
  const { rows: after } = await database.query(
    `select (select current_revision from calendar) as revision, (select count(*)::int from calendar_revision) as revisions,
       (select count(*)::int from holiday) as rows, (select fetches from calendar_year) as fetches,
       (select lease_token from calendar) as token`,
  );
  expect(after).toEqual([{ revision: 1, revisions: 1, rows: before.length, fetches: 1, token: null }]);
});
