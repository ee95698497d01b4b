import { AppError } from "@almanac/domain/errors";
// One lane of a load: a connection of its own that merges chunk after chunk, each in one transaction.
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { LoadId } from "@almanac/domain/ids";
import type { Database } from "../database.ts";
import type { EventChunk } from "./chunk.ts";

export interface LanePlan {
  loadId: LoadId;
  lane: number;
  fence: number;
  /** Where the lane stands, from the claim. */
  position: number;
  /** Called where a test may kill the process: copy-half, copy-end, merge, history, before-commit, after-commit. */
  reached?: (point: LanePoint) => void | Promise<void>;
}

export type LanePoint = "copy-half" | "copy-end" | "merge" | "history" | "before-commit" | "after-commit";

export interface EventLane {
  /**
   * Merges a chunk and commits it with its batch, rejects, counters and position. One call at a time. Throws
   * `load.taken_over` or `load.cancelled` (conflicts) or `database.unavailable`; nothing of the chunk is left then.
   */
  merge(chunk: EventChunk): Promise<OutcomeCounts>;
  /** Gives the connection back. */
  close(): Promise<void>;
}

/** Takes a connection of the pool for a lane, until `close`. */
export async function openLane(database: Database, plan: LanePlan): Promise<EventLane> {
  void database;
  throw new AppError("fault", { code: "internal", detail: `lane ${plan.lane} is not built` });
}
