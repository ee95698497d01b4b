// One sync of the replay, in this process and without a queue: the use cases that the worker's jobs call.
import type { Database } from "@almanac/db/database";
import { markSyncRunning, readSyncOrder, type SyncTrigger } from "@almanac/db/syncs";
import type { CalendarId, LocationId, SyncId } from "@almanac/domain/ids";
import type { HolidaySource } from "@almanac/sources/source";
import { recordTargets } from "@almanac/usecases/record-targets";
import { refreshCalendar, resolveSubdivision } from "@almanac/usecases/refresh-calendar";
import { requestSync } from "@almanac/usecases/request-sync";

export interface ReplaySyncDeps {
  database: Database;
  source: HolidaySource;
  now: () => Temporal.Instant;
}

/** As the product's settings have it by default. */
const window = { back: 5, ahead: 2 };
const leaseMs = 60_000;
const coolDownMs = 900;

/** No worker is to be woken: the replay does the work itself. */
export const noQueue = { queues: { enqueue: () => Promise.resolve("") }, onWakeFailed: () => undefined };

/** Asks for a sync of all locations and does it to its end. */
export async function replaySync(
  deps: ReplaySyncDeps,
  { trigger, requestedBy }: { trigger: SyncTrigger; requestedBy: string },
): Promise<SyncId> {
  const { database, source, now } = deps;
  const { sync } = await requestSync(
    { database, now, window, sourceName: source.name, ...noQueue },
    { trigger, requestKey: null, requestedBy, locationIds: null, years: null },
  );
  await markSyncRunning(database, sync.syncId);
  const order = (await readSyncOrder(database, sync.syncId))!;
  const { signal } = new AbortController();
  const refreshing = { database, source, now, leaseMs, coolDownMs, longestPauseMs: 0, log: () => undefined };
  let open: LocationId[] = [...order.locationIds];
  while (open.length > 0) {
    const asked = open.map((locationId) => ({ order, locationId }));
    const results = await recordTargets({ database, sourceName: source.name, coolDownMs }, asked);
    open = [];
    const stale = new Map<CalendarId, number[]>();
    for (const [place, result] of results.entries()) {
      if (result.kind === "failed" || result.kind === "paused") throw new Error(`a sync of the replay ${result.kind}`);
      if (result.kind === "stale") stale.set(result.calendarId, result.years);
      if (result.kind === "unresolved") await resolveSubdivision({ database, source }, result.subdivisionCode);
      if (result.kind === "stale" || result.kind === "unresolved") open.push(asked[place]!.locationId);
    }
    for (const [calendarId, years] of stale) {
      await refreshCalendar(refreshing, { calendarId, years, order, signal });
    }
  }
  return sync.syncId;
}
