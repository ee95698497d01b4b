// The schemas inside of a schema, each with its place.
import { isList, isObject, type JsonObject, type JsonValue } from "@almanac/domain/schema/exact-json";
import { escapePointer } from "../json/pointer.ts";

export interface SubSchema {
  schema: JsonObject;
  pointer: string;
}

/** Words whose value is a schema, a list of them, or an object of them. */
const holders: ReadonlyMap<string, "one" | "list" | "map"> = new Map([
  ["allOf", "list"],
  ["anyOf", "list"],
  ["oneOf", "list"],
  ["not", "one"],
  ["if", "one"],
  ["then", "one"],
  ["else", "one"],
  ["dependentSchemas", "map"],
  ["dependencies", "map"],
  ["properties", "map"],
  ["patternProperties", "map"],
  ["additionalProperties", "one"],
  ["propertyNames", "one"],
  ["unevaluatedProperties", "one"],
  ["items", "one"],
  ["prefixItems", "list"],
  ["contains", "one"],
  ["unevaluatedItems", "one"],
  ["contentSchema", "one"],
  ["$defs", "map"],
  ["definitions", "map"],
]);

/** The schemas directly inside of one, those that are only defined there included. */
export function innerSchemas({ schema, pointer }: SubSchema): SubSchema[] {
  return Object.entries(schema).flatMap(([word, value]) => {
    const holds = holders.get(word);
    if (holds === undefined) return [];
    const at = `${pointer}/${escapePointer(word)}`;
    const inner: [string, JsonValue][] =
      holds === "one"
        ? [[at, value]]
        : isList(value) || isObject(value)
          ? Object.entries(value).map(([key, one]) => [`${at}/${escapePointer(key)}`, one])
          : [];
    return inner.flatMap(([place, one]) => (isObject(one) ? [{ schema: one, pointer: place }] : []));
  });
}

/** All of them, the outermost first. */
export function everySchema(schema: JsonObject, pointer: string): SubSchema[] {
  const found: SubSchema[] = [{ schema, pointer }];
  for (const one of found) found.push(...innerSchemas(one));
  return found;
}
