// One lane of a load: a connection of its own that merges chunk after chunk, each in one transaction which also moves the
// load's counters and the lane's position. A crash anywhere leaves whole chunks or nothing.
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { LoadId } from "@almanac/domain/ids";
import type { PoolClient } from "pg";
import { asAppError, type Database, type Tx } from "../database.ts";
import { closeChunk } from "../load/chunks.ts";
import { writeRejects } from "../load/rejects.ts";
import type { EventChunk } from "./chunk.ts";
import { CopyBuffers } from "./copy.ts";
import { chooseHeads } from "./heads.ts";
import { conflictRows, lanePlan, linesToTell, type MergePlan, mergeStage } from "./merge.ts";
import { fillStage, mergeSettings, openStage } from "./stage.ts";
import { type MergeFindings, tally } from "./tally.ts";

/** Where a test may kill the process, or wait. */
export type LanePoint = "copy-half" | "copy-end" | "merge" | "history" | "before-commit" | "after-commit";

export interface LanePlan {
  loadId: LoadId;
  lane: number;
  fence: number;
  /** Where the lane stands, from the claim. */
  position: number;
  reached?: (point: LanePoint) => void | Promise<void>;
  /** For a test that takes a part of the merge away. */
  merge?: MergePlan;
}

export interface EventLane {
  /**
   * Merges a chunk and commits it with its batch, rejects, counters and position. One call at a time. Throws
   * `load.taken_over` or `load.cancelled` (conflicts) or `database.unavailable`; nothing of the chunk is left then.
   */
  merge(chunk: EventChunk): Promise<OutcomeCounts>;
  /** Gives the connection back. */
  close(): Promise<void>;
}

// Below the minute within which as-of reads wait for stamps that are not committed (history.ts). A chunk takes half a
// second; a lane that stands still loses its connection, and its chunk is taken again.
const begin = `begin; set local transaction_timeout = 45000; set local idle_in_transaction_session_timeout = 5000;
  ${mergeSettings}; select nextval('batch_id_seq') as batch_id`;

/** Takes a connection of the pool for a lane, until `close`. */
export async function openLane(database: Database, plan: LanePlan): Promise<EventLane> {
  const client = await database.pool.connect().catch(rethrow);
  // A connection that breaks between two chunks is told by the next one.
  client.on("error", ignore);
  const giveBack = (failure?: Error) => {
    client.off("error", ignore);
    client.release(failure);
  };
  try {
    await openStage(client);
  } catch (error) {
    giveBack(error as Error);
    return rethrow(error);
  }
  const buffers = new CopyBuffers();
  let position = plan.position;
  let broken: Error | undefined;
  return {
    merge: async (chunk) => {
      try {
        const counts = await mergeChunk(client, buffers, plan, position, chunk);
        position = chunk.toLine;
        return counts;
      } catch (error) {
        await client.query("rollback").catch((failure: unknown) => (broken = failure as Error));
        return rethrow(error);
      }
    },
    close: async () => giveBack(broken),
  };
}

function ignore(): void {}

function rethrow(error: unknown): never {
  throw asAppError(error);
}

async function mergeChunk(
  client: PoolClient,
  buffers: CopyBuffers,
  plan: LanePlan,
  position: number,
  chunk: EventChunk,
): Promise<OutcomeCounts> {
  const { events, rejects } = chunk;
  const tx: Tx = { client, query: (text, values) => client.query(text as string, values) };
  // Several statements in one text: one result each, which the driver's types do not know.
  const results = (await client.query(begin)) as unknown as { rows: { batch_id: string }[] }[];
  const batchId = results.at(-1)!.rows[0]!.batch_id;
  const heads = chooseHeads(events);
  let findings: MergeFindings = { written: 0, updated: 0, told: new Map(), settled: new Map() };
  if (events.length > 0) {
    await fillStage(client, buffers, events, heads.isHead, plan.reached);
    const batch = { batchId, count: events.length, told: linesToTell(events, heads) };
    findings = await mergeStage(tx, plan.merge ?? lanePlan, batch, plan.reached);
  }
  await plan.reached?.("history");
  await writeRejects(tx, plan.loadId, [...rejects, ...conflictRows(events, findings)]);
  const { counts } = tally(events, heads, findings);
  counts.rejected = rejects.length;
  await closeChunk(tx, {
    batchId,
    loadId: plan.loadId,
    fence: plan.fence,
    lane: plan.lane,
    position,
    fromLine: chunk.fromLine,
    toLine: chunk.toLine,
    toByte: chunk.toByte,
    counts,
    committedAt: chunk.committedAt,
  });
  await plan.reached?.("before-commit");
  await client.query("commit");
  await plan.reached?.("after-commit");
  return counts;
}
