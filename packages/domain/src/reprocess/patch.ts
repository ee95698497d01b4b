// What differs between two JSON objects, as an RFC 6902 patch. Lists are compared as wholes: what is told of an
// interpretation is which fields it touches.
import { equalJson, isObject, type JsonObject, type JsonValue } from "../schema/exact-json.ts";

/** One operation of a patch; `path` is a JSON pointer. */
export type PatchOperation = { op: "add" | "replace"; path: string; value: JsonValue } | { op: "remove"; path: string };

/** The operations that make `after` of `before`, both at the pointer `at`; none where they are equal. */
export function patchOf(before: JsonObject, after: JsonObject, at = ""): PatchOperation[] {
  const operations: PatchOperation[] = [];
  collect(before, after, at, operations);
  return operations;
}

function collect(before: JsonObject, after: JsonObject, at: string, operations: PatchOperation[]): void {
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) operations.push({ op: "remove", path: below(at, key) });
  }
  for (const key of Object.keys(after)) {
    const value = after[key]!;
    if (!Object.hasOwn(before, key)) {
      operations.push({ op: "add", path: below(at, key), value });
      continue;
    }
    const was = before[key]!;
    // What a step does not concern is shared with what it was made of.
    if (was === value) continue;
    if (isObject(was) && isObject(value)) collect(was, value, below(at, key), operations);
    else if (!equalJson(was, value)) operations.push({ op: "replace", path: below(at, key), value });
  }
}

function below(at: string, key: string): string {
  return `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
