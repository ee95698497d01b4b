// Is a value a JSON Schema that the gate can judge metadata by? Every problem is told with its place: what the standard
// refuses, and what could make the judging of a line slow, or endless.
import type { ErrorItem } from "@almanac/domain/errors";
import { isList, isObject, type JsonObject, type JsonValue } from "@almanac/domain/schema/exact-json";
import type { ErrorObject } from "ajv";
import { escapePointer } from "../json/pointer.ts";
import { compileSchema, newAjv } from "./compile.ts";
import { patternProblem } from "./pattern.ts";
import { everySchema, type SubSchema } from "./sub-schemas.ts";
import { workProblems } from "./work.ts";

const dialect = "https://json-schema.org/draft/2020-12/schema";
const mostBytes = 100_000;

/** Words that mean something to the engine and nothing to the standard, or that lead out of the schema. */
const refused: Readonly<Record<string, string>> = {
  $async: "is no word of JSON Schema 2020-12",
  nullable: 'is no word of JSON Schema 2020-12: write "type": ["…", "null"]',
  discriminator: "is no word of JSON Schema 2020-12",
  $recursiveRef: "is no word of JSON Schema 2020-12",
  $recursiveAnchor: "is no word of JSON Schema 2020-12",
  $dynamicRef: "is not supported: name what is meant by $ref",
  $dynamicAnchor: "is not supported: name what is meant by $ref",
  $anchor: "is not supported: name what is meant by a pointer, #/$defs/…",
};

/** All that is wrong with it, with pointers below `pointer`; nothing where it can be registered. */
export function checkSchema(jsonSchema: JsonValue, pointer: string): ErrorItem[] {
  if (!isObject(jsonSchema)) return [item(pointer, "schema.no_object", "A JSON Schema of metadata is an object.")];
  if (JSON.stringify(jsonSchema).length > mostBytes) {
    return [item(pointer, "schema.too_large", `A schema has at most ${mostBytes.toLocaleString("en")} characters.`)];
  }
  const inexact = inexactNumbers(jsonSchema, pointer);
  if (inexact.length > 0) return inexact;
  const subSchemas = everySchema(jsonSchema, pointer);
  const own = [...dialectProblems(jsonSchema, pointer), ...subSchemas.flatMap((one) => wordProblems(one, pointer))];
  const problems = [...own, ...standardProblems(jsonSchema, pointer)];
  if (problems.length > 0) return problems;
  const expensive = workProblems(jsonSchema, subSchemas, pointer);
  return expensive.length > 0
    ? expensive
    : [...typeProblems(jsonSchema, pointer), ...compileProblems(jsonSchema, pointer)];
}

/** Bounds and constants are compared as doubles: one that a double does not hold would mean another one. */
function inexactNumbers(value: JsonValue, pointer: string): ErrorItem[] {
  if (typeof value === "string" && value.startsWith("\u0000")) {
    const detail = "A number of a schema has no more digits than a double holds.";
    return [item(pointer, "schema.number_inexact", detail)];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => inexactNumbers(inner, `${pointer}/${escapePointer(key)}`));
}

function dialectProblems({ $schema }: JsonObject, pointer: string): ErrorItem[] {
  if ($schema === undefined || $schema === dialect || $schema === `${dialect}#`) return [];
  return [item(`${pointer}/$schema`, "schema.dialect_unknown", `The dialect is ${dialect}.`)];
}

function wordProblems({ schema, pointer }: SubSchema, root: string): ErrorItem[] {
  const problems = Object.keys(schema)
    .filter((word) => Object.hasOwn(refused, word))
    .map((word) => item(`${pointer}/${escapePointer(word)}`, "schema.word_refused", `${word} ${refused[word]}.`));
  if (pointer !== root && Object.hasOwn(schema, "$id")) {
    problems.push(item(`${pointer}/$id`, "schema.word_refused", "$id stands at the top alone."));
  }
  const patterns = [
    ...(typeof schema["pattern"] === "string" ? [{ at: "/pattern", pattern: schema["pattern"] }] : []),
    ...Object.keys(isObject(schema["patternProperties"]) ? schema["patternProperties"] : {}).map((pattern) => ({
      at: `/patternProperties/${escapePointer(pattern)}`,
      pattern,
    })),
  ];
  for (const { at, pattern } of patterns) {
    const problem = patternProblem(pattern);
    if (problem !== null) problems.push(item(`${pointer}${at}`, "schema.pattern_refused", problem));
  }
  return problems;
}

/** What the standard's own schema says, one item a place. */
function standardProblems(jsonSchema: JsonObject, pointer: string): ErrorItem[] {
  const ajv = newAjv({ allErrors: true });
  const { $schema: _dialect, ...rest } = jsonSchema;
  // Patterns were looked at; what the standard calls the format `regex` is another engine's business.
  void ajv.validateSchema(rest);
  const places = new Map<string, Set<string>>();
  for (const error of ajv.errors ?? []) {
    if (error.keyword === "anyOf" || error.keyword === "$dynamicRef" || error.params["format"] === "regex") continue;
    const place = `${pointer}${error.instancePath}`;
    places.set(place, (places.get(place) ?? new Set()).add(saidBy(error)));
  }
  return [...places].map(([place, said]) => item(place, "schema.word_invalid", `It ${[...said].join(", or ")}.`));
}

function saidBy(error: ErrorObject): string {
  const { allowedValues } = error.params as { allowedValues?: unknown };
  return allowedValues === undefined
    ? (error.message ?? "is invalid")
    : `must be one of ${JSON.stringify(allowedValues)}`;
}

/** Metadata is an object, whatever else the schema would take. */
function typeProblems({ type }: JsonObject, pointer: string): ErrorItem[] {
  const isPossible = type === undefined || type === "object" || (isList(type) && type.includes("object"));
  return isPossible ? [] : [item(`${pointer}/type`, "schema.no_object", "Metadata is an object: type must allow it.")];
}

/** What only compiling shows. */
function compileProblems(jsonSchema: JsonObject, pointer: string): ErrorItem[] {
  try {
    compileSchema(jsonSchema);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : "it cannot be compiled";
    return [item(pointer, "schema.uncompilable", `It cannot be used: ${message}.`)];
  }
}

function item(pointer: string, code: string, detail: string): ErrorItem {
  return { pointer, code, detail };
}
