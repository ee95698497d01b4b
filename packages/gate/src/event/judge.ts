import { articleIdIn, articleIdOf } from "@almanac/domain/dimension/named";
// Whether what a format found is an event: its envelope, its type, its metadata. The same for every format.
import type { Found, FoundEvent, Misfit } from "@almanac/domain/event/envelope";
import { isNot, isReject, judgeEnvelope } from "@almanac/domain/event/envelope";
import type { EventFacts, LinePlace, Reject } from "@almanac/domain/event/event";
import type { LocalClock } from "@almanac/domain/event/local-clock";
import { countAt, type FieldSpans, packLine } from "@almanac/domain/event/pack-line";
import type { LineTexts, PackedEvents } from "@almanac/domain/event/packed";
import { approximate } from "../json/numbers.ts";
import type { Span } from "../records.ts";
import { type EventSchemas, versionOf } from "../schemas.ts";
import type { EventReader, FoundMetadata } from "./found.ts";

/** What a load judges its events by. */
export interface Judgement {
  schemas: EventSchemas;
  clock: LocalClock | null;
}

/** A line, as it is packed. */
export interface JudgedPlace {
  place: LinePlace;
  texts: LineTexts;
}

/** Packs the event that was read, or says the first reason why there is none. */
export function packEvent(
  into: PackedEvents,
  reader: EventReader<Span>,
  line: JudgedPlace,
  judgement: Judgement,
): Reject | null {
  const { spans } = reader;
  if (spans !== null && packUsual(into, reader, spans, line, judgement)) return null;
  const judged = judgeEvent(reader.found, reader.metadata, reader.extra, judgement);
  if (isReject(judged)) return judged;
  into.add(judged, line.place, line.texts);
  return null;
}

const placeOfField = { eventType: 1, schemaVersion: 9 };

/** Packs an event whose fields are as plain as nearly all are; false, and nothing is packed, where it may be none. */
function packUsual(
  into: PackedEvents,
  reader: EventReader<Span>,
  spans: FieldSpans,
  { place, texts }: JudgedPlace,
  { schemas, clock }: Judgement,
): boolean {
  const { bytes, starts, ends } = spans;
  const type = schemas.findWritten(bytes, starts[placeOfField.eventType]!, ends[placeOfField.eventType]!);
  if (type === undefined) return false;
  const isNamed = starts[placeOfField.schemaVersion] !== -1;
  const named = isNamed ? countAt(spans, placeOfField.schemaVersion) : null;
  const { metadata } = reader;
  if (named !== null && !type.versions.has(named)) return false;
  if (metadata === null || "is" in metadata) return false;
  const { text, isInexact } = metadata;
  const value: unknown = isInexact ? approximate(text) : JSON.parse(text);
  const schemaVersion = versionOf(type, named, value);
  if (typeof schemaVersion !== "number") return false;
  const filled = type.fills.get(schemaVersion)?.over(value, text) ?? null;
  const judged = {
    line: place.line,
    byteOffset: place.byteOffset,
    byteLength: place.byteLength,
    eventType: type.written,
    namesTicket: type.namesTicket,
    articleId: filled !== null || isInexact ? articleIdOf(filled ?? text) : articleIdIn(value, text),
    schemaVersion,
    extra: reader.extra,
    filled,
    texts,
  };
  return packLine(into, spans, judged, clock);
}

/** The event, or the first reason why there is none. */
export function judgeEvent(
  found: FoundEvent,
  metadata: FoundMetadata | Misfit | null,
  extra: string | null,
  { schemas, clock }: Judgement,
): EventFacts | Reject {
  const envelope = judgeEnvelope(found, clock);
  if (isReject(envelope)) return envelope;
  const type = schemas.find(envelope.eventType);
  if (type === undefined) {
    return {
      code: "event.type_unknown",
      pointer: "/event_type",
      detail: `event_type ${shortened(found.eventType)} is not registered.`,
    };
  }
  const named = envelope.schemaVersion;
  if (named !== null && !type.versions.has(named)) {
    return {
      code: "event.schema_version_unknown",
      pointer: "/schema_version",
      detail: `${type.eventType} has no schema_version ${named}; the newest is ${type.newest}.`,
    };
  }
  if (metadata === null || "is" in metadata) return isNot("metadata", metadata, "an object");
  const value: unknown = metadata.isInexact ? approximate(metadata.text) : JSON.parse(metadata.text);
  const schemaVersion = versionOf(type, named, value);
  if (typeof schemaVersion !== "number") return schemaVersion;
  const filled = type.fills.get(schemaVersion)?.over(value, metadata.text) ?? null;
  return {
    eventId: envelope.eventId,
    version: envelope.version,
    // The registry's own string: the line's would keep its whole block in memory.
    eventType: type.eventType,
    eventTimeUs: envelope.eventTimeUs,
    userId: envelope.userId,
    relatedId: envelope.relatedId,
    locationId: envelope.locationId,
    visitDate: envelope.visitDate,
    schemaVersion,
    metadata: filled ?? metadata.text,
    extra,
    received: filled === null ? null : metadata.text,
  };
}

function shortened(found: Found): string {
  const text = typeof found === "string" ? found : "";
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
