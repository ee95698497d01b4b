// One lane of a load: a connection of its own that merges chunk after chunk, each in one transaction which also moves the
// load's counters and the lane's position. A crash anywhere leaves whole chunks or nothing.
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { LoadId } from "@almanac/domain/ids";
import { DatabaseError, type PoolClient } from "pg";
import { asAppError, type Database, type Tx } from "../database.ts";
import { inferMembers } from "../dimension/infer.ts";
import { closeChunk } from "../load/chunks.ts";
import { writeRejects } from "../load/rejects.ts";
import type { EventChunk } from "./chunk.ts";
import { copyIn } from "./copy-in.ts";
import { CopyBuffers, encodeRows } from "./copy.ts";
import { allFresh, divide, type DividedChunk } from "./divide.ts";
import { type ChunkHeads, chooseHeads } from "./heads.ts";
import { conflictRows, linesToTell, type MergePlan, mergeStage, planOf } from "./merge.ts";
import { keepKnown, type KnownKeys, keysNamed, noKeys, parametersOf } from "./named.ts";
import { laneSource, mergeSettings, openStage } from "./stage.ts";
import { type MergeFindings, tally } from "./tally.ts";

export type { MergePlan } from "./merge.ts";

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
// second; a lane that stands still loses its connection, and its chunk is taken again (in its COPY: still-copies.ts).
const begin = `begin; set local transaction_timeout = 45000; set local idle_in_transaction_session_timeout = 5000;
  ${mergeSettings}; select nextval('batch_id_seq') as batch_id`;

const lanePlan = planOf("lane", () => laneSource);

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
  const tx: Tx = { client, query: (text, values) => client.query(text as string, values) };
  const lane: LaneState = {
    client,
    tx,
    buffers: new CopyBuffers(),
    position: plan.position,
    known: noKeys(),
    hope: new Hope(),
  };
  let broken: Error | undefined;
  const attempt = async (chunk: EventChunk, way: Way) => {
    try {
      return await mergeChunk(lane, plan, chunk, way);
    } catch (error) {
      await client.query("rollback").catch((failure: unknown) => (broken = failure as Error));
      if (way !== "contended" && isTaken(error)) return null;
      return rethrow(error);
    }
  };
  const merge = async (chunk: EventChunk): Promise<OutcomeCounts> => {
    if (lane.hope.isHigh) {
      const counts = await attempt(chunk, "hopeful");
      if (counts !== null) return counts;
      lane.hope.disappoint();
    }
    return (await attempt(chunk, "asking")) ?? (await attempt(chunk, "contended"))!;
  };
  return { merge, close: async () => giveBack(broken) };
}

/**
 * How a chunk learns which events are new. It asks; or, after chunks of nothing else, it takes all for new and is taken
 * again when the table refuses one; or somebody else has brought one since it asked, and the merge finds out.
 */
type Way = "hopeful" | "asking" | "contended";

/** Whether the next chunk may be taken for new events alone: after some chunks of them, after more each time that it was not. */
class Hope {
  private wanted = 1;
  private seen = 0;

  get isHigh(): boolean {
    return this.seen >= this.wanted;
  }

  note(isAllNew: boolean): void {
    this.seen = isAllNew ? this.seen + 1 : 0;
  }

  disappoint(): void {
    this.seen = 0;
    this.wanted *= 4;
  }
}

function ignore(): void {}

/** Somebody else has brought an event since this chunk asked which ones are known. */
function isTaken(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "23505" && error.constraint === "events_pkey";
}

function rethrow(error: unknown): never {
  throw asAppError(error);
}

/** What a lane keeps from chunk to chunk. */
interface LaneState {
  client: PoolClient;
  tx: Tx;
  buffers: CopyBuffers;
  position: number;
  known: KnownKeys;
  hope: Hope;
}

async function mergeChunk(lane: LaneState, plan: LanePlan, chunk: EventChunk, way: Way) {
  const { events, rejects } = chunk;
  // Several statements in one text: one result each, which the driver's types do not know.
  const results = (await lane.client.query(begin)) as unknown as { rows: { batch_id: string }[] }[];
  const batchId = results.at(-1)!.rows[0]!.batch_id;
  const heads = chooseHeads(events);
  const { findings, isAllNew } = await writeEvents(lane, plan, { batchId, events, heads, way });
  await plan.reached?.("history");
  const named = keysNamed(events, findings, lane.known);
  await inferMembers(lane.tx, batchId, parametersOf(named));
  await writeRejects(lane.tx, plan.loadId, [...rejects, ...conflictRows(events, findings)]);
  const { counts } = tally(events, heads, findings);
  counts.rejected = rejects.length;
  await closeChunk(lane.tx, {
    batchId,
    loadId: plan.loadId,
    fence: plan.fence,
    lane: plan.lane,
    position: lane.position,
    fromLine: chunk.fromLine,
    toLine: chunk.toLine,
    toByte: chunk.toByte,
    counts,
    committedAt: chunk.committedAt,
  });
  await plan.reached?.("before-commit");
  await lane.client.query("commit");
  lane.position = chunk.toLine;
  lane.hope.note(isAllNew);
  keepKnown(lane.known, named);
  await plan.reached?.("after-commit");
  return counts;
}

/**
 * Events that nobody knows are copied straight into their table, sorted, which costs what a bare COPY does; the others are
 * staged and merged. Through the stage alone a new event cost 32 µs of the server's CPU where a bare COPY cost 24.5. A
 * contended chunk is staged as a whole: its inserts do nothing where they lose.
 */
async function writeEvents(
  { client, tx, buffers }: LaneState,
  plan: LanePlan,
  work: { batchId: string; events: EventChunk["events"]; heads: ChunkHeads; way: Way },
): Promise<{ findings: MergeFindings; isAllNew: boolean }> {
  const { batchId, events, heads, way } = work;
  const { fresh, staged, isNewer, newer } = await divideBy(way, tx, events, heads);
  if (fresh.length > 0) {
    await copyIn(
      client,
      "events",
      encodeRows(buffers, { events, ids: heads.ids }, fresh, { batchId: Number(batchId) }),
      plan.reached,
    );
  }
  if (staged.length > 0) {
    const rows = encodeRows(buffers, { events, ids: heads.ids }, staged, { isHead: isNewer });
    await copyIn(client, "stage", rows, fresh.length > 0 ? undefined : plan.reached);
  }
  const isContended = way === "contended";
  const findings = await mergeStage(
    tx,
    plan.merge ?? lanePlan,
    {
      batchId,
      count: staged.length,
      heads: newer,
      told: linesToTell(events, heads),
      steps: { insert: isContended && staged.length > 0, update: isContended ? "update" : newer > 0 ? "raise" : null },
    },
    plan.reached,
  );
  findings.written += fresh.length;
  if (heads.repeated.length > 0) {
    for (const place of fresh) findings.told.set(events.lines[place]!, null);
  }
  return { findings, isAllNew: events.count > 0 && fresh.length === heads.sorted.length };
}

async function divideBy(way: Way, tx: Tx, events: EventChunk["events"], heads: ChunkHeads): Promise<DividedChunk> {
  switch (way) {
    case "hopeful":
      return allFresh(events, heads);
    case "asking":
      return divide(tx, events, heads);
    case "contended": {
      const staged = Array.from({ length: events.count }, (_, place) => place);
      return { fresh: [], staged, isNewer: heads.isHead, newer: heads.sorted.length };
    }
  }
}
