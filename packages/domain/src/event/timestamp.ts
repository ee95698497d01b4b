// When an event says that it happened: RFC 3339 with an offset, or a wall clock time where the load names a time zone.
// Nothing is rounded: what microseconds cannot hold is no timestamp here.
import { firstYear, lastYear } from "../dates.ts";
import { bytesOf, civilDay, dayAt, digitsAt } from "./civil.ts";
import type { LocalClock } from "./local-clock.ts";

const dayUs = 86_400_000_000;
const firstUs = (civilDay(firstYear, 1, 1) ?? 0) * dayUs;
const endUs = (civilDay(lastYear + 1, 1, 1) ?? 0) * dayUs;

/** Why a text is no timestamp: a code for machines, a sentence for people. */
export interface TimestampProblem {
  code:
    | "event.timestamp_invalid"
    | "event.timestamp_without_offset"
    | "event.timestamp_ambiguous"
    | "event.timestamp_skipped"
    | "event.timestamp_too_precise"
    | "event.timestamp_out_of_range";
  detail: string;
}

const invalid: TimestampProblem = {
  code: "event.timestamp_invalid",
  detail: "It is no RFC 3339 timestamp, such as 2024-08-17T10:00:00Z.",
};
const withoutOffset: TimestampProblem = {
  code: "event.timestamp_without_offset",
  detail: "It has no offset (Z or +02:00), and the load names no time_zone.",
};
const tooPrecise: TimestampProblem = {
  code: "event.timestamp_too_precise",
  detail: "It is finer than a microsecond, which is the finest that is kept.",
};
const outOfRange: TimestampProblem = {
  code: "event.timestamp_out_of_range",
  detail: `It lies outside the years ${firstYear} to ${lastYear}.`,
};

/**
 * Microseconds since the epoch of `2024-08-17T10:00:00.123Z` and its kin: `t`, `z` and a space for the `T` are fine, up
 * to six decimals (more only as zeros), no second 60. Without an offset the clock says which instant it was.
 */
export function readTimestamp(text: string, clock: LocalClock | null): number | TimestampProblem {
  const bytes = bytesOf(text);
  return readTimestampAt(bytes, 0, bytes.length, clock);
}

/** The same of a text that lies in bytes. */
export function readTimestampAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  clock: LocalClock | null,
): number | TimestampProblem {
  if (end - start < 19) return invalid;
  const day = dayAt(bytes, start);
  const separator = bytes[start + 10];
  const hour = digitsAt(bytes, start + 11, 2);
  const minute = digitsAt(bytes, start + 14, 2);
  const second = digitsAt(bytes, start + 17, 2);
  const isTime =
    (separator === 84 || separator === 116 || separator === 32) &&
    bytes[start + 13] === 58 &&
    bytes[start + 16] === 58 &&
    hour >= 0 &&
    hour <= 23 &&
    minute >= 0 &&
    minute <= 59 &&
    second >= 0 &&
    second <= 59;
  if (day === null || !isTime) return invalid;

  let at = start + 19;
  let fraction = 0;
  if (at < end && bytes[at] === 46) {
    const begin = (at += 1);
    for (let scale = 100_000; at < end; at += 1, scale /= 10) {
      const digit = bytes[at]! - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      if (scale >= 1) fraction += digit * scale;
      else if (digit !== 0) return tooPrecise;
    }
    if (at === begin) return invalid;
  }

  const localUs = day * dayUs + (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction;
  const instant = at === end ? fromClock(localUs, clock) : fromOffset(localUs, bytes, at, end);
  return typeof instant === "number" ? inRange(instant) : instant;
}

/** The instant of a time that a format holds as microseconds since the epoch, local ones as if they were UTC. */
export function checkTime(us: number, isLocal: boolean, clock: LocalClock | null): number | TimestampProblem {
  const instant = isLocal ? fromClock(us, clock) : us;
  return typeof instant === "number" ? inRange(instant) : instant;
}

function inRange(instant: number): number | TimestampProblem {
  return instant >= firstUs && instant < endUs ? instant : outOfRange;
}

function fromOffset(localUs: number, bytes: Uint8Array, at: number, end: number): number | TimestampProblem {
  const sign = bytes[at];
  if (sign === 90 || sign === 122) return end === at + 1 ? localUs : invalid;
  if ((sign !== 43 && sign !== 45) || end !== at + 6 || bytes[at + 3] !== 58) return invalid;
  const hours = digitsAt(bytes, at + 1, 2);
  const minutes = digitsAt(bytes, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return invalid;
  const offsetUs = (hours * 60 + minutes) * 60_000_000;
  return sign === 43 ? localUs - offsetUs : localUs + offsetUs;
}

function fromClock(localUs: number, clock: LocalClock | null): number | TimestampProblem {
  if (clock === null) return withoutOffset;
  // Beyond the years that are kept no zone has to be asked; a day of room for the offset.
  if (localUs < firstUs - dayUs || localUs >= endUs + dayUs) return outOfRange;
  const instant = clock.instantOf(localUs);
  if (typeof instant === "number") return instant;
  return instant === "ambiguous"
    ? {
        code: "event.timestamp_ambiguous",
        detail: `Clocks in ${clock.timeZone} showed this time twice: it needs an offset.`,
      }
    : {
        code: "event.timestamp_skipped",
        detail: `Clocks in ${clock.timeZone} never showed this time: it needs an offset.`,
      };
}
