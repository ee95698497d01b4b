// Is every document right by a rule? Each way in which one could be wrong is a reason, with the place where the new schema
// says so.
import { alternativesOf, type Alternative, type Documents, type ObjectAlternative, widened } from "./documents.ts";
import { equalJson, type JsonValue, typeOfJson, writeExact } from "./exact-json.ts";
import { standsAlone } from "./keywords.ts";
import { writePointer } from "./pointer.ts";
import type { Bound, LengthRule, Rule } from "./rule.ts";

/** Why two schemas do not fit, or may not. */
export interface Reason {
  /** `compatibility.…`; `compatibility.unproven` alone says that it may be all right. */
  code: string;
  /** Into what the caller sent. */
  pointer: string;
  detail: string;
}

/** Who is held against whom, in words: `documents` as in "documents of version 1", `rule` as in "the new schema". */
export interface Sides {
  documents: string;
  rule: string;
  /** The side whose pointers are told: the one that the caller sent. */
  sent: "rule" | "documents";
}

/** Every reason why documents may be wrong by a rule; none where all of them are right. */
export function reasonsAgainst(documents: Documents, rule: Rule, sides: Sides): Reason[] {
  const reasons = new Map<string, Reason>();
  new Comparison(sides, reasons).compare(documents, rule, [], false);
  return [...reasons.values()];
}

class Comparison {
  private readonly sides: Sides;
  private readonly reasons: Map<string, Reason>;

  constructor(sides: Sides, reasons: Map<string, Reason>) {
    this.sides = sides;
    this.reasons = reasons;
  }

  compare(documents: Documents, rule: Rule, path: readonly string[], isLoose: boolean): void {
    if (rule.isAny) return;
    const { source } = documents;
    if (source !== null && equalJson(source, rule.source) && standsAlone(source)) return;
    for (const word of rule.unproven) {
      this.tell("unproven", { documents, rule, path, word }, `what "${word}" asks is not compared`, false);
    }
    for (const alternative of alternativesOf(documents)) {
      this.compareOne(alternative, { documents, rule, path }, isLoose || alternative.isLoose === true);
    }
  }

  private compareOne(one: Alternative, place: Place, isLoose: boolean): void {
    const { rule } = place;
    if (one.type === "opaque") {
      return this.tell("unproven", { ...place, word: "" }, `what ${one.why} says is not compared`, false);
    }
    const type = one.type === "value" ? typeOfJson(one.value) : one.type;
    if (!rule.types.has(type)) {
      const names = [...rule.types].map((one) => (one === "number" && rule.number.isInteger ? "integer" : one));
      const allowed = names.join(", ") || "nothing";
      return this.tell(
        "type_narrowed",
        { ...place, word: "type" },
        `it may be ${type}, where ${allowed} is right`,
        isLoose,
      );
    }
    if (one.type === "value") return this.compareValue(one, place, isLoose);
    if (rule.values !== null) this.compareToValues(one, place, isLoose);
    else this.compareTyped(one, place, isLoose);
  }

  /** A single value: one of those that are listed, and right by everything else. */
  private compareValue(one: Alternative, place: Place, isLoose: boolean): void {
    if (one.type !== "value") return;
    const { values } = place.rule;
    if (values !== null && !values.some((value) => equalJson(value, one.value))) {
      const word = wordOfValues(place.rule);
      return this.tell(
        "enum_shortened",
        { ...place, word },
        `it may be ${shown(one.value)}, which is none of the values`,
        isLoose,
      );
    }
    this.compareTyped(widened(one.value, place.documents.pointer), place, isLoose);
  }

  /** All values of a type, where the rule lists those that are right. */
  private compareToValues(one: Alternative, place: Place, isLoose: boolean): void {
    const values = place.rule.values ?? [];
    const isListed = (value: JsonValue) => values.some((listed) => equalJson(listed, value));
    const isCovered =
      (one.type === "null" && isListed(null)) || (one.type === "boolean" && isListed(true) && isListed(false));
    if (isCovered) return;
    const word = wordOfValues(place.rule);
    this.tell(
      "enum_added",
      { ...place, word },
      `any ${one.type} may be there, where only some values are right`,
      isLoose,
    );
  }

  private compareTyped(one: Alternative, place: Place, isLoose: boolean): void {
    const { rule } = place;
    switch (one.type) {
      case "number":
        if (rule.number.isInteger && !one.isInteger) {
          this.tell("type_narrowed", { ...place, word: "type" }, "it may be a number that is no integer", isLoose);
        }
        this.compareBounds(one, place, isLoose);
        return this.compareEqual(one, place);
      case "string":
        this.compareLength(one, rule.text, { ...place, words: ["minLength", "maxLength"] }, isLoose);
        return this.compareEqual(one, place);
      case "array":
        this.compareLength(one, rule.list, { ...place, words: ["minItems", "maxItems"] }, isLoose);
        this.compareEqual(one, place);
        if (rule.list.items !== null && one.most > 0) {
          this.compare(one.items, rule.list.items, [...place.path, "*"], isLoose);
        }
        return;
      case "object":
        return this.compareObject(one, place, isLoose);
      case "null":
      case "boolean":
      case "value":
      case "opaque":
    }
  }

  private compareBounds(one: Alternative & { type: "number" }, place: Place, isLoose: boolean): void {
    const { least, most } = place.rule.number;
    if (least !== null && !isWithin(one.least, least, (inner, outer) => inner > outer)) {
      const word = least.isExclusive ? "exclusiveMinimum" : "minimum";
      this.tell("bound_narrowed", { ...place, word }, "it may be less than what is right", isLoose);
    }
    if (most !== null && !isWithin(one.most, most, (inner, outer) => inner < outer)) {
      const word = most.isExclusive ? "exclusiveMaximum" : "maximum";
      this.tell("bound_narrowed", { ...place, word }, "it may be more than what is right", isLoose);
    }
  }

  private compareLength(
    one: LengthRule,
    rule: LengthRule,
    place: Place & { words: [string, string] },
    isLoose: boolean,
  ): void {
    const [least, most] = place.words;
    if (one.least < rule.least) {
      this.tell("length_narrowed", { ...place, word: least }, `it may be shorter than ${rule.least}`, isLoose);
    }
    if (one.most > rule.most) {
      this.tell("length_narrowed", { ...place, word: most }, `it may be longer than ${rule.most}`, isLoose);
    }
  }

  /** Words like `pattern`: what was right by the same word is right; else nothing is known. */
  private compareEqual(one: Alternative & { type: "number" | "string" | "array" }, place: Place): void {
    for (const [word, value] of Object.entries(place.rule.equal(one.type))) {
      const other = Object.hasOwn(one.equal, word) ? one.equal[word]! : undefined;
      if (other !== undefined && equalJson(other, value)) continue;
      this.tell("unproven", { ...place, word }, `whether all of it is right by "${word}" is not known`, false);
    }
  }

  private compareObject(one: ObjectAlternative, place: Place, isLoose: boolean): void {
    const { required, properties, others } = place.rule.object;
    for (const [at, name] of required.entries()) {
      if (one.fields.get(name)?.isRequired === true) continue;
      const inner = { ...place, path: [...place.path, name], word: "required", at };
      this.tell("required_added", inner, "it may be absent, where it is required", isLoose);
    }
    for (const [name, field] of one.fields) {
      const path = [...place.path, name];
      const rule = properties.get(name) ?? others;
      if (rule === null) continue;
      const isRefused = rule === others && rule.source === false && field.documents.alternatives?.length !== 0;
      if (isRefused) {
        const inner = { ...place, path, word: "additionalProperties" };
        this.tell("field_refused", inner, "it may be there, where nothing but what is named is right", isLoose);
      } else this.compare(field.documents, rule, path, isLoose);
    }
    if (one.others === null) return;
    for (const [name, rule] of properties) {
      if (!one.fields.has(name)) this.compare(one.others, rule, [...place.path, name], isLoose);
    }
    if (others !== null) this.compare(one.others, others, [...place.path, "*"], isLoose);
  }

  private tell(kind: string, place: Place & { word: string; at?: number }, what: string, isLoose: boolean): void {
    const { sent, documents, rule } = this.sides;
    const where = sent === "rule" ? place.rule : place.documents;
    // The word stands in the rule: of documents the place of the field is all there is to tell.
    const word = sent === "rule" && place.word !== "" ? `/${place.word}` : "";
    const pointer = `${where.pointer}${word}${sent === "rule" && place.at !== undefined ? `/${place.at}` : ""}`;
    const code = `compatibility.${isLoose ? "unproven" : kind}`;
    const field = place.path.length === 0 ? "metadata" : writePointer(place.path);
    const detail = `${field} of ${documents}, held against ${rule}: ${what}.`;
    const key = `${code} ${pointer} ${field} ${what}`;
    if (!this.reasons.has(key)) this.reasons.set(key, { code, pointer, detail });
  }
}

interface Place {
  documents: Documents;
  rule: Rule;
  /** The keys that lead to the values; `*` for any member or item. */
  path: readonly string[];
}

/** Whether a bound leaves nothing that another one does not leave. */
function isWithin(inner: Bound | null, outer: Bound, isStronger: (one: number, other: number) => boolean): boolean {
  if (inner === null) return false;
  return (
    isStronger(inner.value, outer.value) || (inner.value === outer.value && (inner.isExclusive || !outer.isExclusive))
  );
}

function wordOfValues(rule: Rule): string {
  return typeof rule.source === "object" && rule.source !== null && Object.hasOwn(rule.source, "const")
    ? "const"
    : "enum";
}

function shown(value: JsonValue): string {
  const text = writeExact(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
