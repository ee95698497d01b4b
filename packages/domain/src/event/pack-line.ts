// The usual event, packed from the bytes of its line: no text is made of a field that is as plain as nearly all are. What
// is not as plain is left to judgeEnvelope, which says the same about it and, where it is none, why.
import { civilDateAt } from "./civil.ts";
import { eventFields, mostVersion, type EventField } from "./envelope.ts";
import type { LocalClock } from "./local-clock.ts";
import { mostFixedBytes, type PackedEvents, type PackedLine } from "./packed.ts";
import {
  uuidBytes,
  writeDay,
  writeInstant,
  writeInt32,
  writeJson,
  writeJsonBytes,
  writeLength,
  writeNull,
} from "./row-bytes.ts";
import { readTimestampAt } from "./timestamp.ts";
import { readUuid } from "./uuid.ts";

/** Where in bytes the texts of an event's fields lie, in the order of `eventFields`: numbers by their digits, metadata as JSON. */
export interface FieldSpans {
  bytes: Uint8Array;
  /** -1 where the field is absent. */
  starts: Int32Array;
  ends: Int32Array;
}

/** What was judged already. */
export interface JudgedLine extends PackedLine {
  /** The type's name in UTF-8. */
  eventType: Uint8Array;
  schemaVersion: number;
  /** JSON text of the fields that the envelope does not know. */
  extra: string | null;
  /** JSON text of the metadata with the defaults that it lacked; null where it lacks none. */
  filled: string | null;
}

const field = Object.fromEntries(eventFields.map((name, index) => [name, index])) as Record<EventField, number>;
const mostDigits = 10;

/** Packs an event, or nothing of it (false). */
export function packLine(into: PackedEvents, spans: FieldSpans, judged: JudgedLine, clock: LocalClock | null): boolean {
  const { bytes: from, starts, ends } = spans;
  const start = starts[field.metadata]!;
  const metadata = { bytes: from, start, end: ends[field.metadata]! };
  const { extra, filled } = judged;
  const texty = 3 * ((extra?.length ?? 0) + (filled?.length ?? 0));
  const most = mostFixedBytes + judged.eventType.length + metadata.end - start + texty;
  let at = into.open(most);
  const { bytes } = into;
  if (!takeUuid(spans, field.event_id, into.ids, uuidBytes * into.count)) return false;
  const version = countAt(spans, field.version);
  if (version === 0) return false;
  const time = readTimestampAt(from, starts[field.event_timestamp]!, ends[field.event_timestamp]!, clock);
  if (typeof time !== "number") return false;

  at = writeLength(bytes, at, judged.eventType.length);
  bytes.set(judged.eventType, at);
  at = writeInstant(bytes, at + judged.eventType.length, time);
  if (!takeUuid(spans, field.user_id, bytes, writeLength(bytes, at, uuidBytes))) return false;
  at = takeIdOrNull(spans, field.related_id, bytes, at + 4 + uuidBytes);
  if (at === -1) return false;
  at = writeInt32(bytes, at, version);
  at = filled === null ? writeJsonBytes(bytes, at, metadata) : writeJson(bytes, at, filled);
  at = takeIdOrNull(spans, field.location_id, bytes, at);
  if (at === -1) return false;
  if (starts[field.visit_date] === -1) at = writeNull(bytes, at);
  else {
    const day = civilDateAt(from, starts[field.visit_date]!, ends[field.visit_date]!);
    if (day === null) return false;
    at = writeDay(bytes, at, day);
  }
  at = writeInt32(bytes, at, judged.schemaVersion);
  at = extra === null ? writeNull(bytes, at) : writeJson(bytes, at, extra);
  at = filled === null ? writeNull(bytes, at) : writeJsonBytes(bytes, at, metadata);
  into.close(at, version, judged);
  return true;
}

/** The number that a field has, as digits and nothing else; 0 for what is no version. */
export function countAt({ bytes, starts, ends }: FieldSpans, index: number): number {
  const start = starts[index]!;
  const end = ends[index]!;
  if (start === -1 || end - start > mostDigits) return 0;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = bytes[at]! - 48;
    if (!(digit >= 0 && digit <= 9)) return 0;
    value = value * 10 + digit;
  }
  return value <= mostVersion ? value : 0;
}

function takeUuid({ bytes, starts, ends }: FieldSpans, index: number, into: Uint8Array, at: number): boolean {
  return starts[index] !== -1 && readUuid(bytes, starts[index]!, ends[index]!, into, at);
}

/** Answers where the field ends, or -1 where it is no UUID. */
function takeIdOrNull(spans: FieldSpans, index: number, into: Uint8Array, at: number): number {
  if (spans.starts[index] === -1) return writeNull(into, at);
  const idAt = writeLength(into, at, uuidBytes);
  return takeUuid(spans, index, into, idAt) ? idAt + uuidBytes : -1;
}
