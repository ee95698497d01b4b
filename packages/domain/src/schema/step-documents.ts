// What do steps make of all documents of a schema? The same as of one document, done to the union of them; where the exact
// answer would be a long one, it is a wider one that is marked as loose.
import { mapKey } from "./apply-step.ts";
import { castValue } from "./cast.ts";
import type { Reason } from "./covers.ts";
import { type Alternative, alternativesOf, type Documents, type Field } from "./documents.ts";
import { type JsonValue, typeOfJson, writeExact } from "./exact-json.ts";
import { fieldAt, inside, type Put, putField, withoutField } from "./fields.ts";
import { made } from "./merged.ts";
import { parsePointer, type Path } from "./pointer.ts";
import type { UpcastStep } from "./step.ts";

/** Where the steps stand in what the caller sent, and whose documents they are done to, in words. */
export interface StepPlace {
  pointer: string;
  documents: string;
}

/** The documents behind the steps; what cannot be done to all of them is a reason. */
export function stepDocuments(
  documents: Documents,
  steps: readonly UpcastStep[],
  place: StepPlace,
): { documents: Documents; reasons: Reason[] } {
  const reasons: Reason[] = [];
  let current = documents;
  for (const [at, step] of steps.entries()) {
    const pointer = `${place.pointer}/${at}`;
    const failures = new Set<string>();
    current = stepOne(current, step, pointer, failures);
    for (const failure of failures) {
      const detail = `The step "${step.op}" cannot be done to all of ${place.documents}: ${failure}.`;
      reasons.push({ code: "compatibility.upcast_fails", pointer, detail });
    }
  }
  return { documents: current, reasons };
}

function stepOne(documents: Documents, step: UpcastStep, pointer: string, failures: Set<string>): Documents {
  const put: Put = { pointer, failures, allowsLoss: "allow_loss" in step && step.allow_loss === true };
  if (step.op === "default") {
    const value: Alternative = { type: "value", value: step.value };
    const field = { documents: made([value], pointer), isRequired: true };
    return putField(documents, pathOf(step.path), field, { ...put, fills: true });
  }
  if (step.op === "function" && step.path === undefined) return made([opaque(step.name, pointer)], pointer);
  // Where the parent that all paths have in common is absent, or null, the step does nothing.
  const paths = pathsOf(step);
  const parent = sharedParent(paths);
  const [path = "", ...targets] = paths.map((one) => one.slice(parent.length) as unknown as Path);
  return inside(documents, parent, (object) => stepObject(object, step, path as Path, targets, put));
}

/** A step done to the objects that hold all that it speaks of; paths begin in them. */
function stepObject(
  documents: Documents,
  step: Exclude<UpcastStep, { op: "default" }>,
  path: Path,
  targets: readonly Path[],
  put: Put,
): Documents {
  const field = fieldAt(documents, path);
  if (field === null) return documents;
  const [to = path] = targets;
  switch (step.op) {
    case "drop":
      return withoutField(documents, path);
    case "rename":
    case "move":
      return putField(withoutField(documents, path), to, field, put);
    case "copy":
      return putField(documents, to, field, put);
    case "cast":
      return replace(documents, path, field, (one) => castOne(one, step, put.failures));
    case "map":
      return replace(documents, path, field, (one) => mapOne(one, step.values));
    case "split":
      return splitField(withoutField(documents, path), step, { field, targets }, put);
    case "function":
      return replace(documents, path, field, () => [opaque(step.name, put.pointer)]);
  }
}

/** The path that a step reads, and those that it writes. */
function pathsOf(step: Exclude<UpcastStep, { op: "default" }>): Path[] {
  const path = pathOf(step.path ?? "");
  switch (step.op) {
    case "rename":
    case "move":
    case "copy":
      return [path, pathOf(step.to)];
    case "split":
      return [path, ...(typeof step.to === "string" ? [step.to] : step.to).map(pathOf)];
    case "cast":
    case "map":
    case "drop":
    case "function":
      return [path];
  }
}

function sharedParent(paths: readonly Path[]): readonly string[] {
  const [first = [], ...others] = paths;
  const most = Math.min(...paths.map((path) => path.length - 1));
  let length = 0;
  while (length < most && others.every((path) => path[length] === first[length])) length += 1;
  return first.slice(0, length);
}

/** Another field in the place of one. */
function replace(
  documents: Documents,
  path: Path,
  field: Field,
  change: (one: Alternative) => readonly Alternative[],
): Documents {
  const { pointer } = field.documents;
  const changed = alternativesOf(field.documents).flatMap((one) =>
    change(one).map((other) => (one.isLoose === true ? { ...other, isLoose: true as const } : other)),
  );
  // It was there before, so nothing is in its way.
  const put: Put = { pointer, failures: new Set(), allowsLoss: true };
  return putField(withoutField(documents, path), path, { ...field, documents: made(changed, pointer) }, put);
}

function castOne(one: Alternative, step: UpcastStep & { op: "cast" }, failures: Set<string>): readonly Alternative[] {
  const { type } = step;
  if (one.type === "opaque" || one.type === "null") return [one];
  if (one.type === "value") return castOneValue(one.value, step, failures);
  if (one.type === "boolean") return [true, false].flatMap((value) => castOneValue(value, step, failures));
  if (one.type === "number") {
    if (type === "number" || (type === "integer" && one.isInteger)) return [one];
    if (type === "string") return [{ type: "string", least: 1, most: Infinity, equal: {}, isLoose: true }];
    if (type === "integer") {
      if (step.allow_loss !== true) failures.add(`${step.path} may have decimals, which would be lost`);
      return [
        { ...one, isInteger: true, least: wholeBound(one.least), most: wholeBound(one.most), equal: {}, isLoose: true },
      ];
    }
  }
  if (one.type === "string" && type === "string") return [one];
  failures.add(`${step.path} may be ${one.type} that cannot be made into ${type}`);
  return [];
}

function castOneValue(value: JsonValue, step: UpcastStep & { op: "cast" }, failures: Set<string>): Alternative[] {
  const cast = castValue(value, step.type);
  if (cast !== null && (cast.isExact || step.allow_loss === true)) return [{ type: "value", value: cast.value }];
  failures.add(`${step.path} may be ${writeExact(value)}, which cannot be made into ${step.type} without loss`);
  return [];
}

function wholeBound(bound: { value: number; isExclusive: boolean } | null) {
  return bound && { value: Math.trunc(bound.value), isExclusive: false };
}

/** The values that are in the map become others; what is not in it stays, and of many values some may be in it. */
function mapOne(one: Alternative, values: Readonly<Record<string, JsonValue>>): readonly Alternative[] {
  if (one.type === "value") {
    const key = mapKey(one.value);
    const isMapped = key !== null && Object.hasOwn(values, key);
    return [isMapped ? { type: "value", value: values[key]! } : one];
  }
  if (one.type === "null") return mapOne({ type: "value", value: null }, values);
  if (one.type === "boolean") return [true, false].flatMap((value) => mapOne({ type: "value", value }, values));
  if (one.type !== "string" && one.type !== "number") return [one];
  const keys = Object.keys(values).filter((key) => one.type === "string" || /^-?\d/.test(key));
  return [one, ...keys.map((key): Alternative => ({ type: "value", value: values[key]!, isLoose: true }))];
}

function splitField(
  without: Documents,
  step: UpcastStep & { op: "split" },
  { field, targets }: { field: Field; targets: readonly Path[] },
  put: Put,
): Documents {
  const { pointer } = put;
  let most = 0;
  for (const one of alternativesOf(field.documents)) {
    const text = one.type === "value" && typeOfJson(one.value) === "string" ? (one.value as string) : null;
    if (text === null && one.type !== "string" && one.type !== "opaque")
      put.failures.add(`${step.path} may be no text`);
    most = Math.max(most, text?.length ?? (one.type === "string" ? one.most : Infinity));
  }
  const part: Alternative = { type: "string", least: 0, most, equal: {}, isLoose: true };
  if (typeof step.to === "string") {
    const items = made([part], pointer);
    const list: Alternative = { type: "array", least: 1, most: most + 1, items, equal: {}, isLoose: true };
    return putField(without, targets[0]!, { ...field, documents: made([list], pointer) }, put);
  }
  return targets.reduce((documents, to, at) => {
    // Only the first part is there in any case.
    const isRequired = field.isRequired && at === 0;
    return putField(documents, to, { documents: made([part], pointer), isRequired }, put);
  }, without);
}

function opaque(name: string, pointer: string): Alternative {
  return { type: "opaque", why: `the function ${name} at ${pointer}` };
}

function pathOf(pointer: string): Path {
  const path = parsePointer(pointer);
  if (path === null) throw new TypeError(`No pointer: ${pointer}`);
  return path;
}
