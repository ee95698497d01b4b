// Where in an object something lies (JSON pointers, RFC 6901), and the object with another thing there. Pointers walk
// through objects alone: what lies in a list, or below a text or a number, is absent.
import { isObject, type JsonObject, type JsonValue } from "./exact-json.ts";

/** The keys on the way, the outermost first; never empty. */
export type Path = readonly [string, ...string[]];

/** A pointer's keys; null for a text that is no pointer, or that means the whole. */
export function parsePointer(text: string): Path | null {
  if (!/^(\/([^~]|~[01])*)+$/s.test(text)) return null;
  const keys = text
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys as unknown as Path;
}

export function writePointer(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Undefined where there is nothing. */
export function valueAt(object: JsonObject, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) {
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** A copy that has a value there, with the parents that were missing; null where a parent is no object. */
export function withValue(object: JsonObject, path: Path, value: JsonValue): JsonObject | null {
  const [key, ...rest] = path;
  if (!isPath(rest)) return { ...object, [key]: value };
  const parent = Object.hasOwn(object, key) ? object[key] : {};
  const filled = isObject(parent) ? withValue(parent, rest, value) : null;
  return filled === null ? null : { ...object, [key]: filled };
}

/** A copy that has nothing there; the parents stay. */
export function withoutValue(object: JsonObject, path: Path): JsonObject {
  const [key, ...rest] = path;
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  if (inner === undefined) return object;
  if (isPath(rest)) return isObject(inner) ? { ...object, [key]: withoutValue(inner, rest) } : object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

export function isPath(keys: readonly string[]): keys is Path {
  return keys.length > 0;
}
