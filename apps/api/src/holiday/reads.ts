// From a location and a selector to a pinned state and its holidays, with the refusals that reads share. Nothing is kept
// here but what never changes: what a calendar's revision says about its years.
import { type CalendarFacts, readCalendarFacts } from "@almanac/db/calendar-facts";
import type { Database, Queryable } from "@almanac/db/database";
import { type HolidayRange, type HolidayRecord, readHolidays } from "@almanac/db/holidays";
import { type CurrentQuestion, readCurrentHolidays } from "@almanac/db/holidays/current";
import {
  type PinLookup,
  type PinPlace,
  readCurrentPins,
  readPinOfVersion,
  readPinsAsOf,
  wasPruned,
} from "@almanac/db/pins";
import type { SnapshotPins } from "@almanac/db/snapshots";
import { AppError, type ErrorItem } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import { locationNotFound } from "../access/principal.ts";
import type { SnapshotLookup } from "../snapshot/pins.ts";
import { settleAsOf } from "./as-of.ts";
import { createBatch } from "./batch.ts";
import type { Selector } from "./question.ts";

/** A pinned state of a location. */
export interface Pinned {
  pin: PinPlace;
  facts: CalendarFacts;
  /** The instant that was asked for; null for reads without an as-of. */
  asOf: string | null;
  /** The snapshot whose instant that is. */
  snapshot: SnapshotPins | null;
}

export interface Reading extends Pinned {
  holidays: HolidayRecord[];
}

export interface HolidayReads {
  /** The newest version and its holidays, in one statement, which callers at the same time share. 404 `location.not_found`, 409 `location.not_synced`. */
  current(locationId: LocationId, range: HolidayRange): Promise<Reading>;
  /** 404 `version.not_found`, `version.pruned` or `snapshot.not_found` beside those of `current`; 422 `as_of.future`. */
  pin(locationId: LocationId, selector: Selector, pointer?: string): Promise<Pinned>;
  /** In the order asked; one unusable location refuses all, with a pointer to each. */
  pinMany(
    locationIds: readonly LocationId[],
    selector: Selector,
    pointer: (place: number) => string,
  ): Promise<Pinned[]>;
  /** The holidays of pinned states, in their order. */
  holidays(pinned: readonly Pinned[], range: HolidayRange): Promise<Reading[]>;
}

// A few hundred calendars with a revision a week each: years of them fit.
const mostFacts = 20_000;

export interface HolidayReadsDeps {
  /** Serves what needs a transaction. */
  database: Database;
  /** Serves the reads. */
  reader: Queryable;
  snapshots: SnapshotLookup;
}

/** The instant of an as-of or of a snapshot, at and before which nothing can appear any more. */
interface PinnedInstant {
  instant: string;
  snapshot: SnapshotPins | null;
}

export function createHolidayReads({ database, reader, snapshots }: HolidayReadsDeps): HolidayReads {
  const known = new Map<string, CalendarFacts>();
  const readCurrent = createBatch((questions: readonly CurrentQuestion[]) => readCurrentHolidays(reader, questions));

  async function factsOf(pins: readonly PinPlace[]): Promise<CalendarFacts[]> {
    const missing = new Map(pins.filter((pin) => !known.has(keyOf(pin))).map((pin) => [keyOf(pin), pin]));
    if (missing.size > 0) {
      const found = await readCalendarFacts(reader, [...missing.values()]);
      if (known.size + found.length > mostFacts) known.clear();
      [...missing.keys()].forEach((key, place) => known.set(key, found[place]!));
    }
    const facts = pins.map((pin) => known.get(keyOf(pin)));
    // Others may have emptied the map meanwhile; then this asks once more.
    return facts.every((each) => each !== undefined) ? facts : factsOf(pins);
  }

  async function pinned(pins: readonly PinPlace[], at: PinnedInstant | null): Promise<Pinned[]> {
    const facts = await factsOf(pins);
    return pins.map((pin, place) => ({
      pin,
      facts: facts[place]!,
      asOf: at?.instant ?? null,
      snapshot: at?.snapshot ?? null,
    }));
  }

  async function instantOf(selector: Selector, asOfPointer: string | undefined): Promise<PinnedInstant | null> {
    if (selector.kind === "as-of") {
      const { instant } = await settleAsOf(database, selector.asOf, asOfPointer);
      return { instant, snapshot: null };
    }
    if (selector.kind === "snapshot") {
      const snapshot = await snapshots.pins(selector.snapshotId);
      return { instant: snapshot.calendarAsOf, snapshot };
    }
    return null;
  }

  async function lookUp(locationIds: readonly LocationId[], selector: Selector, settled: PinnedInstant | null) {
    if (settled !== null) {
      return readPinsAsOf(reader, locationIds, notBefore1970(settled.instant));
    }
    return selector.kind === "version"
      ? Promise.all(locationIds.map((locationId) => readPinOfVersion(reader, locationId, selector.version)))
      : readCurrentPins(reader, locationIds);
  }

  async function refusalOf(
    locationId: LocationId,
    found: PinLookup,
    selector: Selector,
    settled: PinnedInstant | null,
  ) {
    if (found.pin !== null && !found.gapAfter) {
      return null;
    }
    if (!found.known) {
      return locationNotFound(locationId);
    }
    if (selector.kind === "current") {
      return notSynced(locationId);
    }
    const wanted = settled === null ? (selector as { version: number }) : { asOf: notBefore1970(settled.instant) };
    return found.gapAfter || (await wasPruned(reader, locationId, wanted)) ? pruned(locationId) : noVersion(locationId);
  }

  async function pinMany(
    locationIds: readonly LocationId[],
    selector: Selector,
    pointer: (place: number) => string,
    asOfPointer?: string,
  ): Promise<Pinned[]> {
    const settled = await instantOf(selector, asOfPointer);
    const found = await lookUp(locationIds, selector, settled);
    const refusals = await Promise.all(
      found.map((lookup, place) => refusalOf(locationIds[place]!, lookup, selector, settled)),
    );
    refuseAll(refusals, pointer);
    return pinned(
      found.map((lookup) => lookup.pin!),
      settled,
    );
  }

  return {
    async current(locationId, range) {
      const { known: exists, pin, holidays } = await readCurrent({ locationId, range });
      if (pin === null) {
        throw exists ? notSynced(locationId) : locationNotFound(locationId);
      }
      const facts = known.get(keyOf(pin)) ?? (await factsOf([pin]))[0]!;
      return { pin, facts, holidays, asOf: null, snapshot: null };
    },
    async pin(locationId, selector, pointer) {
      const [only] = await pinMany([locationId], selector, () => "", pointer);
      return only!;
    },
    pinMany: (locationIds, selector, pointer) => pinMany(locationIds, selector, pointer),
    async holidays(states, range) {
      const lists = await readHolidays(
        reader,
        states.map(({ pin }) => pin),
        range,
      );
      return states.map((state, place) => ({ ...state, holidays: lists[place]! }));
    },
  };
}

function keyOf(pin: PinPlace): string {
  return `${pin.calendarId}:${pin.revision}`;
}

// Nothing was known before; and the database has no year 0.
function notBefore1970(instant: string): string {
  return Temporal.Instant.from(instant).epochMilliseconds < 0 ? "1970-01-01T00:00:00Z" : instant;
}

/** One refusal as it is; several as the first of them, with an item for each. Missing ones come before unsynced ones. */
function refuseAll(refusals: readonly (AppError | null)[], pointer: (place: number) => string): void {
  const given = refusals.flatMap((refusal, place) => (refusal === null ? [] : [{ refusal, pointer: pointer(place) }]));
  const worst = (given.find(({ refusal }) => refusal.category === "not-found") ?? given[0])?.refusal;
  if (worst === undefined) {
    return;
  }
  const errors = given
    .filter(({ refusal, pointer: place }) => refusal.category === worst.category && place !== "")
    .map(({ refusal, pointer: place }): ErrorItem => ({ pointer: place, code: refusal.code, detail: refusal.detail }));
  throw new AppError(worst.category, { code: worst.code, detail: worst.detail, errors });
}

function notSynced(locationId: LocationId): AppError {
  return new AppError("conflict", {
    code: "location.not_synced",
    detail: `The location ${locationId} has never been synced; POST /v1/syncs does that.`,
  });
}

function noVersion(locationId: LocationId): AppError {
  return new AppError("not-found", {
    code: "version.not_found",
    detail: `The location ${locationId} had no such version then.`,
  });
}

function pruned(locationId: LocationId): AppError {
  return new AppError("not-found", {
    code: "version.pruned",
    detail: `That version of the location ${locationId} is past its retention and was pruned.`,
  });
}
