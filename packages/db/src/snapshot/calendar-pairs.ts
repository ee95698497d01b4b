// Which states of calendars do locations read at two instants? Locations with the same pair of states together, because
// thousands of locations share a few hundred calendars.
import type { LocationId } from "@almanac/domain/ids";
import { type RevisionPin, samePin } from "@almanac/domain/version/segments";
import type { Queryable } from "../database.ts";
import { type PinLookup, readPinsAsOf } from "../version/pins.ts";

export interface CalendarPair {
  /** In the order of their registration, or as asked. */
  locationIds: LocationId[];
  /** Null: not synced yet, or not known. */
  before: RevisionPin | null;
  after: RevisionPin | null;
  /** False where retention took the version of one of the instants before it was pinned. */
  isKnown: boolean;
  differs: boolean;
}

/** `locationIds` null: every location there is. The instants are settled. */
export async function readCalendarPairs(
  database: Queryable,
  asked: { locationIds: readonly LocationId[] | null; before: string; after: string },
): Promise<CalendarPair[]> {
  const locationIds = asked.locationIds ?? (await everyLocation(database));
  const before = await readPinsAsOf(database, locationIds, asked.before);
  const after = await readPinsAsOf(database, locationIds, asked.after);
  const pairs = new Map<string, CalendarPair>();
  for (const [place, locationId] of locationIds.entries()) {
    const pair = pairOf(before[place]!, after[place]!);
    const key = JSON.stringify(pair);
    const known = pairs.get(key) ?? pair;
    known.locationIds.push(locationId);
    pairs.set(key, known);
  }
  return [...pairs.values()];
}

async function everyLocation(database: Queryable): Promise<LocationId[]> {
  const { rows } = await database.query<{ location_id: LocationId }>(
    "select location_id from location order by location_no",
  );
  return rows.map((row) => row.location_id);
}

function pairOf(from: PinLookup, to: PinLookup): CalendarPair {
  const [before, after] = [stateOf(from), stateOf(to)];
  return {
    locationIds: [],
    before,
    after,
    isKnown: !from.gapAfter && !to.gapAfter,
    differs: before === null || after === null ? before !== after : !samePin(before, after),
  };
}

function stateOf({ pin, gapAfter }: PinLookup): RevisionPin | null {
  return pin === null || gapAfter ? null : { calendarId: pin.calendarId, revision: pin.revision };
}
