// Which words of JSON Schema 2020-12 can be compared? What a schema says in others is not proven, only told.
import { isObject, type JsonObject, type JsonValue } from "./exact-json.ts";

export const jsonTypes = ["null", "boolean", "number", "string", "array", "object"] as const;
export type ComparedType = (typeof jsonTypes)[number];

/** Compared by what they mean. */
const compared = new Set([
  "type",
  "enum",
  "const",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
]);

/** Compared by whether they are equal, for values of these types. */
const equalOnly: Readonly<Record<string, readonly ComparedType[]>> = {
  pattern: ["string"],
  format: ["string", "number"],
  multipleOf: ["number"],
  uniqueItems: ["array"],
};

/** Refuse values and name no field: of a schema whose documents are looked at they may be left out. */
const refusing = new Set([
  "not",
  "contains",
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
  "propertyNames",
  "dependentRequired",
]);

/** Say what a field is by way of other schemas. */
const naming = new Set([
  "$ref",
  "$dynamicRef",
  "allOf",
  "anyOf",
  "oneOf",
  "if",
  "then",
  "else",
  "dependentSchemas",
  "dependencies",
  "patternProperties",
  "prefixItems",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

/** The words of a schema that refuse values and are not compared. */
export function unprovenWords(schema: JsonObject): string[] {
  return Object.keys(schema).filter((word) => refusing.has(word) || naming.has(word));
}

/** The words of a schema by which fields are named elsewhere. */
export function namingWords(schema: JsonObject): string[] {
  return Object.keys(schema).filter((word) => naming.has(word));
}

/** Whether a schema says anything about which values are right. */
export function isSaying(schema: JsonObject): boolean {
  return Object.keys(schema).some(
    (word) => compared.has(word) || Object.hasOwn(equalOnly, word) || refusing.has(word) || naming.has(word),
  );
}

/** What a schema says in words that are compared by equality, for values of one type. */
export function equalWords(schema: JsonObject, type: ComparedType): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(equalOnly)
      .filter(([word, types]) => types.includes(type) && Object.hasOwn(schema, word) && schema[word] !== false)
      .map(([word]) => [word, schema[word]!]),
  );
}

/** Whether a schema means the same wherever it stands. */
export function standsAlone(schema: JsonValue): boolean {
  if (typeof schema !== "object" || schema === null) return true;
  if (
    isObject(schema) &&
    ["$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$id"].some((word) => Object.hasOwn(schema, word))
  ) {
    return false;
  }
  return Object.values(schema).every(standsAlone);
}
