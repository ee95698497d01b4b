// Whether what a format found is an event: its envelope, its type, its metadata. The same for every format.
import type { Found, FoundEvent, Misfit } from "@almanac/domain/event/envelope";
import { isNot, isReject, judgeEnvelope } from "@almanac/domain/event/envelope";
import type { EventFacts, Reject } from "@almanac/domain/event/event";
import type { LocalClock } from "@almanac/domain/event/local-clock";
import { approximate } from "../json/numbers.ts";
import type { EventSchemas } from "../schemas.ts";
import type { FoundMetadata } from "./found.ts";

/** What a load judges its events by. */
export interface Judgement {
  schemas: EventSchemas;
  clock: LocalClock | null;
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
  const schemaVersion = envelope.schemaVersion ?? type.newest;
  const judge = type.versions.get(schemaVersion);
  if (judge === undefined) {
    return {
      code: "event.schema_version_unknown",
      pointer: "/schema_version",
      detail: `${type.eventType} has no schema_version ${schemaVersion}; the newest is ${type.newest}.`,
    };
  }
  if (metadata === null || "is" in metadata) return isNot("metadata", metadata, "an object");
  const value: unknown = metadata.isInexact ? approximate(metadata.text) : JSON.parse(metadata.text);
  const violation = judge(value);
  if (violation !== null) return violation;
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
    metadata: metadata.text,
    extra,
  };
}

function shortened(found: Found): string {
  const text = typeof found === "string" ? found : "";
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
