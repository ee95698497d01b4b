// Alternatives told once: one of a kind, as wide as all of that kind together. Rules are held against documents word by
// word, so that what one alternative is refused for the wide one is refused for as well, and nothing more; and a hundred
// steps cannot make more of them than there are kinds and values.
import type { Alternative, Documents, Field, ObjectAlternative } from "./documents.ts";
import { equalJson, type JsonValue, writeCanonical } from "./exact-json.ts";
import type { Bound } from "./rule.ts";

type Of<Type extends Alternative["type"]> = Alternative & { type: Type };

function merged(alternatives: readonly Alternative[]): readonly Alternative[] {
  const kinds = new Map<string, Alternative>();
  for (const one of alternatives) {
    const kind = `${kindOf(one)} ${one.isLoose === true}`;
    const known = kinds.get(kind);
    kinds.set(kind, known === undefined || known === one ? one : widest(known, one));
  }
  return kinds.size === alternatives.length ? alternatives : [...kinds.values()];
}

/** Documents that came out of steps. */
export function made(alternatives: readonly Alternative[], pointer: string): Documents {
  return { alternatives: merged(alternatives), source: null, pointer };
}

/** Whatever one of the two has. */
export function either(one: Documents, other: Documents): Documents {
  if (one === other) return one;
  const alternatives =
    one.alternatives === null || other.alternatives === null
      ? null
      : merged([...one.alternatives, ...other.alternatives]);
  return { alternatives, source: null, pointer: one.pointer };
}

function kindOf(one: Alternative): string {
  if (one.type === "value") return `value ${writeCanonical(one.value)}`;
  return one.type === "opaque" ? `opaque ${one.why}` : one.type;
}

/** Two of a kind as one. */
function widest(one: Alternative, other: Alternative): Alternative {
  switch (one.type) {
    case "number": {
      const two = other as Of<"number">;
      return {
        ...one,
        isInteger: one.isInteger && two.isInteger,
        least: weaker(one.least, two.least, (a, b) => a < b),
        most: weaker(one.most, two.most, (a, b) => a > b),
        equal: inBoth(one.equal, two.equal),
      };
    }
    case "string": {
      const two = other as Of<"string">;
      return { ...one, ...lengths(one, two), equal: inBoth(one.equal, two.equal) };
    }
    case "array": {
      const two = other as Of<"array">;
      const items = either(one.items, two.items);
      return { ...one, ...lengths(one, two), items, equal: inBoth(one.equal, two.equal) };
    }
    case "object":
      return { ...one, ...bothObjects(one, other as Of<"object">) };
    case "null":
    case "boolean":
    case "value":
    case "opaque":
      return one;
  }
}

function bothObjects(one: ObjectAlternative, other: ObjectAlternative): Pick<ObjectAlternative, "fields" | "others"> {
  const names = new Set([...one.fields.keys(), ...other.fields.keys()]);
  const fields = new Map<string, Field>();
  for (const name of names) {
    const [first, second] = [fieldOf(one, name), fieldOf(other, name)];
    const field = first === null || second === null ? (first ?? second) : null;
    if (field !== null) fields.set(name, { ...field, isRequired: false });
    else if (first !== null && second !== null) {
      const documents = either(first.documents, second.documents);
      fields.set(name, { documents, isRequired: first.isRequired && second.isRequired });
    }
  }
  const others = one.others === null || other.others === null ? null : either(one.others, other.others);
  return { fields, others: others ?? one.others ?? other.others };
}

function fieldOf(object: ObjectAlternative, name: string): Field | null {
  return object.fields.get(name) ?? (object.others === null ? null : { documents: object.others, isRequired: false });
}

function weaker(one: Bound | null, other: Bound | null, leavesMore: (a: number, b: number) => boolean): Bound | null {
  if (one === null || other === null) return null;
  if (one.value === other.value) return one.isExclusive ? other : one;
  return leavesMore(one.value, other.value) ? one : other;
}

function lengths(one: { least: number; most: number }, other: { least: number; most: number }) {
  return { least: Math.min(one.least, other.least), most: Math.max(one.most, other.most) };
}

function inBoth(one: Record<string, JsonValue>, other: Record<string, JsonValue>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(one).filter(([word, value]) => Object.hasOwn(other, word) && equalJson(value, other[word]!)),
  );
}
