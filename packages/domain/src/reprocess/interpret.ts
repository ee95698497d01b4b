// What is an event's metadata under a newer schema? Always made of what was received, so that an interpretation does not
// depend on the ones before it. Pure: the same event and the same registry give the same answer, now and in a rebuild.
import { withDefaults } from "../schema/defaults.ts";
import { equalJson, isObject, type JsonObject, parseExact, writeExact } from "../schema/exact-json.ts";
import type { Upcast } from "../schema/upcast.ts";

/** A stored event, as far as its interpretation is concerned; both texts are JSON objects. */
export interface StoredMetadata {
  received: string;
  /** Schema version by which it was judged when it came. */
  receivedVersion: number;
  /** How it is understood today; null: as received. */
  today: string | null;
}

/** Why an event cannot be interpreted; `pointer` is into the event. */
export interface Failure {
  code: string;
  pointer: string;
  detail: string;
}

/** Told apart by `is`. */
export type Interpretation =
  | { is: "unchanged" }
  | { is: "changed"; metadata: string; before: JsonObject; after: JsonObject }
  | { is: "failed"; failure: Failure };

export interface Interpreter {
  /** The version that events are brought to. */
  version: number;
  /** What defaults gave to metadata that was judged by a version: it is understood with them. */
  defaultsOf(version: number): JsonObject;
  /** From a lower version, or the same; a higher one has no way back. */
  upcastFrom(version: number): Upcast;
  /** Why metadata is not what the version's schema says; null when it is. Numbers may be rounded. */
  judge(metadata: unknown): Failure | null;
}

const unchanged: Interpretation = { is: "unchanged" };

/** Interprets one event. What was judged by a higher version than the interpreter's is left as it is. */
export function interpret(stored: StoredMetadata, interpreter: Interpreter): Interpretation {
  const { version, defaultsOf, upcastFrom, judge } = interpreter;
  const { receivedVersion } = stored;
  if (receivedVersion > version) return unchanged;
  const received = parse(stored.received);
  const upcasted = upcastFrom(receivedVersion).apply(withDefaults(received, defaultsOf(receivedVersion)));
  if ("failure" in upcasted) {
    const { code, pointer, detail } = upcasted.failure;
    return { is: "failed", failure: { code, pointer: `/metadata${pointer}`, detail } };
  }
  const { metadata: after } = upcasted;
  const before = stored.today === null ? received : parse(stored.today);
  if (equalJson(before, after)) return unchanged;
  const text = write(after);
  const failure = judge(isRisky(text) ? JSON.parse(text) : after);
  return failure === null ? { is: "changed", metadata: text, before, after } : { is: "failed", failure };
}

// A number of at most fifteen digits and without an exponent is what its double says; almost all are, and a parser that
// looks at each number's own text takes four times as long.
const riskyNumber = /[\d.]{16}|\d[eE]/;

function isRisky(text: string): boolean {
  return riskyNumber.test(text);
}

function parse(text: string): JsonObject {
  const value = isRisky(text) ? parseExact(text) : (JSON.parse(text) as JsonObject);
  return isObject(value) ? value : {};
}

function write(value: JsonObject): string {
  const text = JSON.stringify(value);
  // Numbers that a double does not hold are marked by a NUL, which JSON escapes.
  return text.includes("\\u0000") ? writeExact(value) : text;
}
