// What a format gives to the judgement of a record: the fields of the envelope, metadata and the rest.
import type { EventField, FoundEvent, Misfit } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import type { FieldSpans } from "@almanac/domain/event/pack-line";
import type { RegionText, Span } from "../records.ts";

/** Metadata as it was sent. */
export interface FoundMetadata {
  text: string;
  /** Whether it holds a number that a double may not hold. */
  isInexact: boolean;
}

/** The columns that a file of columns must have; a cell of metadata may be empty, its column may not be missing. */
export const requiredColumns: readonly EventField[] = [
  "event_id",
  "event_type",
  "event_timestamp",
  "user_id",
  "version",
  "metadata",
];

/** What an absent metadata is in formats of cells, where "nothing" can hardly be said in another way. */
export const emptyMetadata: FoundMetadata = { text: "{}", isInexact: false };

/** Reads the records of one format. It is used again for each of them: what it found is valid until the next one. */
export interface EventReader<Record extends Span> {
  /** Where the fields lie in the record's bytes, if each lies there as it reads; what was found is the same as texts. */
  readonly spans: FieldSpans | null;
  readonly found: FoundEvent;
  readonly metadata: FoundMetadata | Misfit | null;
  /** JSON text of the fields that the envelope does not know; null without any. */
  readonly extra: string | null;
  /** Set where a record that is none that can be kept has its event_id in `found` all the same. */
  readonly hasCells?: true;
  /** Reads a record that is UTF-8; null, or why it is none that can be kept. */
  read(text: RegionText, record: Record): Reject | null;
  /** Where the format has what the envelope calls by a pointer. */
  pointer(pointer: string): string;
}

/** Fields of an event of which nothing is known yet. */
export function nothingFound(): FoundEvent {
  return {
    eventId: null,
    eventType: null,
    eventTimestamp: null,
    userId: null,
    relatedId: null,
    version: null,
    locationId: null,
    visitDate: null,
    schemaVersion: null,
  };
}
