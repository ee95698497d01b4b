// Metadata with what a type's defaults give to it, and with its own where it has that.
import { isObject, type JsonObject, type JsonValue } from "./exact-json.ts";

/** The value with the members of `given` that it lacks, inside of objects too; the same one where it lacks nothing. */
export function withDefaults(value: JsonObject, given: JsonObject): JsonObject {
  return isLacking(value, given) ? (filled(value, given) as JsonObject) : value;
}

/** Whether an object lacks a member, or has an object there that lacks one. */
export function isLacking(value: JsonValue, given: JsonValue): boolean {
  if (!isObject(value) || !isObject(given)) return false;
  return Object.entries(given).some(([key, one]) => !Object.hasOwn(value, key) || isLacking(value[key]!, one));
}

function filled(value: JsonValue, given: JsonValue): JsonValue {
  if (!isObject(value) || !isObject(given)) return value;
  const missing = Object.entries(given).filter(([key]) => !Object.hasOwn(value, key));
  const own = Object.entries(value).map(([key, one]): [string, JsonValue] => [
    key,
    Object.hasOwn(given, key) ? filled(one, given[key]!) : one,
  ]);
  return Object.fromEntries([...own, ...missing]);
}
