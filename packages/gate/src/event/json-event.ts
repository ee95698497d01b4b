// Which fields of an event a line of JSON holds. The line is read once, from its bytes; fields are cut out of it, so that
// metadata is passed on exactly as it was sent.
import type { FoundEvent, Found, Misfit } from "@almanac/domain/event/envelope";
import { eventFields } from "@almanac/domain/event/envelope";
import type { Reject } from "@almanac/domain/event/event";
import type { FieldSpans } from "@almanac/domain/event/pack-line";
import { misfitAt } from "../json/members.ts";
import { problemReject, syntaxReject } from "../json/problems.ts";
import { JsonScan } from "../json/scan.ts";
import type { RegionText, Span } from "../records.ts";
import type { EventReader, FoundMetadata } from "./found.ts";

const absent = -1;
const quote = 0x22;
const openBrace = 0x7b;
/** What begins a null. */
const letterN = 0x6e;
const fieldBytes = eventFields.map((name) => Buffer.from(name));
const longestName = Math.max(...eventFields.map((name) => name.length));
/** The places in `eventFields` of the names of each length. */
const fieldsByLength: readonly (readonly number[])[] = Array.from({ length: longestName + 1 }, (_, length) =>
  eventFields.flatMap((name, field) => (name.length === length ? [field] : [])),
);
const field = Object.fromEntries(eventFields.map((name, index) => [name, index])) as Record<
  (typeof eventFields)[number],
  number
>;

/** What a field's value begins with; a number with none of both. */
const kinds = eventFields.map((name) => {
  if (name === "metadata") return openBrace;
  return name === "version" || name === "schema_version" ? 0 : quote;
});

/** Reads events out of JSON lines. It is used again for each line: what it found is valid until the next one. */
export class JsonEventReader implements EventReader<Span> {
  spans: FieldSpans | null = null;
  private readonly plain = {
    bytes: new Uint8Array(0) as Uint8Array,
    starts: new Int32Array(eventFields.length),
    ends: new Int32Array(eventFields.length),
  };
  private readonly scan = new JsonScan();
  private text!: RegionText;
  private readonly starts = new Int32Array(eventFields.length);
  private readonly ends = new Int32Array(eventFields.length);
  private readonly escaped = new Uint8Array(eventFields.length);
  private readonly beyondAscii = new Uint8Array(eventFields.length);
  private isInexactMetadata = false;
  /** The field that came last, and which one followed each (and the line's beginning) when it was last seen. */
  private previous = absent;
  private readonly following = new Int8Array(eventFields.length + 1).fill(absent);
  private others: string[] = [];
  private otherNames: Set<string> | null = null;

  read(text: RegionText, span: Span): Reject | null {
    this.text = text;
    const problem = this.members(span);
    if (problem !== null) return problem;
    this.spans = this.arePlain() ? this.plain : null;
    return null;
  }

  /** The fields as texts, which are made for the few lines that are asked. */
  get found(): FoundEvent {
    return {
      eventId: this.string(field.event_id),
      eventType: this.string(field.event_type),
      eventTimestamp: this.string(field.event_timestamp),
      userId: this.string(field.user_id),
      relatedId: this.string(field.related_id),
      version: this.number(field.version),
      locationId: this.string(field.location_id),
      visitDate: this.string(field.visit_date),
      schemaVersion: this.number(field.schema_version),
    };
  }

  get metadata(): FoundMetadata | Misfit | null {
    return this.object(field.metadata);
  }

  get extra(): string | null {
    return this.others.length === 0 ? null : `{${this.others.join(",")}}`;
  }

  pointer(pointer: string): string {
    return pointer;
  }

  private members(span: Span): Reject | null {
    const { bytes } = this.text;
    const scan = this.scan.over(bytes, span.end);
    this.starts.fill(absent);
    this.previous = absent;
    if (this.others.length > 0) {
      this.others = [];
      this.otherNames = null;
    }
    let at = scan.space(span.start);
    if (bytes[at] !== 0x7b) return this.notObject(span, at);
    at = scan.space(at + 1);
    if (at < span.end && bytes[at] === 0x7d) at += 1;
    else {
      for (;;) {
        at = this.member(at);
        if (at === -1) return problemReject(scan, bytes, span.start);
        at = scan.space(at);
        if (at < span.end && bytes[at] === 0x7d) {
          at += 1;
          break;
        }
        if (at >= span.end || bytes[at] !== 0x2c) return syntaxReject(bytes, span.start, at, span.end);
        at = scan.space(at + 1);
      }
    }
    at = scan.space(at);
    return at === span.end ? null : syntaxReject(bytes, span.start, at, span.end);
  }

  /** Reads a member of the event: its key, and where its value lies. Answers the place behind it, or -1. */
  private member(at: number): number {
    const { scan, starts } = this;
    scan.isEscaped = false;
    scan.isBeyondAscii = false;
    const valueAt = scan.key(at);
    if (valueAt === -1) return -1;
    const keyEnd = scan.keyEnd;
    const index = this.fieldAt(at + 1, keyEnd);
    if (index === absent) return this.other(at, keyEnd, valueAt);
    if (starts[index] !== absent) return scan.fail("duplicate_key", at);
    scan.isEscaped = false;
    scan.isBeyondAscii = false;
    if (index === field.metadata) scan.isInexact = false;
    const end = scan.value(valueAt, 1);
    if (end === -1) return -1;
    if (index === field.metadata) this.isInexactMetadata = scan.isInexact;
    starts[index] = valueAt;
    this.ends[index] = end;
    this.escaped[index] = scan.isEscaped ? 1 : 0;
    this.beyondAscii[index] = scan.isBeyondAscii ? 1 : 0;
    return end;
  }

  /** Which field a key names, `absent` for none. Lines of a body mostly have the same keys in the same order. */
  private fieldAt(from: number, to: number): number {
    if (this.scan.isEscaped) return (eventFields as readonly string[]).indexOf(this.scan.text(from, to));
    const { bytes } = this.text;
    const length = to - from;
    const expected = this.following[this.previous + 1] ?? absent;
    let found = expected;
    if (expected === absent || !isNamed(expected, bytes, from, length)) {
      found = (fieldsByLength[length] ?? []).find((index) => isNamed(index, bytes, from, length)) ?? absent;
      this.following[this.previous + 1] = found;
    }
    this.previous = found;
    return found;
  }

  /** Reads a member that the envelope does not know: it is kept as it was sent. */
  private other(at: number, keyEnd: number, valueAt: number): number {
    const { scan, text } = this;
    const name = scan.text(at + 1, keyEnd);
    this.otherNames ??= new Set();
    if (this.otherNames.has(name)) return scan.fail("duplicate_key", at);
    this.otherNames.add(name);
    const end = scan.value(valueAt, 1);
    if (end !== -1) this.others.push(`${text.slice(at, keyEnd + 1)}:${text.slice(valueAt, end)}`);
    return end;
  }

  /** Whether each field lies in the bytes as it reads: of its kind and without an escape. */
  private arePlain(): boolean {
    const { bytes } = this.text;
    const { starts, ends } = this.plain;
    this.plain.bytes = bytes;
    for (let index = 0; index < eventFields.length; index += 1) {
      const start = this.starts[index]!;
      const first = start === absent ? letterN : bytes[start]!;
      const kind = kinds[index]!;
      if (first === letterN) starts[index] = absent;
      else if (kind === quote) {
        if (first !== quote || this.escaped[index] === 1) return false;
        starts[index] = start + 1;
        ends[index] = this.ends[index]! - 1;
      } else {
        if (kind === openBrace && first !== openBrace) return false;
        starts[index] = start;
        ends[index] = this.ends[index]!;
      }
    }
    return starts[field.metadata] !== absent;
  }

  private string(index: number): Found {
    const start = this.starts[index] ?? absent;
    if (start === absent) return null;
    if (this.text.bytes[start] !== 0x22) return this.misfit(start);
    const end = (this.ends[index] ?? 0) - 1;
    const { text } = this;
    const written =
      this.beyondAscii[index] === 1 ? text.slice(start + 1, end) : text.bytes.toString("latin1", start + 1, end);
    return this.escaped[index] === 1 ? (JSON.parse(`"${written}"`) as string) : written;
  }

  private number(index: number): Found {
    const start = this.starts[index] ?? absent;
    if (start === absent) return null;
    const byte = this.text.bytes[start] ?? 0;
    const isNumber = byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
    return isNumber ? this.text.bytes.toString("latin1", start, this.ends[index]) : this.misfit(start);
  }

  private object(index: number): FoundMetadata | Misfit | null {
    const start = this.starts[index] ?? absent;
    if (start === absent) return null;
    if (this.text.bytes[start] !== 0x7b) return this.misfit(start);
    const end = this.ends[index] ?? 0;
    const written =
      this.beyondAscii[index] === 1 ? this.text.slice(start, end) : this.text.bytes.toString("latin1", start, end);
    return { text: written, isInexact: this.isInexactMetadata };
  }

  private misfit(start: number): Misfit | null {
    return misfitAt(this.text.bytes, start);
  }

  private notObject(span: Span, at: number): Reject {
    const { scan, text } = this;
    const end = scan.value(at, 0);
    if (end === -1) return problemReject(scan, text.bytes, span.start);
    const behind = scan.space(end);
    if (behind !== span.end) return syntaxReject(text.bytes, span.start, behind, span.end);
    const is = this.misfit(at)?.is ?? "null";
    return { code: "line.not_object", pointer: "", detail: `It is ${is} where an object belongs.` };
  }
}

function isNamed(index: number, bytes: Uint8Array, from: number, length: number): boolean {
  const name = fieldBytes[index];
  if (name === undefined || name.length !== length) return false;
  let same = 0;
  while (same < length && bytes[from + same] === name[same]) same += 1;
  return same === length;
}
