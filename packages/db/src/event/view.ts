// One version of an event as readers see it, with the system time of its coming and going.
import type { EventId, LoadId } from "@almanac/domain/ids";
import { instantOf, instantOrNull } from "../instants.ts";

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
  /**
   * System time from which on it was not the current version any more; equal to recordedAt: it never was. Null while it
   * is, and in an as-of read, which shows nothing that was learned later.
   */
  supersededAt: string | null;
  loadId: LoadId;
  line: number;
}

export interface EventRow {
  event_id: EventId;
  version: number;
  event_type: string;
  event_timestamp: string;
  user_id: string;
  related_id: string | null;
  location_id: string | null;
  visit_date: string | null;
  schema_version: number;
  metadata: string;
  extra: string | null;
  recorded_at: string;
  superseded_at: string | null;
  load_id: LoadId;
  line: number;
}

/** The columns of an EventRow but `superseded_at`: of `e` (events or event_history) and `b`, its batch. */
export const eventColumns = `e.event_id, e.version, e.event_type, e.event_timestamp, e.user_id, e.related_id,
  e.location_id, e.visit_date, e.schema_version, e.metadata::text as metadata, e.extra::text as extra,
  b.committed_at as recorded_at, b.load_id, e.line::float8 as line`;

export function viewOf(row: EventRow): EventView {
  return {
    eventId: row.event_id,
    version: row.version,
    eventType: row.event_type,
    eventTimestamp: instantOf(row.event_timestamp),
    userId: row.user_id,
    relatedId: row.related_id,
    locationId: row.location_id,
    visitDate: row.visit_date,
    schemaVersion: row.schema_version,
    metadata: row.metadata,
    extra: row.extra,
    recordedAt: instantOf(row.recorded_at),
    supersededAt: instantOrNull(row.superseded_at),
    loadId: row.load_id,
    line: row.line,
  };
}
