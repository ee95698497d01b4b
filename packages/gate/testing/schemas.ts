// Schemas of the compared words, changes of them, steps, and documents of their named fields: small on purpose, so that
// bounds, names and values meet.
import type { JsonObject, JsonValue } from "@almanac/domain/schema/exact-json";
import { parseSteps } from "@almanac/domain/schema/parse-steps";
import type { UpcastStep } from "@almanac/domain/schema/step";
import fc from "fast-check";

const name = fc.constantFrom("a", "b", "c");
const number = fc.integer({ min: -4, max: 6 }).map((halves) => halves / 2);
const length = fc.integer({ min: 0, max: 3 });
const text = fc.string({ unit: fc.constantFrom("x", "1", "𝄞"), maxLength: 4 });
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(fc.constantFrom(null, true, false), number, text);
const typeName = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");

function some(words: Record<string, fc.Arbitrary<JsonValue>>): fc.Arbitrary<JsonObject> {
  return fc.record(words, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}

const { schema, properties } = fc.letrec<{ schema: JsonObject; properties: JsonObject; node: JsonObject }>((tie) => ({
  properties: fc.dictionary(name, tie("schema"), { maxKeys: 3 }) as fc.Arbitrary<JsonObject>,
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant({}),
    some({ type: fc.constantFrom("integer", "number"), minimum: number, maximum: number }),
    some({ type: fc.constantFrom("integer", "number"), exclusiveMinimum: number, exclusiveMaximum: number }),
    some({ type: fc.constantFrom("string", ["string", "null"]), minLength: length, maxLength: length }),
    fc.record({ enum: fc.array(scalar, { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<JsonObject>,
    some({ const: scalar, type: typeName }),
    some({ type: fc.constant("array"), items: tie("schema"), minItems: length, maxItems: length }),
    some({
      type: fc.constantFrom("object", ["object", "null"]),
      properties: tie("properties"),
      required: fc.uniqueArray(name, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.constantFrom(true, false), tie("schema")),
    }),
    some({ type: fc.uniqueArray(typeName, { minLength: 1, maxLength: 3 }) }),
  ),
  schema: tie("node"),
}));

/** A schema of metadata. */
export const anySchema: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      type: fc.constant("object"),
      properties,
      required: fc.uniqueArray(name, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.constantFrom(true, false), schema),
    },
    { requiredKeys: ["type", "properties"] },
  )
  .map((words) => words as JsonObject);

/** The same schema with another part at one place, or with one word less. */
export function changed(from: JsonObject): fc.Arbitrary<JsonObject> {
  const places = placesOf(from);
  return fc
    .tuple(fc.nat(), fc.oneof(fc.constant(null), schema, fc.nat()))
    .map(([which, change]) => {
      const place = places[which % places.length]!;
      return replacedAt(from, place, (old) => {
        if (typeof change !== "number") return change ?? {};
        const words = Object.entries(old).filter((_entry, at, all) => at !== change % all.length);
        return Object.fromEntries(words);
      }) as JsonObject;
    })
    .map((to) => ({ ...to, type: "object" }));
}

function placesOf(value: JsonObject): string[][] {
  const inner = (key: string, one: JsonValue | undefined): string[][] =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? placesOf(one as JsonObject).map((path) => [key, ...path])
      : [];
  const named = (value["properties"] ?? {}) as JsonObject;
  return [
    [],
    ...Object.keys(named).flatMap((key) => inner(key, named[key]).map((path) => ["properties", ...path])),
    ...inner("items", value["items"]),
    ...inner("additionalProperties", value["additionalProperties"]),
  ];
}

function replacedAt(value: JsonValue, path: readonly string[], change: (old: JsonObject) => JsonValue): JsonValue {
  const [key, ...rest] = path;
  const object = value as JsonObject;
  return key === undefined ? change(object) : { ...object, [key]: replacedAt(object[key]!, rest, change) };
}

const pointer = fc.array(name, { minLength: 1, maxLength: 2 }).map((keys) => `/${keys.join("/")}`);
const allow_loss = fc.boolean();

/** Steps that may be registered. */
export const anySteps: fc.Arbitrary<UpcastStep[]> = fc
  .array(
    fc.oneof(
      fc.record({ op: fc.constant("default"), path: pointer, value: scalar }),
      fc.record({ op: fc.constantFrom("rename", "move", "copy"), path: pointer, to: pointer, allow_loss }),
      fc.record({
        op: fc.constant("cast"),
        path: pointer,
        type: fc.constantFrom("string", "number", "integer", "boolean"),
        allow_loss,
      }),
      fc.record({
        op: fc.constant("map"),
        path: pointer,
        values: fc.dictionary(text, scalar, { minKeys: 1, maxKeys: 2 }),
      }),
      fc.record({
        op: fc.constant("split"),
        path: pointer,
        to: fc.oneof(pointer, fc.tuple(pointer, pointer)),
        separator: fc.constant("1"),
      }),
      fc.record({ op: fc.constant("drop"), path: pointer, allow_loss: fc.constant(true) }),
    ),
    { maxLength: 3 },
  )
  .map((steps) =>
    steps.flatMap((step) => {
      const parsed = parseSteps([step]);
      return "steps" in parsed ? parsed.steps : [];
    }),
  );

/** A document of a schema's named fields; not every one is right by it, where it asks for what nothing can be. */
export function documentOf(of: JsonValue): fc.Arbitrary<JsonValue> {
  const said = (typeof of === "object" && of !== null ? of : {}) as JsonObject;
  const values = said["const"] === undefined ? said["enum"] : [said["const"]];
  if (Array.isArray(values)) return fc.constantFrom(...(values as JsonValue[]));
  const types = [said["type"] ?? ["null", "boolean", "number", "string", "array", "object"]].flat() as string[];
  return fc.constantFrom(...types).chain((type) => valueOf(said, type));
}

function valueOf(said: JsonObject, type: string): fc.Arbitrary<JsonValue> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: -3, max: 4 });
    case "number":
      return number;
    case "string":
      return text;
    case "array":
      return fc.array(documentOf(said["items"] ?? true), { maxLength: 4 });
    default: {
      const named = (said["properties"] ?? {}) as JsonObject;
      const required = (said["required"] ?? []) as string[];
      const fields = new Map(Object.entries(named).map(([key, one]) => [key, documentOf(one)]));
      for (const key of required)
        if (!fields.has(key)) fields.set(key, documentOf(said["additionalProperties"] ?? true));
      const others = said["additionalProperties"];
      const own = fc.record(Object.fromEntries(fields), { requiredKeys: required }) as fc.Arbitrary<JsonObject>;
      // Only where the schema says what other members are they belong to it.
      const isSaid = typeof others === "object" && others !== null && Object.keys(others).length > 0;
      if (!isSaid) return own;
      const free = name.filter((key) => !fields.has(key));
      const extra = fields.size === 3 ? fc.constant({}) : fc.dictionary(free, documentOf(others), { maxKeys: 2 });
      return fc.tuple(extra, own).map(([one, other]) => ({ ...one, ...other }));
    }
  }
}
