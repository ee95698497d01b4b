// The lane of a reference feed: merges chunk after chunk, each in one transaction with its batch, rejects, counters and
// position, as the lanes of events do.
import type { Dimension } from "@almanac/domain/dimension/member";
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { Database } from "../database.ts";
import type { EventChunk } from "../event/chunk.ts";
import type { LanePlan } from "../event/lane.ts";
import { closeChunk } from "../load/chunks.ts";
import { writeRejects } from "../load/rejects.ts";
import { type MemberLine, mergeMembers } from "./merge.ts";

/** All lines of the lane from `fromLine` to `toLine`, each in `members` or in `rejects`, by rising line. */
export interface MemberChunk extends Pick<EventChunk, "rejects" | "fromLine" | "toLine" | "toByte"> {
  members: readonly MemberLine[];
  /** For a rebuild, which repeats the system time of the journal. */
  committedAt?: string | undefined;
}

export interface MemberLanePlan extends LanePlan {
  dimension: Dimension;
}

export interface MemberLane {
  /**
   * Merges a chunk and commits it. Throws `load.taken_over` or `load.cancelled` (conflicts) or `database.unavailable`;
   * nothing of the chunk is left then. A member's lines must all go to one lane: the later one wins.
   */
  merge(chunk: MemberChunk): Promise<OutcomeCounts>;
  close(): Promise<void>;
}

/** Opens a lane where its claim says that it stands. It needs a connection only while it merges. */
export async function openMemberLane(database: Database, plan: MemberLanePlan): Promise<MemberLane> {
  let position = plan.position;
  return {
    async merge(chunk) {
      const counts = await database.transaction(async (tx) => {
        const { rows } = await tx.query<{ batch_id: string }>("select nextval('batch_id_seq')::text as batch_id");
        const batchId = rows[0]!.batch_id;
        await plan.reached?.("merge");
        const merged = await mergeMembers(tx, batchId, plan.dimension, chunk.members);
        await plan.reached?.("history");
        await writeRejects(tx, plan.loadId, chunk.rejects);
        const all: OutcomeCounts = { ...merged, stale: 0, conflict: 0, rejected: chunk.rejects.length };
        await closeChunk(tx, {
          batchId,
          loadId: plan.loadId,
          fence: plan.fence,
          lane: plan.lane,
          position,
          fromLine: chunk.fromLine,
          toLine: chunk.toLine,
          toByte: chunk.toByte,
          counts: all,
          ...(chunk.committedAt === undefined ? {} : { committedAt: chunk.committedAt }),
        });
        await plan.reached?.("before-commit");
        return all;
      });
      position = chunk.toLine;
      await plan.reached?.("after-commit");
      return counts;
    },
    close: () => Promise.resolve(),
  };
}
