// One lane of a load, whatever its lines are: events or members. Gives each chunk to the store that merges it.
import type { Database } from "@almanac/db/database";
import { type LanePlan, type LanePoint, openLane } from "@almanac/db/event-lanes";
import type { LoadView } from "@almanac/db/loads";
import { openMemberLane } from "@almanac/db/members";
import type { GatedEvent } from "@almanac/gate/events";
import type { GatedMember } from "@almanac/gate/members";
import type { RejectedLine } from "@almanac/gate/records";
import type { GatedLine } from "./read-lines.ts";

export type { LanePoint } from "@almanac/db/event-lanes";

export interface LaneWriter {
  /** Merges and commits lines of this lane, at least one. `committedAt` only where a rebuild repeats it. */
  write(lines: readonly GatedLine[], committedAt?: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Takes a connection until it is closed. */
export async function openWriter(
  database: Database,
  load: Pick<LoadView, "dataset">,
  plan: LanePlan & { reached?: (point: LanePoint) => void | Promise<void> },
): Promise<LaneWriter> {
  if (load.dataset === "events") {
    const lane = await openLane(database, plan);
    return {
      write: (lines, committedAt) => lane.merge({ events: lines.filter(isEvent), ...placesOf(lines), committedAt }),
      close: () => lane.close(),
    };
  }
  const lane = await openMemberLane(database, { ...plan, dimension: load.dataset });
  return {
    write: (lines, committedAt) => lane.merge({ members: lines.filter(isMember), ...placesOf(lines), committedAt }),
    close: () => lane.close(),
  };
}

function placesOf(lines: readonly GatedLine[]) {
  const [first, last] = [lines[0]!, lines.at(-1)!];
  return {
    rejects: lines.filter(isRejected),
    fromLine: first.line,
    toLine: last.line,
    toByte: last.byteOffset === null ? null : last.byteOffset + (last.byteLength ?? 0),
  };
}

export function isEvent(line: GatedLine): line is GatedEvent {
  return "event" in line;
}

function isMember(line: GatedLine): line is GatedMember {
  return "member" in line;
}

export function isRejected(line: GatedLine): line is RejectedLine {
  return "reject" in line;
}
