// The members of a JSON object, each with its text as it was sent: for formats that are not read often enough to be read
// as fast as lines of events are.
import type { Found, Misfit } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import type { RegionText } from "../records.ts";
import { problemReject, syntaxReject } from "./problems.ts";
import { JsonScan } from "./scan.ts";

/** A member's key and value as they were written, and where the value lies in the bytes. */
export interface JsonMember {
  key: string;
  value: string;
  start: number;
  end: number;
  /** Whether the value holds a number that a double may not hold. */
  isInexact: boolean;
}

const scan = new JsonScan();

/**
 * The members of the object in a span of UTF-8, by name; or why it is no object, or none that can be kept. `depth` counts
 * the objects around it, `recordStart` is where the outermost begins.
 */
export function readMembers(
  text: RegionText,
  span: { start: number; end: number },
  depth = 0,
  recordStart = span.start,
): Map<string, JsonMember> | Reject {
  const { bytes } = text;
  scan.over(bytes, span.end);
  const first = scan.space(span.start);
  // The whole value is scanned before its members are looked at, so that only sound JSON is looked at.
  const end = scan.value(first, depth);
  if (end === -1) return problemReject(scan, bytes, recordStart);
  const behind = scan.space(end);
  if (behind !== span.end) return syntaxReject(bytes, recordStart, behind, span.end);
  const misfit = misfitAt(bytes, first);
  if (bytes[first] !== 0x7b) {
    const detail = `It is ${misfit?.is ?? "null"} where an object belongs.`;
    return { code: "line.not_object", pointer: "", detail };
  }
  const members = new Map<string, JsonMember>();
  for (let at = scan.space(first + 1); bytes[at] === 0x22;) {
    const start = scan.key(at);
    const { keyEnd } = scan;
    scan.isInexact = false;
    const valueEnd = scan.value(start, depth + 1);
    members.set(scan.text(at + 1, keyEnd), {
      key: text.slice(at, keyEnd + 1),
      value: text.slice(start, valueEnd),
      start,
      end: valueEnd,
      isInexact: scan.isInexact,
    });
    at = scan.space(valueEnd);
    if (bytes[at] === 0x2c) at = scan.space(at + 1);
  }
  return members;
}

/** A string's text. */
export function stringOf(member: JsonMember | undefined): Found {
  if (member === undefined) return null;
  return member.value.startsWith('"') ? (JSON.parse(member.value) as string) : misfitOf(member.value);
}

/** A number's digits. */
export function numberOf(member: JsonMember | undefined): Found {
  if (member === undefined) return null;
  return /^[-\d]/.test(member.value) ? member.value : misfitOf(member.value);
}

/** What a JSON value is, in words; null for null. */
export function misfitOf(value: string): Misfit | null {
  return misfitBy(value.charCodeAt(0));
}

/** What the JSON value that begins at a place is, in words; null for null. */
export function misfitAt(bytes: Uint8Array, start: number): Misfit | null {
  return misfitBy(bytes[start] ?? 0);
}

function misfitBy(first: number): Misfit | null {
  switch (first) {
    case 0x6e:
      return null;
    case 0x22:
      return { is: "a string" };
    case 0x7b:
      return { is: "an object" };
    case 0x5b:
      return { is: "an array" };
    case 0x74:
    case 0x66:
      return { is: "a boolean" };
    default:
      return { is: "a number" };
  }
}
