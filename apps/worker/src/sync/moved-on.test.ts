// A refresh that commits in the midst of a recording: the version has what the sync fetched, between whichever statements.
import { randomUUID } from "node:crypto";
import type { Database } from "@almanac/db/database";
import { readSyncOrder } from "@almanac/db/syncs";
import type { CalendarId, LocationId } from "@almanac/domain/ids";
import { openSource } from "@almanac/sources/open";
import { recordTargets } from "@almanac/usecases/record-targets";
import { refreshCalendar, resolveSubdivision } from "@almanac/usecases/refresh-calendar";
import { requestSync } from "@almanac/usecases/request-sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setLocations, testWorker, type TestWorker } from "../../testing/worker.ts";
import { requestDeps } from "./processors.ts";

let worker: TestWorker;
beforeAll(async () => {
  worker = await testWorker({ isStill: true });
});
afterAll(() => worker.close());

const source = openSource({ kind: "offline" });

/** The database, with something that happens elsewhere just before a statement of a transaction. */
function before(database: Database, statement: string, happen: () => Promise<unknown>): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((tx) =>
        work({
          ...tx,
          async query(text, values) {
            if (typeof text !== "string" && text.name === statement) await happen();
            return tx.query(text, values);
          },
        }),
      ),
  };
}

test.each(["read_target_facts", "read_ledgers"])(
  "a refresh that commits before %s is in the version",
  async (statement) => {
    const { database } = worker.deps;
    const locationId = randomUUID() as LocationId;
    await setLocations(database, [{ id: locationId, code: "NL-UT" }]);
    await resolveSubdivision({ database, source }, "NL-UT");
    const { sync } = await requestSync(requestDeps(worker.deps), {
      trigger: "api",
      requestKey: null,
      requestedBy: "test",
      locationIds: [locationId],
      years: [statement === "read_ledgers" ? 2026 : 2025],
    });
    const order = (await readSyncOrder(database, sync.syncId))!;
    const { rows } = await database.query<{ calendar_id: CalendarId }>("select calendar_id from calendar");
    const refresh = () =>
      refreshCalendar(
        { ...worker.deps, source, leaseMs: 60_000, coolDownMs: 1_000, longestPauseMs: 1_000, log: () => undefined },
        { calendarId: rows[0]!.calendar_id, years: order.years, order, signal: new AbortController().signal },
      );
    const struck = before(database, statement, refresh);
    const [result] = await recordTargets({ database: struck, sourceName: source.name, coolDownMs: 1_000 }, [
      { order, locationId },
    ]);
    expect(result).toMatchObject({ kind: "recorded", version: 1 });
    const { rows: pinned } = await database.query(
      `select v.revision = c.current_revision as is_newest from location_version v join calendar c using (calendar_id)
     where v.location_id = $1`,
      [locationId],
    );
    expect(pinned).toEqual([{ is_newest: true }]);
  },
);
