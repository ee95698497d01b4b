// One field of all documents of a schema: what it may be, the documents without it, the documents with another one there.
// The same as in pointer.ts, for a union of objects instead of one.
import {
  type Alternative,
  alternativesOf,
  type Documents,
  type Field,
  type ObjectAlternative,
  widened,
} from "./documents.ts";
import { isObject } from "./exact-json.ts";
import { either, made } from "./merged.ts";
import { isPath, type Path, writePointer } from "./pointer.ts";

/** How a field is put. */
export interface Put {
  /** Of the step. */
  pointer: string;
  /** Gets what cannot be done to all documents, in words. */
  failures: Set<string>;
  /** What was there may be lost. */
  allowsLoss: boolean;
  /** Only where nothing is there. */
  fills?: boolean;
}

/** What may be at a path; null where no document has anything there. */
export function fieldAt(documents: Documents, path: Path): Field | null {
  const [key, ...rest] = path;
  const found = alternativesOf(documents).map((one) => {
    const field = one.type === "opaque" ? null : memberOf(asObject(one), key);
    if (field === null || !isPath(rest)) return field;
    const inner = fieldAt(field.documents, rest);
    return inner === null ? null : { ...inner, isRequired: inner.isRequired && field.isRequired };
  });
  const there = found.filter((field) => field !== null);
  if (there.length === 0) return null;
  const all = there.map((field) => field.documents).reduce(either);
  return {
    // Which field was in which of several objects is not remembered.
    documents: there.length === 1 ? all : made(alternativesOf(all).map(loose), all.pointer),
    isRequired: found.every((field) => field?.isRequired === true),
  };
}

/** A change of the objects that a path leads to; where it leads to none nothing is changed. */
export function inside(
  documents: Documents,
  keys: readonly string[],
  change: (object: Documents) => Documents,
): Documents {
  const [key, ...rest] = keys;
  return made(
    alternativesOf(documents).flatMap((one) => {
      const object = asObject(one);
      if (object === null) return [one];
      if (key === undefined) return alternativesOf(change(made([object], documents.pointer)));
      const field = memberOf(object, key);
      if (field === null) return [one];
      return [withMember(object, key, { ...field, documents: inside(field.documents, rest, change) })];
    }),
    documents.pointer,
  );
}

/** The documents with nothing at a path. */
export function withoutField(documents: Documents, path: Path): Documents {
  const [key, ...rest] = path;
  return made(
    alternativesOf(documents).map((one) => {
      const object = asObject(one);
      const field = memberOf(object, key);
      if (object === null || field === null) return one;
      if (isPath(rest)) return withMember(object, key, { ...field, documents: withoutField(field.documents, rest) });
      const fields = new Map(object.fields);
      // A name that others may have stays one that is never there.
      if (object.others === null) fields.delete(key);
      else fields.set(key, { documents: made([], documents.pointer), isRequired: false });
      return { ...object, fields };
    }),
    documents.pointer,
  );
}

/** The documents with a field at a path, where documents that had none there have it and the parents of it now. */
export function putField(documents: Documents, path: Path, field: Field, put: Put): Documents {
  return made(
    alternativesOf(documents).flatMap((one) => {
      const object = asObject(one);
      if (object !== null) return [putInto(object, path, field, put)];
      if (one.type !== "opaque") {
        put.failures.add(`${writePointer(path)} cannot be put into ${one.type === "value" ? "a value" : one.type}`);
        return [];
      }
      return [one];
    }),
    documents.pointer,
  );
}

function putInto(object: ObjectAlternative & { isLoose?: true }, path: Path, field: Field, put: Put): Alternative {
  const [key, ...rest] = path;
  const there = memberOf(object, key);
  if (!isPath(rest)) return withMember(object, key, there === null ? field : besides(there, field, key, put));
  // A parent is made only where there is something to put.
  const created = (): Documents => {
    const empty: Alternative = { type: "object", fields: new Map(), others: null };
    return putField(made([empty], put.pointer), rest, { ...field, isRequired: true }, put);
  };
  if (there === null) return withMember(object, key, { documents: created(), isRequired: field.isRequired });
  const filled = putField(there.documents, rest, field, put);
  if (there.isRequired) return withMember(object, key, { documents: filled, isRequired: true });
  return withMember(object, key, { documents: either(filled, created()), isRequired: field.isRequired });
}

/** A field in the place of one that may be there. */
function besides(there: Field, field: Field, key: string, put: Put): Field {
  if (there.documents.alternatives?.length === 0) return field;
  if (put.fills === true) {
    return there.isRequired ? there : { documents: either(there.documents, field.documents), isRequired: true };
  }
  if (!put.allowsLoss) put.failures.add(`"${key}" may be there already, and would be lost`);
  if (field.isRequired) return field;
  return { documents: either(there.documents, field.documents), isRequired: there.isRequired };
}

/** An object that is a value, as what it has. */
function asObject(one: Alternative): (ObjectAlternative & { isLoose?: true }) | null {
  if (one.type === "object") return one;
  const wide = one.type === "value" && isObject(one.value) ? widened(one.value, "") : null;
  return wide?.type === "object" ? wide : null;
}

function memberOf(object: ObjectAlternative | null, key: string): Field | null {
  const field = object?.fields.get(key);
  if (field !== undefined) return field;
  return object?.others == null ? null : { documents: object.others, isRequired: false };
}

function withMember(object: ObjectAlternative, key: string, field: Field): ObjectAlternative {
  return { ...object, fields: new Map(object.fields).set(key, field) };
}

function loose(one: Alternative): Alternative {
  return { ...one, isLoose: true };
}
