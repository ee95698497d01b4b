// Which locations read another state of a calendar at one instant than at another? Those with the same pair of states
// together, because thousands of locations share a few hundred calendars.
import type { LocationId } from "@almanac/domain/ids";
import { type RevisionPin, samePin } from "@almanac/domain/version/segments";
import type { Queryable } from "../database.ts";
import { readPinsAsOf } from "../version/pins.ts";

export interface CalendarChange {
  /** In the order of their registration, or as asked. */
  locationIds: LocationId[];
  /** Null: not synced yet. */
  before: RevisionPin | null;
  after: RevisionPin | null;
}

/** `unknown`: locations of which retention took the version of one of the instants before it was pinned. */
export async function readCalendarChanges(
  database: Queryable,
  asked: { locationIds: readonly LocationId[] | null; before: string; after: string },
): Promise<{ changes: CalendarChange[]; unknown: LocationId[] }> {
  const locationIds = asked.locationIds ?? (await everyLocation(database));
  const [before, after] = [
    await readPinsAsOf(database, locationIds, asked.before),
    await readPinsAsOf(database, locationIds, asked.after),
  ];
  const changes = new Map<string, CalendarChange>();
  const unknown: LocationId[] = [];
  for (const [place, locationId] of locationIds.entries()) {
    const [from, to] = [before[place]!, after[place]!];
    if (from.gapAfter || to.gapAfter) {
      unknown.push(locationId);
    } else if (!sameState(from.pin, to.pin)) {
      const key = `${nameOf(from.pin)} ${nameOf(to.pin)}`;
      const change = changes.get(key) ?? { locationIds: [], before: stateOf(from.pin), after: stateOf(to.pin) };
      change.locationIds.push(locationId);
      changes.set(key, change);
    }
  }
  return { changes: [...changes.values()], unknown };
}

async function everyLocation(database: Queryable): Promise<LocationId[]> {
  const { rows } = await database.query<{ location_id: LocationId }>(
    "select location_id from location order by location_no",
  );
  return rows.map((row) => row.location_id);
}

const stateOf = (pin: RevisionPin | null) => pin && { calendarId: pin.calendarId, revision: pin.revision };
const nameOf = (pin: RevisionPin | null) => (pin === null ? "none" : `${pin.calendarId}:${pin.revision}`);

function sameState(a: RevisionPin | null, b: RevisionPin | null): boolean {
  return a === null || b === null ? a === b : samePin(a, b);
}
