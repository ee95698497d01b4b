// What comes out of a body, line by line: a value, or the reason why there is none. Formats differ up to here; from here
// on a record is a record.
import type { LinePlace, Reject } from "@almanac/domain/event/event";

/** One input line with its bytes, valid or not. */
export interface Line extends LinePlace {
  /** As received, without the line break, up to the cap; null where a line is longer than the cap. */
  bytes: Uint8Array | null;
}

/** A line that is no record, or no valid one. */
export interface RejectedLine extends LinePlace {
  reject: Reject;
  /** The line as text where it is valid UTF-8 without NUL and not over the cap. */
  raw: string | null;
  /** Its bytes where it is no such text and not over the cap. */
  rawBytes: Uint8Array | null;
}
