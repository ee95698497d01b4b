import { isList, isObject, type JsonObject, type JsonValue } from "./exact-json.ts";
// What does a schema ask of a value? Read into one form, a rule a schema, so that documents can be held against it.
import { type ComparedType, equalWords, jsonTypes, unprovenWords } from "./keywords.ts";
import { writePointer } from "./pointer.ts";

/** A bound of numbers. */
export interface Bound {
  value: number;
  isExclusive: boolean;
}

export interface NumberRule {
  isInteger: boolean;
  least: Bound | null;
  most: Bound | null;
}

/** Lengths: code points of a text, items of a list. */
export interface LengthRule {
  least: number;
  most: number;
}

export interface ObjectRule {
  /** By name. */
  properties: ReadonlyMap<string, Rule>;
  required: readonly string[];
  /** Of members that are not named: null where there is none, so that any may be there. */
  others: Rule | null;
}

export interface Rule {
  /** Where the schema stands in what the caller sent. */
  pointer: string;
  source: JsonValue;
  /** Whatever it is, it is right. */
  isAny: boolean;
  values: readonly JsonValue[] | null;
  types: ReadonlySet<ComparedType>;
  number: NumberRule;
  text: LengthRule;
  list: LengthRule & { items: Rule | null };
  object: ObjectRule;
  /** Words of the schema that must be equal to be right, by the type that they concern. */
  equal(type: ComparedType): Record<string, JsonValue>;
  /** Words of the schema that are not compared. */
  unproven: readonly string[];
}

export function readRule(schema: JsonValue, pointer: string): Rule {
  const said: JsonObject = isObject(schema) ? schema : {};
  const items = at(said, "items");
  const rule: Rule = {
    pointer,
    source: schema,
    isAny: false,
    values: readValues(said),
    types: schema === false ? new Set<ComparedType>() : readTypes(said),
    number: readNumber(said),
    text: readLength(said, "minLength", "maxLength"),
    list: {
      ...readLength(said, "minItems", "maxItems"),
      items: items === undefined ? null : readRule(items, `${pointer}/items`),
    },
    object: isObject(schema) ? readObject(said, pointer) : { properties: new Map(), required: [], others: null },
    equal: (type) => equalWords(said, type),
    unproven: unprovenWords(said),
  };
  return { ...rule, isAny: asksNothing(rule) };
}

function asksNothing(rule: Rule): boolean {
  return (
    rule.values === null &&
    rule.unproven.length === 0 &&
    jsonTypes.every((type) => rule.types.has(type) && Object.keys(rule.equal(type)).length === 0) &&
    !rule.number.isInteger &&
    rule.number.least === null &&
    rule.number.most === null &&
    [rule.text, rule.list].every(({ least, most }) => least === 0 && most === Infinity) &&
    (rule.list.items === null || rule.list.items.isAny) &&
    rule.object.required.length === 0 &&
    // A name is something said, even where any value may have it.
    rule.object.properties.size === 0 &&
    (rule.object.others === null || rule.object.others.isAny)
  );
}

export function readTypes(schema: JsonObject): ReadonlySet<ComparedType> {
  const type = at(schema, "type");
  if (type === undefined) return new Set(jsonTypes);
  const named = isList(type) ? type : [type];
  return new Set(jsonTypes.filter((one) => named.includes(one) || (one === "number" && named.includes("integer"))));
}

/** The values that `enum` and `const` leave; null where there is neither. */
export function readValues(schema: JsonObject): readonly JsonValue[] | null {
  const constant = at(schema, "const");
  if (constant !== undefined) return [constant];
  const values = at(schema, "enum");
  return isList(values) ? values : null;
}

export function readNumber(schema: JsonObject): NumberRule {
  const type = at(schema, "type");
  const named = isList(type) ? type : [type];
  return {
    isInteger: named.includes("integer") && !named.includes("number"),
    least: stronger(bound(schema, "minimum", false), bound(schema, "exclusiveMinimum", true), (one, two) => one > two),
    most: stronger(bound(schema, "maximum", false), bound(schema, "exclusiveMaximum", true), (one, two) => one < two),
  };
}

export function readLength(schema: JsonObject, least: string, most: string): LengthRule {
  return { least: numberAt(schema, least) ?? 0, most: numberAt(schema, most) ?? Infinity };
}

function readObject(schema: JsonObject, pointer: string): ObjectRule {
  const others = readRule(at(schema, "additionalProperties") ?? true, `${pointer}/additionalProperties`);
  return {
    properties: new Map(
      namedProperties(schema).map(([name, inner]) => [
        name,
        readRule(inner, `${pointer}/properties${writePointer([name])}`),
      ]),
    ),
    required: requiredNames(schema),
    others: others.isAny ? null : others,
  };
}

export function namedProperties(schema: JsonObject): [string, JsonValue][] {
  const properties = at(schema, "properties");
  return isObject(properties) ? Object.entries(properties) : [];
}

export function requiredNames(schema: JsonObject): string[] {
  const required = at(schema, "required");
  return isList(required) ? required.filter((name) => typeof name === "string") : [];
}

export function at(schema: JsonObject, word: string): JsonValue | undefined {
  return Object.hasOwn(schema, word) ? schema[word] : undefined;
}

function bound(schema: JsonObject, word: string, isExclusive: boolean): Bound | null {
  const value = numberAt(schema, word);
  return value === undefined ? null : { value, isExclusive };
}

/** Of two bounds the one that leaves less; of equal ones the exclusive one. */
function stronger(inclusive: Bound | null, exclusive: Bound | null, beats: (one: number, other: number) => boolean) {
  if (inclusive === null || exclusive === null) return inclusive ?? exclusive;
  return beats(inclusive.value, exclusive.value) ? inclusive : exclusive;
}

function numberAt(schema: JsonObject, word: string): number | undefined {
  const value = at(schema, word);
  return typeof value === "number" ? value : undefined;
}
