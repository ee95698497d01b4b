// What can be done to metadata on its way to the next version of its schema: the closed list of steps, as they are
// registered. A step that may lose a value says so with `allow_loss`.
import { type JsonValue, writeCanonical } from "./exact-json.ts";

/** What a value can be made into. */
export const castTypes = ["string", "number", "integer", "boolean"] as const;
export type CastType = (typeof castTypes)[number];

interface Lossy {
  allow_loss?: boolean;
}

/** `path` and `to` are JSON pointers into metadata. */
export type UpcastStep =
  /** Fills what is absent, and its missing parents. */
  | { op: "default"; path: string; value: JsonValue }
  /** Another name in the same object. */
  | ({ op: "rename"; path: string; to: string } & Lossy)
  | ({ op: "move"; path: string; to: string } & Lossy)
  | ({ op: "copy"; path: string; to: string } & Lossy)
  | ({ op: "cast"; path: string; type: CastType } & Lossy)
  /** Texts by themselves; numbers, booleans and null by their JSON text. What is not in it stays. */
  | ({ op: "map"; path: string; values: Readonly<Record<string, JsonValue>> } & Lossy)
  /** Into a list (one pointer), or into one value a pointer: the last takes the rest, what is left over stays absent. */
  | ({ op: "split"; path: string; to: string | readonly string[]; separator: string } & Lossy)
  | ({ op: "drop"; path: string } & Lossy)
  /** A function of ./named-functions.ts over the value at `path`, or over the whole without one. */
  | ({ op: "function"; name: string; path?: string } & Lossy);

/** The text that a chain's hash is made of: equal steps have equal texts. */
export function canonicalSteps(steps: readonly UpcastStep[]): string {
  return writeCanonical(steps as unknown as JsonValue);
}
