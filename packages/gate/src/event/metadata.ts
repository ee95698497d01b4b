// Whether a text is metadata: for formats in which it is a value of its own, and not a part of a line of JSON.
import type { Misfit } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import { misfitAt } from "../json/members.ts";
import { problemReject, syntaxReject } from "../json/problems.ts";
import { JsonScan } from "../json/scan.ts";
import type { FoundMetadata } from "./found.ts";

const scan = new JsonScan();

/** The metadata that a text is; a misfit (null for null) where it is another JSON value; or why it is no JSON. */
export function readMetadata(text: string): FoundMetadata | Misfit | Reject | null {
  const bytes = Buffer.from(text);
  scan.over(bytes, bytes.length);
  scan.isInexact = false;
  const start = scan.space(0);
  // It stands where it would stand in a line of JSON: inside of one object.
  const end = scan.value(start, 1);
  const behind = end === -1 ? -1 : scan.space(end);
  if (behind === bytes.length) {
    return bytes[start] === 0x7b ? { text, isInexact: scan.isInexact } : misfitAt(bytes, start);
  }
  const { code, pointer, detail } =
    end === -1 ? problemReject(scan, bytes, 0) : syntaxReject(bytes, 0, behind, bytes.length);
  return { code, pointer: `/metadata${pointer}`, detail: `metadata: ${detail}` };
}
