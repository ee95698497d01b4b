// One lane of a load, whatever its lines are: events or members. Gives each chunk to the store that merges it.
import type { Database } from "@almanac/db/database";
import { type LanePlan, type LanePoint, openLane } from "@almanac/db/event-lanes";
import type { LoadView } from "@almanac/db/loads";
import { openMemberLane } from "@almanac/db/members";
import type { Chunk } from "./lanes.ts";

export type { LanePoint } from "@almanac/db/event-lanes";

export interface LaneWriter {
  /** Merges and commits a chunk of this lane, not an empty one. `committedAt` only where a rebuild repeats it. */
  write(chunk: Chunk, committedAt?: string): Promise<unknown>;
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
      write: ({ events, rejects, fromLine, toLine, toByte }, committedAt) =>
        lane.merge({ events, rejects, fromLine, toLine, toByte, committedAt }),
      close: () => lane.close(),
    };
  }
  const lane = await openMemberLane(database, { ...plan, dimension: load.dataset });
  return {
    write: ({ members, rejects, fromLine, toLine, toByte }, committedAt) =>
      lane.merge({ members, rejects, fromLine, toLine, toByte, committedAt }),
    close: () => lane.close(),
  };
}
