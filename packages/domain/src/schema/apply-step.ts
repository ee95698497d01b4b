// One step, done to one metadata object. Nothing is changed in place; what is not concerned is shared with the input. A
// step on an absent value does nothing.
import { castValue } from "./cast.ts";
import {
  digitsOf,
  equalJson,
  type JsonObject,
  type JsonValue,
  isObject,
  typeOfJson,
  writeExact,
} from "./exact-json.ts";
import { namedFunctions } from "./named-functions.ts";
import { parsePointer, type Path, valueAt, withoutValue, withValue } from "./pointer.ts";
import type { UpcastStep } from "./step.ts";

/** Why a step cannot be done to an object. */
export interface StepFailure {
  /** `upcast.target_exists`, `upcast.parent_no_object`, `upcast.uncastable`, `upcast.loses`, `upcast.function_refuses`. */
  code: string;
  /** Into metadata. */
  pointer: string;
  detail: string;
}

/** The object behind the step: the same one where nothing changed. Told apart by `"failure" in`. */
export type Stepped = { metadata: JsonObject } | { failure: StepFailure };

export function applyStep(metadata: JsonObject, step: UpcastStep): Stepped {
  if (step.op === "function") return callFunction(metadata, step);
  const path = pathOf(step.path);
  const value = valueAt(metadata, path);
  if (step.op === "default") {
    return value === undefined ? put(metadata, step.path, step.value) : { metadata };
  }
  if (value === undefined) return { metadata };
  switch (step.op) {
    case "drop":
      return { metadata: withoutValue(metadata, path) };
    case "rename":
    case "move":
      return putNew(withoutValue(metadata, path), step.to, value, step);
    case "copy":
      return putNew(metadata, step.to, value, step);
    case "cast":
      return cast(metadata, step, value);
    case "map": {
      const key = mapKey(value);
      const isMapped = key !== null && Object.hasOwn(step.values, key);
      return isMapped ? put(metadata, step.path, step.values[key]!) : { metadata };
    }
    case "split":
      return split(withoutValue(metadata, path), step, value);
  }
}

/** By what a value is found in a map's values: texts by themselves, other scalars by their JSON text. */
export function mapKey(value: JsonValue): string | null {
  switch (typeOfJson(value)) {
    case "string":
      return value as string;
    case "number":
      return digitsOf(value as number | string);
    case "null":
    case "boolean":
      return writeExact(value);
    case "array":
    case "object":
      return null;
  }
}

/** The parts of a text: as many as there are pointers at the most, so that joined again they are the text. */
function splitText(text: string, separator: string, most: number): string[] {
  const parts = text.split(separator);
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function put(metadata: JsonObject, pointer: string, value: JsonValue): Stepped {
  const changed = withValue(metadata, pathOf(pointer), value);
  if (changed !== null) return { metadata: changed };
  return failed("upcast.parent_no_object", pointer, "A value on the way there is no object.");
}

/** Refuses to replace another value, unless the step allows it. */
function putNew(metadata: JsonObject, to: string, value: JsonValue, step: { allow_loss?: boolean }): Stepped {
  const there = valueAt(metadata, pathOf(to));
  if (there !== undefined && step.allow_loss !== true && !equalJson(there, value)) {
    return failed("upcast.target_exists", to, "There is another value already, which would be lost.");
  }
  return put(metadata, to, value);
}

function cast(metadata: JsonObject, step: UpcastStep & { op: "cast" }, value: JsonValue): Stepped {
  const made = castValue(value, step.type);
  if (made === null) {
    return failed("upcast.uncastable", step.path, `The ${typeOfJson(value)} there cannot be made into ${step.type}.`);
  }
  if (!made.isExact && step.allow_loss !== true) {
    return failed("upcast.loses", step.path, `The ${typeOfJson(value)} there would lose digits as ${step.type}.`);
  }
  return equalJson(made.value, value) ? { metadata } : put(metadata, step.path, made.value);
}

function split(without: JsonObject, step: UpcastStep & { op: "split" }, value: JsonValue): Stepped {
  if (typeOfJson(value) !== "string") {
    return failed("upcast.no_text", step.path, `There is ${typeOfJson(value)} where a text belongs.`);
  }
  if (typeof step.to === "string") return putNew(without, step.to, (value as string).split(step.separator), step);
  const parts = splitText(value as string, step.separator, step.to.length);
  let stepped: Stepped = { metadata: without };
  for (const [at, part] of parts.entries()) {
    if ("failure" in stepped) return stepped;
    stepped = putNew(stepped.metadata, step.to[at]!, part, step);
  }
  return stepped;
}

function callFunction(metadata: JsonObject, step: UpcastStep & { op: "function" }): Stepped {
  const pointer = step.path ?? "";
  const value = step.path === undefined ? metadata : valueAt(metadata, pathOf(step.path));
  if (value === undefined) return { metadata };
  const made = namedFunctions.get(step.name)?.apply(value);
  if (made === undefined || (step.path === undefined && !isObject(made))) {
    return failed("upcast.function_refuses", pointer, `${step.name} is not made for the value there.`);
  }
  if (equalJson(made, value)) return { metadata };
  return step.path === undefined ? { metadata: made as JsonObject } : put(metadata, step.path, made);
}

function pathOf(pointer: string): Path {
  const path = parsePointer(pointer);
  // Steps are parsed before they are kept.
  if (path === null) throw new TypeError(`No pointer: ${pointer}`);
  return path;
}

function failed(code: string, pointer: string, detail: string): Stepped {
  return { failure: { code, pointer, detail } };
}
