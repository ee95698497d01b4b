// What does the newest schema of an event type say of its metadata's fields, in the catalogue's words?
import { metadataNotes, type PersonalData, personalDataClasses } from "@almanac/domain/catalogue/notes";
import type { JsonObject } from "@almanac/domain/schema/exact-json";
import { type FieldNote, fieldNotes } from "@almanac/domain/schema/field-notes";
import type { Column } from "./dataset.ts";

/** A column for each field that the schema names, members of objects by their path: `seat.row`. */
export function fieldsOf(schema: JsonObject): Column[] {
  return fieldNotes(schema).map(columnOf);
}

function columnOf({ pointer, types, isRequired, description, pii, unit }: FieldNote): Column {
  const name = pointer.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
  return {
    name,
    type: types.length === 0 ? "any" : types.join(" | "),
    // What is in an object can be no surer than the object.
    isNullable: !isRequired || name.includes(".") || types.includes("null"),
    description,
    unit: unit ?? metadataNotes[name]?.unit ?? null,
    personalData: classOf(pii),
    isMasked: false,
    isKey: false,
    isUnique: false,
    references: null,
    isEnforced: false,
  };
}

/** `x-pii` is one of our classes, or says in other words that it is personal data, and is taken for the worst then. */
function classOf(pii: FieldNote["pii"]): PersonalData {
  return pii === null || pii === false ? "none" : (personalDataClasses.find((known) => known === pii) ?? "direct");
}
