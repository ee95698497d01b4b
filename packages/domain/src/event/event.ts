// A checkout event as it is after the gate, and what can come of a line. An instant is a number of microseconds since
// the Unix epoch (exact: it stays below 2^53 for every year that is taken), because PostgreSQL keeps microseconds.
import type { EventId } from "../ids.ts";

/** One valid event. UUIDs are lower case; metadata is JSON text, so that no number was ever rounded. */
export interface EventFacts {
  eventId: EventId;
  version: number;
  eventType: string;
  /** Microseconds since 1970-01-01T00:00:00Z. */
  eventTimeUs: number;
  userId: string;
  relatedId: string | null;
  locationId: string | null;
  /** `YYYY-MM-DD`. */
  visitDate: string | null;
  /** The version of the type's schema that the metadata was judged by. */
  schemaVersion: number;
  /** JSON text of an object that jsonb takes: no NUL, no lone surrogate, no duplicate key. As received, or filled. */
  metadata: string;
  /** JSON text of an object with the fields that the envelope does not know; null without any. */
  extra: string | null;
  /** JSON text of metadata as received, where defaults filled what it lacks; null where `metadata` is that. */
  received: string | null;
}

/** A line that was not taken. */
export interface Reject {
  /** `line.too_long`, `event.invalid`, `event.conflict` …, see the glossary. */
  code: string;
  /** JSON pointer into the event; empty for the whole line. */
  pointer: string;
  detail: string;
}

/** Where a line lies. Lines are physical and count from 1 (JSON array: the element's place; Parquet: the row). */
export interface LinePlace {
  line: number;
  /** Bytes of the body before the line, and of the line itself; null where the format has no such thing (Parquet). */
  byteOffset: number | null;
  byteLength: number | null;
}

/** What a line of input came to. `total` is always the sum of the six. */
export type EventOutcome = "inserted" | "updated" | "duplicate" | "stale" | "conflict" | "rejected";
export const eventOutcomes: readonly EventOutcome[] = [
  "inserted",
  "updated",
  "duplicate",
  "stale",
  "conflict",
  "rejected",
];
export type OutcomeCounts = Record<EventOutcome, number>;
