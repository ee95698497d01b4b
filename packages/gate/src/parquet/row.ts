// Which fields of an event a row of a Parquet file holds: texts, or the types that Parquet has for them.
import type { EventField, Found, FoundEvent, FoundTime, Misfit } from "@almanac/domain/event/envelope";
import { eventFields, isReject } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import type { FoundMetadata } from "../event/found.ts";
import { emptyMetadata, nothingFound } from "../event/found.ts";
import { readMetadata } from "../event/metadata.ts";
import type { Column } from "./values.ts";
import { jsonText, ParquetDate, ParquetJson, ParquetTime, timeText, UnfitValue, uuidText } from "./values.ts";

/** What a row holds; `reject` where it cannot be read. */
export interface FoundRow {
  found: FoundEvent;
  metadata: FoundMetadata | Misfit | null;
  extra: string | null;
  reject: Reject | null;
}

const known = new Set<string>(eventFields);

/** Reads a row, given as its values in the order of the columns. */
export function readRow(columns: readonly Column[], values: readonly unknown[]): FoundRow {
  const row: FoundRow = { found: nothingFound(), metadata: emptyMetadata, extra: null, reject: null };
  const others: string[] = [];
  for (const [index, column] of columns.entries()) {
    const value = values[index] ?? null;
    if (value === null) continue;
    try {
      if (!known.has(column.name)) {
        const text = jsonText(value, column, checkJson);
        if (text !== undefined) others.push(`${JSON.stringify(column.name)}:${text}`);
      } else take(row, column.name as EventField, value, column);
    } catch (error) {
      if (!(error instanceof UnfitValue)) throw error;
      row.reject ??= { code: error.code, pointer: `/${column.name}`, detail: `${column.name} ${error.message}.` };
    }
  }
  if (others.length > 0) row.extra = `{${others.join(",")}}`;
  return row;
}

/** The row as JSON, for a reject; what JSON does not have is written as a text. */
export function rowText(columns: readonly Column[], values: readonly unknown[]): string {
  const members = columns.flatMap((column, index) => {
    const value = values[index] ?? null;
    if (value === null) return [];
    return `${JSON.stringify(column.name)}:${legibleText(value, column)}`;
  });
  return `{${members.join(",")}}`;
}

function legibleText(value: unknown, column: Column): string {
  try {
    if (value instanceof Uint8Array && value.length === 16) return JSON.stringify(uuidText(value));
    return jsonText(value, column, checkJson) ?? "null";
  } catch (error) {
    if (!(error instanceof UnfitValue)) throw error;
    if (value instanceof Uint8Array) return `{"base64":${JSON.stringify(Buffer.from(value).toString("base64"))}}`;
    const shown = typeof value === "string" ? value : value instanceof ParquetJson ? value.text : error.message;
    return JSON.stringify(shown.replaceAll("\0", "\u{fffd}"));
  }
}

function take(row: FoundRow, field: EventField, value: unknown, column: Column): void {
  const { found } = row;
  switch (field) {
    case "event_id":
      found.eventId = uuidFound(value, column);
      break;
    case "event_type":
      found.eventType = textFound(value, column);
      break;
    case "event_timestamp":
      found.eventTimestamp = timeFound(value, column);
      break;
    case "user_id":
      found.userId = uuidFound(value, column);
      break;
    case "related_id":
      found.relatedId = uuidFound(value, column);
      break;
    case "version":
      found.version = countFound(value, column);
      break;
    case "metadata":
      takeMetadata(row, value, column);
      break;
    case "location_id":
      found.locationId = uuidFound(value, column);
      break;
    case "visit_date":
      found.visitDate = value instanceof ParquetDate ? String(value) : textFound(value, column);
      break;
    case "schema_version":
      found.schemaVersion = countFound(value, column);
      break;
  }
}

function takeMetadata(row: FoundRow, value: unknown, column: Column): void {
  const text = value instanceof ParquetJson ? value.text : metadataText(value, column);
  const read = readMetadata(text);
  if (isReject(read)) row.reject ??= read;
  else row.metadata = read;
}

/** A text is JSON; a struct becomes some. */
function metadataText(value: unknown, column: Column): string {
  const found = column.children.length === 0 ? textFound(value, column) : null;
  return typeof found === "string" ? found : (jsonText(value, column, checkJson) ?? "{}");
}

function uuidFound(value: unknown, column: Column): Found {
  return value instanceof Uint8Array && value.length === 16 ? uuidText(value) : textFound(value, column);
}

function countFound(value: unknown, column: Column): Found {
  const isCount = typeof value === "bigint" || typeof value === "number" || column.scale !== null;
  return isCount ? (jsonText(value, column, checkJson) ?? null) : textFound(value, column);
}

function timeFound(value: unknown, column: Column): Found | FoundTime {
  if (!(value instanceof ParquetTime)) return textFound(value, column);
  // What is finer than a microsecond goes on as text, which says so.
  if (value.ns % 1000n !== 0n) return timeText(value, column.isLocalTime);
  return { us: Number(value.ns / 1000n), isLocal: column.isLocalTime };
}

function textFound(value: unknown, column: Column): Found {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array && column.children.length === 0) {
    return JSON.parse(jsonText(value, column, checkJson) ?? "null") as Found;
  }
  if (value instanceof ParquetTime) return { is: "a timestamp" };
  if (value instanceof ParquetDate) return { is: "a date" };
  if (typeof value === "boolean") return { is: "a boolean" };
  return typeof value === "object" ? { is: column.isList ? "a list" : "a struct" } : { is: "a number" };
}

function checkJson(text: string): void {
  const read = readMetadata(text);
  if (isReject(read)) throw new UnfitValue(read.code, "holds a text that is no JSON");
}
