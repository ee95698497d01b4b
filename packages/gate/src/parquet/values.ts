// What a value of a Parquet column is as JSON text, without changing it: hyparquet would make decimals floats, instants
// dates of milliseconds, and bytes that are no UTF-8 question marks.
import { isUtf8 } from "node:buffer";
import type { ParquetParsers, SchemaTree } from "hyparquet";

/** An instant, or a local time as if it were UTC, in nanoseconds since the epoch. */
export class ParquetTime {
  readonly ns: bigint;

  constructor(ns: bigint) {
    this.ns = ns;
  }
}

/** A date. */
export class ParquetDate {
  readonly days: number;

  constructor(days: number) {
    this.days = days;
  }

  /** `YYYY-MM-DD`, or something that is no date where it lies beyond what is counted in years of four digits. */
  toString(): string {
    return Math.abs(this.days) > 1e6 ? `day ${this.days}` : new Date(this.days * 86_400_000).toISOString().slice(0, 10);
  }
}

/** JSON as it was sent. */
export class ParquetJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value that JSON does not have, or that is no text; `code` as in a reject. */
export class UnfitValue extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Text that is UTF-8; other bytes stay bytes, and are told apart by that. */
function textFrom(bytes: Uint8Array | undefined): string | Uint8Array | undefined {
  return bytes === undefined || !isUtf8(bytes) ? bytes : Buffer.from(bytes).toString("utf8");
}

/** How the values of annotated columns are read. */
export const exactParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value: bigint) => new ParquetTime(value * 1_000_000n),
  timestampFromMicroseconds: (value: bigint) => new ParquetTime(value * 1000n),
  timestampFromNanoseconds: (value: bigint) => new ParquetTime(value),
  dateFromDays: (days: number) => new ParquetDate(days),
  stringFromBytes: textFrom,
  jsonFromBytes: (bytes: Uint8Array | undefined) => {
    const text = textFrom(bytes);
    return typeof text === "string" ? new ParquetJson(text) : text;
  },
  uuidFromBytes: (bytes: Uint8Array | undefined) => (bytes === undefined ? bytes : uuidText(bytes)),
};

/** The 16 bytes of a UUID in its usual form. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** RFC 3339 in UTC with all nine decimals where they are needed; without the Z for a local time. */
export function timeText({ ns }: ParquetTime, isLocal: boolean): string {
  const ms = Number(ns / 1_000_000n - (ns % 1_000_000n < 0n ? 1n : 0n));
  if (Math.abs(ms) > 8.64e15) return `${ns} ns since 1970`;
  const rest = String(((ns % 1_000_000n) + 1_000_000n) % 1_000_000n).padStart(6, "0");
  return `${new Date(ms).toISOString().slice(0, -1)}${rest.replace(/(?:000)?$/, "")}${isLocal ? "" : "Z"}`;
}

/** A node of the schema with what was taken out of it, so that hyparquet leaves its values as they are. */
export interface Column {
  tree: SchemaTree;
  name: string;
  children: Column[];
  /** Digits after the decimal point, for a decimal. */
  scale: number | null;
  isList: boolean;
  isLocalTime: boolean;
}

/**
 * The JSON text of a value; undefined where there is none (null members of a struct are left out: a struct has every
 * field that any of its rows needs). `checkJson` throws for text that is no JSON. Throws `UnfitValue`.
 */
export function jsonText(value: unknown, column: Column, checkJson: (text: string) => void): string | undefined {
  if (value === null || value === undefined) return undefined;
  const [element] = column.children;
  if (column.isList && element !== undefined && isIndexed(value)) {
    return `[${Array.from(value, (item: unknown) => jsonText(item, element, checkJson) ?? "null").join(",")}]`;
  }
  if (column.children.length > 0) {
    const struct = value as Record<string, unknown>;
    const members = column.children.flatMap((child) => {
      const text = jsonText(struct[child.name], child, checkJson);
      return text === undefined ? [] : `${JSON.stringify(child.name)}:${text}`;
    });
    return `{${members.join(",")}}`;
  }
  return leafText(value, column, checkJson);
}

function leafText(value: unknown, column: Column, checkJson: (text: string) => void): string {
  if (column.scale !== null) return decimalText(unscaled(value), column.scale);
  if (typeof value === "string") {
    if (value.includes("\0")) throw new UnfitValue("line.nul", "has a NUL character");
    return JSON.stringify(value);
  }
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new UnfitValue("line.number_out_of_range", `is ${value}`);
    return JSON.stringify(value);
  }
  if (value instanceof ParquetTime) return JSON.stringify(timeText(value, column.isLocalTime));
  if (value instanceof ParquetDate) return JSON.stringify(String(value));
  if (value instanceof ParquetJson) {
    checkJson(value.text);
    return value.text;
  }
  if (value instanceof Uint8Array) {
    const text = textFrom(value);
    if (typeof text === "string") return leafText(text, column, checkJson);
    throw new UnfitValue("line.not_utf8", "holds bytes that are no UTF-8");
  }
  if (isIndexed(value)) {
    return `[${Array.from(value, (item) => (item == null ? "null" : leafText(item, column, checkJson))).join(",")}]`;
  }
  throw new UnfitValue("parquet.value_unknown", "holds a value of an unknown kind");
}

function isIndexed(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function unscaled(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return BigInt(value);
  if (value instanceof Uint8Array && value.length > 0) {
    return BigInt.asIntN(value.length * 8, BigInt(`0x${Buffer.from(value).toString("hex")}`));
  }
  throw new UnfitValue("parquet.value_unknown", "holds a decimal without digits");
}

function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
