// What does a schema say about each of its fields? For people and catalogues: meaning, unit, whose data it is.
import { isObject, type JsonObject, type JsonValue } from "./exact-json.ts";
import { writePointer } from "./pointer.ts";
import { at, namedProperties, requiredNames } from "./rule.ts";

export interface FieldNote {
  /** Into metadata. */
  pointer: string;
  /** As the schema names them; empty where it names none. */
  types: string[];
  /** Whether every right object has it, where its parent is there. */
  isRequired: boolean;
  description: string | null;
  /** `x-pii`: what kind of personal data it is; true where the schema says no more. */
  pii: string | boolean | null;
  /** `x-unit`. */
  unit: string | null;
}

/** The named fields, parents before what is in them. */
export function fieldNotes(schema: JsonObject, path: readonly string[] = []): FieldNote[] {
  const required = requiredNames(schema);
  return namedProperties(schema).flatMap(([name, inner]) => {
    const said = isObject(inner) ? inner : {};
    const own = [...path, name];
    const note: FieldNote = {
      pointer: writePointer(own),
      types: [at(said, "type") ?? []].flat().filter((type) => typeof type === "string"),
      isRequired: required.includes(name),
      description: textOf(at(said, "description")),
      pii: piiOf(at(said, "x-pii")),
      unit: textOf(at(said, "x-unit") ?? at(said, "x-units")),
    };
    return [note, ...fieldNotes(said, own)];
  });
}

function piiOf(value: JsonValue | undefined): FieldNote["pii"] {
  return typeof value === "string" || typeof value === "boolean" ? value : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
