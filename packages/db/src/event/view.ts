// One version of an event as readers see it, with the system time of its coming and going.
import type { EventId, LoadId, RunId } from "@almanac/domain/ids";
import { instantOf, instantOrNull } from "../instants.ts";

/** One version of an event, as it is or was understood. Instants are RFC 3339 in UTC with microseconds. */
export interface EventView {
  eventId: EventId;
  version: number;
  /** Counts the interpretations of this version from 1: a load brings the first one, each run that changes it another. */
  revision: number;
  eventType: string;
  eventTimestamp: string;
  userId: string;
  relatedId: string | null;
  locationId: string | null;
  visitDate: string | null;
  schemaVersion: number;
  /** JSON text, keys in the database's order, numbers as received. */
  metadata: string;
  /** The metadata as received; null where `metadata` is still that. */
  received: string | null;
  /** JSON text of fields that the envelope does not know; null without any. */
  extra: string | null;
  /** System time from which on it was known. */
  recordedAt: string;
  /**
   * System time from which on it was not the current version any more; equal to recordedAt: it never was. Null while it
   * is, and in an as-of read, which shows nothing that was learned later.
   */
  supersededAt: string | null;
  /** When its bytes were accepted first, whichever replay brought them in. */
  receivedAt: string;
  /** The load and the line that brought this version. */
  loadId: LoadId;
  line: number;
  /** The run that wrote this interpretation; null for the first one. */
  runId: RunId | null;
}

export interface EventRow {
  event_id: EventId;
  version: number;
  revision: number;
  event_type: string;
  event_timestamp: string;
  user_id: string;
  related_id: string | null;
  location_id: string | null;
  visit_date: string | null;
  schema_version: number;
  metadata: string;
  received: string | null;
  extra: string | null;
  recorded_at: string;
  superseded_at: string | null;
  received_at: string;
  load_id: LoadId;
  line: number;
  run_id: RunId | null;
}

/** The columns that `withOrigin` makes an EventRow of, but `superseded_at`: of `e` (events or event_history) and `b`, its batch. */
export const eventColumns = `e.event_id, e.version, e.revision, e.event_type, e.event_timestamp, e.user_id, e.related_id,
  e.location_id, e.visit_date, e.schema_version, e.metadata::text as metadata, e.received::text as received,
  e.extra::text as extra, b.committed_at as recorded_at, b.load_id as brought_by, e.line::float8 as line, b.run_id`;

/**
 * Rows of `query` with the load that brought each: where a run has written it since, that of its first revision, which
 * history has then. Looked up behind the page's limit: joined before it, a page was sorted instead of read in order.
 */
export function withOrigin(query: string, order = ""): string {
  return `select p.*, l.load_id, l.received_at from (${query}) p
    join load l on l.load_id = coalesce(p.brought_by, (
      select b.load_id from event_history h join batch b on b.batch_id = h.batch_id
      where h.event_id = p.event_id and h.version = p.version and h.revision = 1
    )) ${order}`;
}

export function viewOf(row: EventRow): EventView {
  return {
    eventId: row.event_id,
    version: row.version,
    revision: row.revision,
    eventType: row.event_type,
    eventTimestamp: instantOf(row.event_timestamp),
    userId: row.user_id,
    relatedId: row.related_id,
    locationId: row.location_id,
    visitDate: row.visit_date,
    schemaVersion: row.schema_version,
    metadata: row.metadata,
    received: row.received,
    extra: row.extra,
    recordedAt: instantOf(row.recorded_at),
    supersededAt: instantOrNull(row.superseded_at),
    receivedAt: instantOf(row.received_at),
    loadId: row.load_id,
    line: row.line,
    runId: row.run_id,
  };
}
