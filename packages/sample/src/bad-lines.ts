// Lines that are no events, one kind for each way in which other people's programs go wrong. Each is counted by its kind.
import { csvCells, type Draft, metadataOf, plainObject, type SampleFormat } from "./lines.ts";

/** Each kind of bad line and the code under which a load rejects it. */
export const badLineKinds = [
  "truncated",
  "not_an_object",
  "event_id_no_uuid",
  "user_id_missing",
  "timestamp_impossible",
  "timestamp_without_offset",
  "type_unknown",
  "amount_as_text",
  "version_zero",
  "key_twice",
  "nul_character",
  "broken_utf8",
  "too_deep",
] as const;
export type BadLineKind = (typeof badLineKinds)[number];

/** Kinds that a format cannot hold without breaking its neighbours, or where they are no mistake. */
const impossible: Record<SampleFormat, readonly BadLineKind[]> = {
  ndjson: [],
  json: ["truncated", "broken_utf8"],
  csv: [],
};

export function kindsOf(format: SampleFormat): BadLineKind[] {
  return badLineKinds.filter((kind) => !impossible[format].includes(kind));
}

const depth = 40;

/** The draft as a line of that kind, its line break included; binary text. */
export function badLine(draft: Draft, kind: BadLineKind, format: SampleFormat): string {
  return format === "csv" ? badRecord(draft, kind) : `${badObject(draft, kind)}\n`;
}

function badObject(draft: Draft, kind: BadLineKind): string {
  const metadata = metadataOf(draft, 0);
  const line = plainObject(draft, 1, metadata);
  switch (kind) {
    case "truncated":
      return line.slice(0, 120);
    case "not_an_object":
      return `["${draft.eventId}", "${draft.eventType}"]`;
    case "event_id_no_uuid":
      return plainObject({ ...draft, eventId: noUuid(draft.eventId) }, 1, metadata);
    case "user_id_missing":
      return line.replace(/"user_id":"[^"]*",/, "");
    case "timestamp_impossible":
      return plainObject({ ...draft, date: `${draft.date.slice(0, 4)}-02-30` }, 1, metadata);
    case "timestamp_without_offset":
      return line.replace(/(\d\d:\d\d:\d\d\.\d{3})Z/, "$1");
    case "type_unknown":
      return plainObject({ ...draft, eventType: "ArticleAdmired" }, 1, metadata);
    case "amount_as_text":
      return plainObject({ ...draft, eventType: "PaymentSuccessful" }, 1, `{"total_amount":"59,99","currency":"EUR"}`);
    case "version_zero":
      return plainObject(draft, 0, metadata);
    case "key_twice":
      return plainObject(draft, 1, `{"article_id":"10001",${metadata.slice(1, -1)},"article_id":"10002"}`);
    case "nul_character":
      return plainObject(draft, 1, `${metadata.slice(0, -1)},"note":"\\u0000"}`);
    case "broken_utf8":
      return plainObject(draft, 1, `${metadata.slice(0, -1)},"note":"Caf\xe9"}`);
    case "too_deep":
      return plainObject(draft, 1, deep(metadata));
  }
}

function badRecord(draft: Draft, kind: BadLineKind): string {
  const metadata = metadataOf(draft, 0);
  const time = `${draft.date}T12:00:00Z`;
  const write = (changed: Partial<Draft>, version = 1, cell = metadata, timestamp = time) => {
    const record = { ...draft, ...changed };
    return csvCells(record.eventId, record, timestamp, version, cell);
  };
  switch (kind) {
    case "truncated":
      return `${draft.eventId},${draft.eventType},${time}\n`;
    case "not_an_object":
      return write({}, 1, `["${draft.eventType}"]`);
    case "event_id_no_uuid":
      return write({ eventId: noUuid(draft.eventId) });
    case "user_id_missing":
      return write({ userId: "" });
    case "timestamp_impossible":
      return write({}, 1, metadata, `${draft.date.slice(0, 4)}-02-30T12:00:00Z`);
    case "timestamp_without_offset":
      return write({}, 1, metadata, `${draft.date} 12:00:00`);
    case "type_unknown":
      return write({ eventType: "ArticleAdmired" });
    case "amount_as_text":
      return write({ eventType: "PaymentSuccessful" }, 1, `{"total_amount":"59,99","currency":"EUR"}`);
    case "version_zero":
      return write({}, 0);
    case "key_twice":
      return write({}, 1, `{"article_id":"10001",${metadata.slice(1, -1)},"article_id":"10002"}`);
    case "nul_character":
      return write({}, 1, `${metadata.slice(0, -1)},"note":"\\u0000"}`);
    case "broken_utf8":
      return write({}, 1, `${metadata.slice(0, -1)},"note":"Caf\xe9"}`);
    case "too_deep":
      return write({}, 1, deep(metadata));
  }
}

/** The brief's own mistake: letters that are no hexadecimal digits. */
function noUuid(eventId: string): string {
  return `${eventId.slice(0, 19)}9ghi${eventId.slice(23)}`;
}

function deep(metadata: string): string {
  return `${metadata.slice(0, -1)},"nested":${"[".repeat(depth)}${"]".repeat(depth)}}`;
}
