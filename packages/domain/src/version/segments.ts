// How new versions of a location are laid into runs: versions in a row that pin the same calendar revision share a row.
import type { CalendarId } from "../ids.ts";

/** What a version pins. */
export interface RevisionPin {
  calendarId: CalendarId;
  revision: number;
}

/** The newest run of a location, of which `length` versions are written; `version` is the last of them. */
export interface OpenRun extends RevisionPin {
  firstVersion: number;
  length: number;
  version: number;
}

/** A piece of a run: extends the row that begins at `extends`, or begins a row of its own. */
export interface Segment {
  extends: number | null;
  versions: number[];
  syncNos: number[];
}

/**
 * Lays one version for each of `syncNos` (in that order) behind the newest run: first into that run as long as it pins
 * the same and has room for `capacity` versions, then into new ones. Versions rise by one without a gap.
 */
export function planSegments(input: {
  newest: OpenRun | null;
  pin: RevisionPin;
  syncNos: readonly number[];
  capacity: number;
}): Segment[] {
  const { newest, pin, syncNos, capacity } = input;
  const extendable = newest !== null && samePin(newest, pin) ? newest : null;
  const segments: Segment[] = [];
  let version = newest?.version ?? 0;
  let room = extendable === null ? 0 : Math.max(0, capacity - extendable.length);
  let segment: Segment = { extends: extendable?.firstVersion ?? null, versions: [], syncNos: [] };
  for (const syncNo of syncNos) {
    if (room === 0) {
      segment = { extends: null, versions: [], syncNos: [] };
      room = capacity;
    }
    if (segment.versions.length === 0) segments.push(segment);
    version += 1;
    room -= 1;
    segment.versions.push(version);
    segment.syncNos.push(syncNo);
  }
  return segments;
}

export function samePin(a: RevisionPin, b: RevisionPin): boolean {
  return a.calendarId === b.calendarId && a.revision === b.revision;
}
