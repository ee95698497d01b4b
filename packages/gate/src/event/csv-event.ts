import { AppError } from "@almanac/domain/errors";
// Which fields of an event a CSV record holds. The header names them as JSON does; an empty cell is an absent field, and
// an absent metadata is an empty object here, because a cell can hardly say "nothing" in another way.
import type { EventField, FoundEvent, Misfit } from "@almanac/domain/event/envelope";
import { eventFields, isReject } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import type { RegionText } from "../records.ts";
import type { CsvRecord } from "../split/csv.ts";
import { cellText } from "../split/csv.ts";
import type { EventReader, FoundMetadata } from "./found.ts";
import { emptyMetadata, nothingFound, requiredColumns } from "./found.ts";
import { readMetadata } from "./metadata.ts";

/** Reads events out of CSV records, once it has the header. */
export class CsvEventReader implements EventReader<CsvRecord> {
  readonly spans = null;
  readonly hasCells = true;
  readonly found: FoundEvent = nothingFound();
  metadata: FoundMetadata | Misfit | null = null;
  extra: string | null = null;
  private columns: Partial<Record<EventField, number>> = {};
  private others: { key: string; column: number }[] = [];

  /** Takes the names of the columns. Throws `csv.header_invalid` (incorrect) when they name no events. */
  takeHeader(names: readonly string[] | null): void {
    const columns = columnsOf(names, requiredColumns);
    this.columns = Object.fromEntries(eventFields.map((field) => [field, columns.get(field)]));
    const known = new Set<string>(eventFields);
    this.others = [...columns]
      .filter(([name]) => !known.has(name))
      .map(([name, column]) => ({ key: JSON.stringify(name), column }));
  }

  read(text: RegionText, record: CsvRecord): Reject | null {
    const { found, columns } = this;
    found.eventId = null;
    if (text.hasNul(record.start, record.end)) {
      return { code: "line.nul", pointer: "", detail: "It has a NUL character." };
    }
    found.eventId = cellAt(text, record, columns.event_id);
    found.eventType = cellAt(text, record, columns.event_type);
    found.eventTimestamp = cellAt(text, record, columns.event_timestamp);
    found.userId = cellAt(text, record, columns.user_id);
    found.relatedId = cellAt(text, record, columns.related_id);
    found.version = cellAt(text, record, columns.version);
    found.locationId = cellAt(text, record, columns.location_id);
    found.visitDate = cellAt(text, record, columns.visit_date);
    found.schemaVersion = cellAt(text, record, columns.schema_version);
    this.extra = this.others.length === 0 ? null : this.readOthers(text, record);
    return this.takeMetadata(cellAt(text, record, columns.metadata));
  }

  pointer(pointer: string): string {
    return pointer;
  }

  private readOthers(text: RegionText, record: CsvRecord): string | null {
    const others = this.others.flatMap(({ key, column }) => {
      const value = cellAt(text, record, column);
      return value === null ? [] : `${key}:${JSON.stringify(value)}`;
    });
    return others.length === 0 ? null : `{${others.join(",")}}`;
  }

  private takeMetadata(text: string | null): Reject | null {
    const read = text === null ? emptyMetadata : readMetadata(text);
    if (isReject(read)) return read;
    this.metadata = read;
    return null;
  }
}

/** The columns by their names. Throws `csv.header_invalid` (incorrect) for a header that lacks one, or has one twice. */
export function columnsOf(names: readonly string[] | null, required: readonly string[]): Map<string, number> {
  if (names === null) throw headerInvalid("The first line is no header of a CSV file.");
  const columns = new Map<string, number>();
  for (const [column, name] of names.entries()) {
    if (name === "" || name.includes("\0")) throw headerInvalid(`Column ${column + 1} of the header has no name.`);
    if (columns.has(name)) throw headerInvalid(`The header has the column ${JSON.stringify(name)} twice.`);
    columns.set(name, column);
  }
  const missing = required.filter((name) => !columns.has(name));
  if (missing.length > 0) throw headerInvalid(`The header lacks ${missing.join(", ")}.`);
  return columns;
}

/** A cell's text; null where it is empty, or the file has no such column. */
export function cellAt(text: RegionText, record: CsvRecord, column: number | undefined): string | null {
  const cell = column === undefined ? undefined : record.cells[column];
  return cell === undefined || cell.start === cell.end ? null : cellText(text, cell);
}

function headerInvalid(detail: string): AppError {
  return new AppError("incorrect", { code: "csv.header_invalid", detail });
}
