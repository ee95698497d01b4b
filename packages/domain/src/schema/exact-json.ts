// JSON whose numbers may be compared, moved and written again without being rounded: what a double cannot hold stays text,
// marked with a NUL, which no text from the gate, the database or a request has.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** Own members alone count: `__proto__` and `constructor` are keys like others. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

const mark = "\u0000";

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/** Parses; equal numbers become equal values, however they are written. */
export function parseExact(text: string): JsonValue {
  const revive: Reviver = (_key, value, { source }) =>
    typeof value === "number" && source !== undefined ? exact(value, source) : value;
  return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1]) as JsonValue;
}

/** The text of a value that was parsed so. */
export function writeExact(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" && inner.startsWith(mark) ? rawJSON(inner.slice(mark.length)) : inner,
  );
}

/** The text with the keys of every object in order: equal values are equal texts. */
export function writeCanonical(value: JsonValue): string {
  return writeExact(ordered(value));
}

export function typeOfJson(value: JsonValue): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "string") return isMarked(value) ? "number" : "string";
  return typeof value as "boolean" | "number" | "object";
}

/** A number's text as people write it; equal numbers have equal texts. */
export function digitsOf(value: number | string): string {
  if (typeof value === "number") return writeExact(value);
  const text = value.slice(mark.length);
  const [, sign = "", digits = "", power = ""] = /^(-?)(\d+)e-(\d{1,4})$/.exec(text) ?? [];
  if (power === "") return text;
  const padded = digits.padStart(Number(power) + 1, "0");
  return `${sign}${padded.slice(0, -Number(power))}.${padded.slice(-Number(power))}`;
}

/** The number that a text of JSON's form is, exactly; null for any other text. */
export function numberFrom(text: string): number | string | null {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? exact(Number(text), text) : null;
}

/** Whether two values are the same, whatever the order of keys. */
export function equalJson(one: JsonValue, other: JsonValue): boolean {
  if (one === other) return true;
  if (isObject(one)) {
    if (!isObject(other)) return false;
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && equalJson(one[key]!, other[key]!))
    );
  }
  return (
    isList(one) && isList(other) && one.length === other.length && one.every((item, at) => equalJson(item, other[at]!))
  );
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isMarked(value: string): boolean {
  return value.startsWith(mark);
}

function ordered(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key]!)]));
}

function exact(value: number, source: string): number | string {
  const normal = normalised(source);
  return Number.isFinite(value) && normalised(String(value)) === normal ? value : `${mark}${normal}`;
}

/** One text for all ways to write a number: digits without zeros around them, and a power of ten. */
function normalised(source: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") {
    return "0";
  }
  const exponent = Number(power) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}${exponent === 0 ? "" : `e${exponent}`}`;
}
