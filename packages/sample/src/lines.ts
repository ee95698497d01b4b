// How an event is written as a line: NDJSON, an element of a JSON array, or a CSV record; plainly, or as somebody else
// would write the same content. Text here is "binary": one character a byte, so that broken UTF-8 can be written too.

export type SampleFormat = "ndjson" | "csv" | "json";

/** `plain`; or `reordered`: other order of keys, other case of UUIDs, another offset. The same content. */
export type Rendering = "plain" | "reordered";

/** An event that is about to be written. One object is used again and again: it holds nothing once it is written. */
export interface Draft {
  eventId: string;
  eventType: string;
  /** `YYYY-MM-DD`, and milliseconds of that day in UTC. */
  date: string;
  timeMs: number;
  userId: string;
  relatedId: string;
  locationId: string;
  visitDate: string;
  /** Metadata in three parts: what corrections change is in the middle. */
  head: string;
  /** An amount of money, or null where `place` is what may have been noted wrongly. */
  cents: number | null;
  place: number;
  tail: string;
}

export const emptyDraft: Draft = {
  eventId: "",
  eventType: "",
  date: "",
  timeMs: 0,
  userId: "",
  relatedId: "",
  locationId: "",
  visitDate: "",
  head: "",
  cents: null,
  place: 0,
  tail: "",
};

export const csvHeader =
  "event_id,event_type,event_timestamp,user_id,related_id,version,metadata,location_id,visit_date\n";

const two = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, "0"));
const three = Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, "0"));
const accented = Buffer.from("Café").toString("latin1");
const places = ["Entrance A", "Entrance B", "North gate", "South gate", accented];

function money(cents: number): string {
  return `${Math.floor(cents / 100)}.${two[cents % 100]}`;
}

/** `variation` 0 is what happened; every other one says something else. */
export function metadataOf(draft: Draft, variation: number): string {
  const changing =
    draft.cents === null
      ? places[(draft.place + variation) % places.length]
      : money(Math.max(0, draft.cents - 25 * variation));
  return draft.head + changing + draft.tail;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  return `${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}.${three[ms % 1_000]}`;
}

/** One line of the draft, its line break included. */
export function writeLine(draft: Draft, version: number, metadata: string, format: SampleFormat, how: Rendering) {
  if (format === "csv") return csvLine(draft, version, metadata, how);
  const line = how === "plain" ? plainObject(draft, version, metadata) : reorderedObject(draft, version, metadata);
  return `${line}\n`;
}

/** The event as a JSON object, as most lines have it. */
export function plainObject(draft: Draft, version: number, metadata: string): string {
  return `{"event_id":"${draft.eventId}","event_type":"${draft.eventType}","event_timestamp":"${draft.date}T${clock(
    draft.timeMs,
  )}Z","user_id":"${draft.userId}","related_id":"${draft.relatedId}","version":${version},"metadata":${
    metadata
  },"location_id":"${draft.locationId}","visit_date":"${draft.visitDate}"}`;
}

function reorderedObject(draft: Draft, version: number, metadata: string): string {
  return `{"version": ${version}, "metadata": ${turned(metadata)}, "event_id": "${draft.eventId.toUpperCase()}", "user_id": "${
    draft.userId
  }", "visit_date": "${draft.visitDate}", "location_id": "${draft.locationId}", "related_id": "${
    draft.relatedId
  }", "event_type": "${draft.eventType}", "event_timestamp": "${draft.date}T${clock(draft.timeMs)}+00:00"}`;
}

/** The first member of a flat object at its end. */
function turned(metadata: string): string {
  const comma = metadata.indexOf(",");
  return comma === -1 ? metadata : `{${metadata.slice(comma + 1, -1)}, ${metadata.slice(1, comma)}}`;
}

function csvLine(draft: Draft, version: number, metadata: string, how: Rendering): string {
  const cell = how === "plain" ? metadata : turned(metadata);
  const eventId = how === "plain" ? draft.eventId : draft.eventId.toUpperCase();
  return csvCells(
    eventId,
    draft,
    `${draft.date}T${clock(draft.timeMs)}${how === "plain" ? "Z" : "+00:00"}`,
    version,
    cell,
  );
}

/** A CSV record of the draft with some of its cells as given. */
export function csvCells(eventId: string, draft: Draft, timestamp: string, version: number | string, metadata: string) {
  return `${eventId},${draft.eventType},${timestamp},${draft.userId},${draft.relatedId},${version},"${metadata.replaceAll(
    '"',
    '""',
  )}",${draft.locationId},${draft.visitDate}\n`;
}
