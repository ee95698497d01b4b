// What did one state of an event change against the one before? RFC 6902 operations as lines that people read: where,
// what stood there, what stands there now.
import type { PatchOperation } from "@almanac/client/contract";
import { pointerParts, valueAt } from "../../parts/json-text.ts";

export interface Change {
  /** `metadata › total_amount` */
  path: string;
  kind: "added" | "removed" | "changed" | "moved" | "copied";
  /** As JSON; null where nothing stood. */
  before: string | null;
  after: string | null;
}

/** `before` is the state that the patch is applied to; without it, what stood there is not told. */
export function changesOf(patch: readonly PatchOperation[], before?: unknown): Change[] {
  return patch.flatMap((operation): Change[] => {
    const { op, path, from, value } = operation;
    const stood = (pointer: string) => {
      const found = valueAt(before, pointer);
      return found === undefined ? null : shown(found);
    };
    switch (op) {
      case "test":
        return [];
      case "add":
        return [{ path: words(path), kind: "added", before: null, after: shown(value) }];
      case "remove":
        return [{ path: words(path), kind: "removed", before: stood(path), after: null }];
      case "replace":
        return [{ path: words(path), kind: "changed", before: stood(path), after: shown(value) }];
      case "move":
        return [{ path: words(path), kind: "moved", before: `from ${words(from ?? "")}`, after: stood(from ?? "") }];
      case "copy":
        return [{ path: words(path), kind: "copied", before: `from ${words(from ?? "")}`, after: stood(from ?? "") }];
    }
  });
}

function words(pointer: string): string {
  return pointer === "" ? "all of it" : pointerParts(pointer).join(" › ");
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
