// Which fields of an event a CloudEvent (1.0, JSON format) holds. Its attributes are ours under other names: `id` is the
// event_id, `type` the event_type, `time` the event_timestamp; `data` is an object with the rest of the envelope
// (user_id, related_id, version, metadata, location_id, visit_date, schema_version). What else it says, `source`,
// `subject` and extension attributes included, is kept beside the event; unknown members of `data` under `data`.
// `specversion` and `datacontenttype` say how it was written, not what happened: they are checked and left.
import type { Found, FoundEvent, Misfit } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import type { JsonMember } from "../json/members.ts";
import { misfitOf, numberOf, readMembers, stringOf } from "../json/members.ts";
import type { RegionText, Span } from "../records.ts";
import type { EventReader, FoundMetadata } from "./found.ts";
import { nothingFound } from "./found.ts";

const attributes = new Set(["specversion", "id", "type", "time", "data", "datacontenttype"]);
const inData = new Set(["user_id", "related_id", "version", "metadata", "location_id", "visit_date", "schema_version"]);
const renamed: Record<string, string> = { "/event_id": "/id", "/event_type": "/type", "/event_timestamp": "/time" };

/** Reads events out of CloudEvents. */
export class CloudEventReader implements EventReader<Span> {
  readonly spans = null;
  readonly found: FoundEvent = nothingFound();
  metadata: FoundMetadata | Misfit | null = null;
  extra: string | null = null;

  read(text: RegionText, record: Span): Reject | null {
    const event = readMembers(text, record);
    if (!(event instanceof Map)) return event;
    const problem = problemOf(event);
    if (problem !== null) return problem;
    const member = event.get("data");
    const data = member === undefined ? null : readMembers(text, member, 1, record.start);
    if (!(data instanceof Map)) {
      const is = member === undefined ? null : misfitOf(member.value);
      return missing("data", is, "an object");
    }
    this.take(event, data);
    return null;
  }

  pointer(pointer: string): string {
    return renamed[pointer] ?? `/data${pointer}`;
  }

  private take(event: Map<string, JsonMember>, data: Map<string, JsonMember>): void {
    const { found } = this;
    found.eventId = stringOf(event.get("id"));
    found.eventType = stringOf(event.get("type"));
    found.eventTimestamp = stringOf(event.get("time"));
    found.userId = stringOf(data.get("user_id"));
    found.relatedId = stringOf(data.get("related_id"));
    found.version = numberOf(data.get("version"));
    found.locationId = stringOf(data.get("location_id"));
    found.visitDate = stringOf(data.get("visit_date"));
    found.schemaVersion = numberOf(data.get("schema_version"));
    const metadata = data.get("metadata");
    if (metadata === undefined) this.metadata = null;
    else if (metadata.value.startsWith("{")) this.metadata = { text: metadata.value, isInexact: metadata.isInexact };
    else this.metadata = misfitOf(metadata.value);

    const others = unknown(event, attributes);
    const othersInData = unknown(data, inData);
    if (othersInData.length > 0) others.push(`"data":{${othersInData.join(",")}}`);
    this.extra = others.length === 0 ? null : `{${others.join(",")}}`;
  }
}

function problemOf(event: Map<string, JsonMember>): Reject | null {
  const specversion = stringOf(event.get("specversion"));
  if (typeof specversion !== "string") return missing("specversion", specversion, "a string");
  if (specversion !== "1.0") {
    return { code: "cloudevent.specversion_unknown", pointer: "/specversion", detail: "specversion is not 1.0." };
  }
  const source = stringOf(event.get("source"));
  if (typeof source !== "string" || source === "") {
    return missing("source", typeof source === "string" ? null : source, "a string");
  }
  const contentType = stringOf(event.get("datacontenttype"));
  const isJson =
    contentType === null || (typeof contentType === "string" && /^[^;]*[/+]json\s*(;|$)/i.test(contentType));
  if (!isJson) {
    const detail = "datacontenttype is no JSON, which data must be.";
    return { code: "cloudevent.data_unreadable", pointer: "/datacontenttype", detail };
  }
  if (event.has("data_base64")) {
    const detail = "data_base64 holds bytes; data must be a JSON object.";
    return { code: "cloudevent.data_unreadable", pointer: "/data_base64", detail };
  }
  return null;
}

function missing(name: string, found: Found, wanted: string): Reject {
  const pointer = `/${name}`;
  if (found === null || typeof found === "string") {
    return { code: "event.field_missing", pointer, detail: `${name} is missing.` };
  }
  return { code: "event.field_type", pointer, detail: `${name} is ${found.is} where ${wanted} belongs.` };
}

function unknown(members: Map<string, JsonMember>, known: ReadonlySet<string>): string[] {
  return [...members].filter(([name]) => !known.has(name)).map(([, { key, value }]) => `${key}:${value}`);
}
