// Whether the fields around an event's metadata are what the contract says, whatever format they came in. The first
// thing that is wrong is the answer; fields are judged in the contract's order, so that it is always the same one.
import type { EventId } from "../ids.ts";
import { isCivilDate } from "./civil.ts";
import type { EventFacts, Reject } from "./event.ts";
import type { LocalClock } from "./local-clock.ts";
import { checkTime, readTimestamp } from "./timestamp.ts";
import { parseUuid } from "./uuid.ts";

/** The names of an event's fields, in the order in which they are judged. */
export const eventFields = [
  "event_id",
  "event_type",
  "event_timestamp",
  "user_id",
  "related_id",
  "version",
  "metadata",
  "location_id",
  "visit_date",
  "schema_version",
] as const;
export type EventField = (typeof eventFields)[number];

/** A value of a kind that the field cannot have: `is` says which, as in "a number". */
export interface Misfit {
  is: string;
}

/** A field as a format found it: its text (of a number: its digits), null where it is absent or null, or a misfit. */
export type Found = string | null | Misfit;

/** A time of a format that has such a type, in microseconds since the epoch; local ones as if they were UTC. */
export interface FoundTime {
  us: number;
  isLocal: boolean;
}

/** An event's fields as a format found them. */
export interface FoundEvent {
  eventId: Found;
  eventType: Found;
  eventTimestamp: Found | FoundTime;
  userId: Found;
  relatedId: Found;
  version: Found;
  locationId: Found;
  visitDate: Found;
  schemaVersion: Found;
}

/** The judged fields; `schemaVersion` is null where the event names none. */
export type Envelope = Omit<EventFacts, "schemaVersion" | "metadata" | "extra" | "received"> & {
  schemaVersion: number | null;
};

export const mostVersion = 2 ** 31 - 1;
const integer = /^\d{1,10}(?:\.0{1,20})?$/;

/** The envelope, or the first reason why it is none. `clock` reads timestamps without an offset; null refuses them. */
export function judgeEnvelope(found: FoundEvent, clock: LocalClock | null): Envelope | Reject {
  const eventId = uuid("event_id", found.eventId, true);
  if (isReject(eventId)) return eventId;
  const eventType = found.eventType;
  if (typeof eventType !== "string") return isNot("event_type", eventType, "a string");
  const eventTimeUs = instant(found.eventTimestamp, clock);
  if (typeof eventTimeUs !== "number") return eventTimeUs;
  const userId = uuid("user_id", found.userId, true);
  if (isReject(userId)) return userId;
  const relatedId = uuid("related_id", found.relatedId, false);
  if (isReject(relatedId)) return relatedId;
  const version = count("version", found.version);
  if (typeof version !== "number") return version;
  const locationId = uuid("location_id", found.locationId, false);
  if (isReject(locationId)) return locationId;
  const visitDate = found.visitDate;
  if (visitDate !== null && (typeof visitDate !== "string" || !isCivilDate(visitDate))) {
    return wrong("visit_date", "event.date_invalid", visitDate, "is no real date (YYYY-MM-DD)");
  }
  const schemaVersion = found.schemaVersion === null ? null : count("schema_version", found.schemaVersion);
  if (schemaVersion !== null && typeof schemaVersion !== "number") return schemaVersion;
  return {
    // A required id is never null here.
    eventId: (eventId ?? "") as EventId,
    version,
    eventType,
    eventTimeUs,
    userId: userId ?? "",
    relatedId,
    locationId,
    visitDate,
    schemaVersion,
  };
}

/** Whether a judgement is the reason why there is no value. */
export function isReject(judged: object | string | number | null): judged is Reject {
  return typeof judged === "object" && judged !== null && "pointer" in judged;
}

/** Why a value of another kind, or none, cannot be a field; `wanted` as in "a string". */
export function isNot(field: EventField, found: Misfit | null, wanted: string): Reject {
  if (found === null) return { code: "event.field_missing", pointer: `/${field}`, detail: `${field} is missing.` };
  return {
    code: "event.field_type",
    pointer: `/${field}`,
    detail: `${field} is ${found.is} where ${wanted} belongs.`,
  };
}

function uuid(field: EventField, found: Found, isRequired: boolean): string | null | Reject {
  if (found === null) return isRequired ? isNot(field, null, "a UUID") : null;
  if (typeof found !== "string") return isNot(field, found, "a UUID");
  return parseUuid(found) ?? wrong(field, "event.uuid_invalid", found, "is no UUID");
}

function instant(found: Found | FoundTime, clock: LocalClock | null): number | Reject {
  if (typeof found !== "string" && (found === null || "is" in found)) {
    return isNot("event_timestamp", found, "an RFC 3339 timestamp");
  }
  const read = typeof found === "string" ? readTimestamp(found, clock) : checkTime(found.us, found.isLocal, clock);
  if (typeof read === "number") return read;
  const shown = typeof found === "string" ? `event_timestamp ${quoted(found)}` : "event_timestamp";
  return { code: read.code, pointer: "/event_timestamp", detail: `${shown}: ${read.detail}` };
}

function count(field: "version" | "schema_version", found: Found): number | Reject {
  if (typeof found !== "string") return isNot(field, found, "an integer");
  const value = integer.test(found) ? Number(found) : 0;
  if (value >= 1 && value <= mostVersion) return value;
  return wrong(field, `event.${field}_invalid`, found, `is no integer from 1 to ${mostVersion}`);
}

function wrong(field: EventField, code: string, found: Found, problem: string): Reject {
  if (typeof found !== "string") return isNot(field, found, "a string");
  return { code, pointer: `/${field}`, detail: `${field} ${quoted(found)} ${problem}.` };
}

/** A value in a sentence, shortened, so that a reason stays readable whatever was sent. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
