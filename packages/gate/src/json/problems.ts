// What is said about JSON that is not taken.
import type { Reject } from "@almanac/domain/event/event";
import { pointerTo } from "./pointer.ts";
import type { JsonScan } from "./scan.ts";
import { mostDepth } from "./scan.ts";

/** The reject for what a scan stopped at; `start` is where the record begins. */
export function problemReject(scan: JsonScan, bytes: Uint8Array, start: number): Reject {
  const at = scan.problemAt;
  switch (scan.problem) {
    case "syntax":
      return syntaxReject(bytes, start, at, scan.endOfInput);
    case "nul":
      // Outside of a string it is a byte among others that do not belong there, as in UTF-16.
      return { code: "line.nul", pointer: "", detail: `It has a NUL character at byte ${at - start + 1}.` };
    case "lone_surrogate":
      return {
        code: "line.lone_surrogate",
        pointer: pointerTo(bytes, start, at),
        detail: `It has half of a surrogate pair at byte ${at - start + 1}, which is no character.`,
      };
    case "too_deep":
      return {
        code: "line.too_deep",
        pointer: pointerTo(bytes, start, at),
        detail: `It is nested deeper than ${mostDepth} levels.`,
      };
    case "duplicate_key":
      return {
        code: "line.duplicate_key",
        pointer: pointerTo(bytes, start, at),
        detail: "It has the same key twice in one object, so that it is not known which one counts.",
      };
    case "number_out_of_range":
      return {
        code: "line.number_out_of_range",
        pointer: pointerTo(bytes, start, at),
        detail: "It has a number with more digits than are kept.",
      };
  }
}

/** The reject for a byte that JSON does not have at a place. */
export function syntaxReject(bytes: Uint8Array, start: number, at: number, end: number): Reject {
  const detail =
    at >= end
      ? "It is no JSON: it ends too early."
      : `It is no JSON: ${shown(bytes[at] ?? 0)} at byte ${at - start + 1} does not belong there.`;
  return { code: "line.not_json", pointer: "", detail };
}

function shown(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? JSON.stringify(String.fromCharCode(byte))
    : `0x${byte.toString(16).padStart(2, "0")}`;
}
