// What a lane is given: a stretch of its lines, gated, in the order of the body.
import type { EventOutcome, OutcomeCounts } from "@almanac/domain/event/event";
import type { PackedEvents } from "@almanac/domain/event/packed";
import type { RejectRow } from "../load/rejects.ts";

/** All lines of a lane from `fromLine` to `toLine`, each in `events` or in `rejects`, by rising line. */
export interface EventChunk {
  events: PackedEvents;
  rejects: readonly RejectRow[];
  fromLine: number;
  toLine: number;
  /** Bytes of the body before the end of `toLine`; null where the format has no such thing. */
  toByte: number | null;
  /** For a rebuild, which repeats the system time of the journal. */
  committedAt?: string;
}

export interface LineOutcome {
  line: number;
  outcome: EventOutcome;
}

export function noOutcomes(): OutcomeCounts {
  return { inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0 };
}
