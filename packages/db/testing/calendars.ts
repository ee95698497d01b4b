// Calendars and versions for tests of what reads show: written through the stores, without a source and without a queue.
import { randomUUID } from "node:crypto";
import { resolveCalendar } from "@almanac/db/calendars";
import type { Database, Tx } from "@almanac/db/database";
import { bumpEpoch, stampHistory } from "@almanac/db/history";
import { writeLocationStates } from "@almanac/db/locations";
import { advanceSyncs, runCapacity, type RunSegment, writeFailures, writeRunSegments } from "@almanac/db/record";
import { writeRevision } from "@almanac/db/refresh";
import { insertSync, type SyncView } from "@almanac/db/syncs";
import { type NewestRun, readTargetFacts } from "@almanac/db/targets";
import type { Holiday, HolidayType, YearCoverage } from "@almanac/domain/holiday";
import type { CalendarId, HolidayId, LocationId } from "@almanac/domain/ids";
import type { LocationState } from "@almanac/domain/location/plan";

/** A holiday in a test's own words; the rest follows from the date and the name. */
export interface WrittenHoliday {
  date: string;
  name: string;
  holidayId?: string;
  localName?: string;
  names?: Record<string, string>;
  observedDate?: string;
  endDate?: string;
  type?: HolidayType;
}

export function holiday(written: WrittenHoliday): Holiday {
  const date = Temporal.PlainDate.from(written.date);
  return {
    holidayId: (written.holidayId ?? randomUUID()) as HolidayId,
    year: date.year,
    date,
    observedDate: written.observedDate === undefined ? null : Temporal.PlainDate.from(written.observedDate),
    endDate: written.endDate === undefined ? null : Temporal.PlainDate.from(written.endDate),
    type: written.type ?? "public",
    name: written.name,
    localName: written.localName ?? written.name,
    names: written.names ?? {},
    occurrenceId: null,
  };
}

const unchanged = { added: 0, removed: 0, moved: 0, renamed: 0 };

/** Registers locations, or changes them, as of now. */
export function writeLocations(database: Database, states: readonly Partial<LocationState>[]): Promise<LocationId[]> {
  return database.transaction(async (tx) => {
    const full = states.map((state): LocationState => {
      const subdivisionCode = state.subdivisionCode ?? "NL-FL";
      return {
        locationId: randomUUID() as LocationId,
        countryCode: subdivisionCode.slice(0, 2),
        subdivisionCode,
        timeZone: null,
        active: true,
        ...state,
      };
    });
    await writeLocationStates(tx, await stampHistory(tx), full);
    await bumpEpoch(tx);
    return full.map((state) => state.locationId);
  });
}

/** A calendar with its first revision, or the next revision of one that is there. Years are covered in full. */
export async function writeCalendar(
  database: Database,
  input: {
    region: string;
    subdivisionCode?: string;
    source?: string;
    open?: readonly Holiday[];
    close?: readonly HolidayId[];
    coverage?: Record<number, YearCoverage>;
    changes?: Partial<typeof unchanged>;
  },
): Promise<{ calendarId: CalendarId; revision: number }> {
  const calendarId = await resolveCalendar(database, {
    source: input.source ?? "offline",
    region: input.region,
    subdivisionCode: input.subdivisionCode ?? input.region,
  });
  const revision = await database.transaction(async (tx) => {
    await stampHistory(tx);
    const { rows } = await tx.query<{ current_revision: number }>(
      "select current_revision from calendar where calendar_id = $1 for update",
      [calendarId],
    );
    return writeRevision(tx, {
      calendarId,
      base: rows[0]!.current_revision,
      open: input.open ?? [],
      close: input.close ?? [],
      coverage: Object.entries(input.coverage ?? {}).map(([year, coverage]) => ({ year: Number(year), coverage })),
      changes: { ...unchanged, ...input.changes },
    });
  });
  return { calendarId, revision };
}

/** A sync that is only requested. */
export function writeSync(database: Database, locationIds: readonly LocationId[]): Promise<SyncView> {
  return database.transaction(async (tx) => {
    const { sync } = await insertSync(tx, {
      trigger: "api",
      requestKey: null,
      requestedBy: "admin-key",
      source: "offline",
      locationIds,
      years: [2026],
    });
    return sync;
  });
}

/** Finishes a sync: every location of it gets a version that pins `pin`. */
export function finishSync(
  database: Database,
  sync: SyncView,
  locationIds: readonly LocationId[],
  pin: { calendarId: CalendarId; revision: number },
  changes: Partial<typeof unchanged> = {},
): Promise<void> {
  return database.transaction(async (tx) => {
    const stamp = await stampHistory(tx);
    const targets = locationIds.map((locationId) => ({
      locationId,
      syncNo: sync.syncNo,
      requestedAt: sync.requestedAt,
    }));
    const facts = await readTargetFacts(tx, "offline", targets);
    const segments = locationIds.map((locationId, place) =>
      segmentOf(locationId, sync.syncNo, pin, facts[place]?.newest ?? null, { ...unchanged, ...changes }),
    );
    await writeRunSegments(tx, stamp, segments);
    const changed = segments.filter((segment) => segment.extends === null).length;
    await advance(tx, sync, { changed, unchanged: segments.length - changed });
    await bumpEpoch(tx);
  });
}

/** Finishes a sync without a version: each of its locations failed. */
export function failSync(database: Database, sync: SyncView, locationIds: readonly LocationId[]): Promise<void> {
  return database.transaction(async (tx) => {
    await writeFailures(
      tx,
      locationIds.map((locationId) => ({
        syncNo: sync.syncNo,
        locationId,
        outcome: "failed" as const,
        code: "holiday.source_timeout",
        detail: "The source did not answer in time.",
        quarantineId: null,
      })),
    );
    await advance(tx, sync, { failed: locationIds.length });
  });
}

/** A version for each location: request and finish at once. */
export async function syncLocations(
  database: Database,
  locationIds: readonly LocationId[],
  pin: { calendarId: CalendarId; revision: number },
  changes: Partial<typeof unchanged> = {},
): Promise<SyncView> {
  const sync = await writeSync(database, locationIds);
  await finishSync(database, sync, locationIds, pin, changes);
  return sync;
}

function segmentOf(
  locationId: LocationId,
  syncNo: number,
  pin: { calendarId: CalendarId; revision: number },
  newest: NewestRun | null,
  changes: typeof unchanged,
): RunSegment {
  const fits =
    newest !== null &&
    newest.calendarId === pin.calendarId &&
    newest.revision === pin.revision &&
    newest.length < runCapacity;
  return {
    locationId,
    extends: fits ? newest.firstVersion : null,
    ...pin,
    versions: [(newest?.version ?? 0) + 1],
    syncNos: [syncNo],
    after: newest?.syncedAt ?? null,
    earlier: 0,
    changes,
  };
}

async function advance(tx: Tx, sync: SyncView, counts: { changed?: number; unchanged?: number; failed?: number }) {
  await advanceSyncs(tx, [{ syncNo: sync.syncNo, changed: 0, unchanged: 0, failed: 0, quarantined: 0, ...counts }]);
}
