// Which documents does a schema have? Those of its named fields, as a union of alternatives that steps can be done to.
// Where it is not exact it is too wide, never too narrow.
import { digitsOf, isObject, type JsonObject, type JsonValue, typeOfJson } from "./exact-json.ts";
import { type ComparedType, equalWords, isSaying, jsonTypes, namingWords } from "./keywords.ts";
import { writePointer } from "./pointer.ts";
import {
  at,
  type Bound,
  namedProperties,
  type NumberRule,
  readLength,
  readNumber,
  readTypes,
  readValues,
  requiredNames,
} from "./rule.ts";

export interface Field {
  documents: Documents;
  isRequired: boolean;
}

export interface ObjectAlternative {
  type: "object";
  fields: ReadonlyMap<string, Field>;
  /** Of members with names that the schema leaves open, where it says what they are; else there are none. */
  others: Documents | null;
}

/** Values of one kind. Words that are compared by equality stand in `equal`. */
export type Alternative = (
  | { type: "value"; value: JsonValue }
  | { type: "null" }
  | { type: "boolean" }
  | ({ type: "number"; equal: Record<string, JsonValue> } & NumberRule)
  | { type: "string"; least: number; most: number; equal: Record<string, JsonValue> }
  | { type: "array"; least: number; most: number; items: Documents; equal: Record<string, JsonValue> }
  | ObjectAlternative
  /** What it is stands in words that are not compared, or comes out of a function. */
  | { type: "opaque"; why: string }
) & {
  /** Wider than what there is: what is refused of it need not be there. */
  isLoose?: true;
};

export interface Documents {
  /** Null: any value. */
  alternatives: readonly Alternative[] | null;
  /** The schema that they are of, as long as no step changed them. */
  source: JsonValue | null;
  /** Where that schema stands in what the caller sent. */
  pointer: string;
}

function documentsOf(schema: JsonValue, pointer: string): Documents {
  if (!isObject(schema)) return { alternatives: schema === false ? [] : null, source: schema, pointer };
  const [word] = namingWords(schema);
  if (word !== undefined) {
    return { alternatives: [{ type: "opaque", why: `${pointer}/${word}` }], source: schema, pointer };
  }
  const types = readTypes(schema);
  const values = readValues(schema);
  const alternatives =
    values === null
      ? jsonTypes.filter((type) => types.has(type)).map((type) => alternativeOf(schema, type, pointer))
      : values.filter((value) => types.has(typeOfJson(value))).map((value): Alternative => ({ type: "value", value }));
  return { alternatives, source: schema, pointer };
}

/** The metadata of a schema's events: whatever else the schema would take, it is an object. */
export function metadataOf(schema: JsonValue, pointer: string): Documents {
  const documents = documentsOf(schema, pointer);
  const kept = alternativesOf(documents).filter(
    (one) => one.type === "object" || one.type === "opaque" || (one.type === "value" && isObject(one.value)),
  );
  return { ...documents, alternatives: kept };
}

/** The alternatives, those of any value being one a type. */
export function alternativesOf({ alternatives, pointer }: Documents): readonly Alternative[] {
  return alternatives ?? jsonTypes.map((type) => alternativeOf({}, type, pointer));
}

/** A value as an alternative of its type that no other value of the compared words has. */
export function widened(value: JsonValue, pointer: string): Alternative {
  switch (typeOfJson(value)) {
    case "null":
      return { type: "null" };
    case "boolean":
      return { type: "value", value };
    case "number": {
      const number = Number(digitsOf(value as number | string));
      const only: Bound = { value: number, isExclusive: false };
      return { type: "number", isInteger: Number.isInteger(number), least: only, most: only, equal: {} };
    }
    case "string": {
      const length = Array.from(value as string).length;
      return { type: "string", least: length, most: length, equal: {} };
    }
    case "array": {
      const items = value as readonly JsonValue[];
      const inner = ofAlternatives(
        items.map((item) => ({ type: "value", value: item })),
        pointer,
      );
      return { type: "array", least: items.length, most: items.length, items: inner, equal: {} };
    }
    case "object": {
      const fields = Object.entries(value as JsonObject).map(([name, inner]): [string, Field] => [
        name,
        { documents: ofAlternatives([{ type: "value", value: inner }], pointer), isRequired: true },
      ]);
      return { type: "object", fields: new Map(fields), others: null };
    }
  }
}

function alternativeOf(schema: JsonObject, type: ComparedType, pointer: string): Alternative {
  const equal = equalWords(schema, type);
  switch (type) {
    case "null":
    case "boolean":
      return { type };
    case "number":
      return { type, ...wholeBounds(readNumber(schema)), equal };
    case "string":
      return { type, ...readLength(schema, "minLength", "maxLength"), equal };
    case "array": {
      const items = documentsOf(at(schema, "items") ?? true, `${pointer}/items`);
      return { type, ...readLength(schema, "minItems", "maxItems"), items, equal };
    }
    case "object":
      return objectOf(schema, pointer);
  }
}

function objectOf(schema: JsonObject, pointer: string): ObjectAlternative {
  const required = requiredNames(schema);
  const properties = new Map(namedProperties(schema));
  const others = at(schema, "additionalProperties") ?? true;
  // What is required is named, even where nothing is said about it by name.
  const names = new Set([...properties.keys(), ...required]);
  const fields = [...names].map((name): [string, Field] => [
    name,
    {
      documents: documentsOf(properties.get(name) ?? others, `${pointer}/properties${writePointer([name])}`),
      isRequired: required.includes(name),
    },
  ]);
  const isOpen = !isObject(others) || !isSaying(others);
  return {
    type: "object",
    fields: new Map(fields),
    others: isOpen ? null : documentsOf(others, `${pointer}/additionalProperties`),
  };
}

/** The bounds of integers, moved to the integers that they leave. */
function wholeBounds(rule: NumberRule): NumberRule {
  if (!rule.isInteger) return rule;
  const { least, most } = rule;
  return {
    isInteger: true,
    least: least && {
      value: least.isExclusive ? Math.floor(least.value) + 1 : Math.ceil(least.value),
      isExclusive: false,
    },
    most: most && { value: most.isExclusive ? Math.ceil(most.value) - 1 : Math.floor(most.value), isExclusive: false },
  };
}

function ofAlternatives(alternatives: readonly Alternative[], pointer: string): Documents {
  return { alternatives, source: null, pointer };
}
