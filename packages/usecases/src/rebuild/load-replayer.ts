// One load while its batches are repeated: its lines, read once from the beginning, handed out lane by lane as the journal
// asks for them.
import type { Database } from "@almanac/db/database";
import { type EventSchemaView, readEventSchemas } from "@almanac/db/event-schemas";
import { claimLoad, finishLoad, type LoadClaim } from "@almanac/db/load-claims";
import { AppError } from "@almanac/domain/errors";
import { compileSchemas } from "@almanac/gate/schemas";
import type { Lake } from "@almanac/lake/lake";
import type { LoadLine } from "../load/journal.ts";
import { type LaneWriter, openWriter } from "../load/lane-writer.ts";
import { Chunk, laneOf } from "../load/lanes.ts";
import type { Manifest } from "../load/manifest.ts";
import { knownTo, type LoadPlan } from "../load/plan.ts";
import { type GatedLine, readLines } from "../load/read-lines.ts";
import { wantedLines } from "../load/run-load.ts";

export interface LoadReplayer {
  /** Repeats one batch with its instant. Throws `rebuild.diverged` (fault) when the lines are not the journal's. */
  repeat(batch: LoadLine): Promise<void>;
  /** True, and the load is finished, when every line was in a batch; false when some are left. */
  finish(): Promise<boolean>;
  close(): Promise<void>;
}

interface Lane {
  position: number;
  pending: GatedLine[];
  writer: LaneWriter | null;
}

/** Claims the load, from wherever the database stands with it. */
export async function openReplayer(
  { database, lake }: { database: Database; lake: Lake },
  manifest: Manifest,
  plan: LoadPlan,
): Promise<LoadReplayer> {
  const claim = (await claimLoad(database, manifest.load_id, { lanes: plan.lanes, schemas: plan.schemas }))!;
  const lanes = claim.lanes.map(({ position }): Lane => ({ position, pending: [], writer: null }));
  const reading = readingOf(plan, await readEventSchemas(database));
  const blocks = wantedLines({ database }, claim.load, readLines(lake, claim.load, reading))[Symbol.asyncIterator]();
  let seen = 0;
  let total = 0;
  let isOver = false;

  /** Reads another block; false at the end. */
  async function readOn(): Promise<boolean> {
    const { value: block } = await blocks.next();
    if (block === undefined) {
      isOver = true;
      return false;
    }
    total += block.length;
    for (const line of block) {
      const lane = lanes[laneOf(line, lanes.length)]!;
      if (line.line > lane.position) lane.pending.push(line);
      seen = line.line;
    }
    return true;
  }

  return {
    async repeat(batch) {
      while (!isOver && seen < batch.to_line) await readOn();
      const lane = lanes[batch.lane];
      const lines = lane === undefined ? [] : takeTo(lane, batch.to_line);
      if (lines[0]?.line !== batch.from_line || lines.at(-1)!.line !== batch.to_line) throw diverged(batch);
      lane!.writer ??= await openWriter(database, claim.load, writerOf(claim, batch.lane, lane!.position));
      await lane!.writer.write(chunkOf(lines), batch.committed_at);
      lane!.position = batch.to_line;
    },
    async finish() {
      const isDone = () => lanes.every(({ pending }) => pending.length === 0);
      while (!isOver && isDone()) await readOn();
      if (!isOver || !isDone()) return false;
      await finishLoad(database, manifest.load_id, claim.fence, { total });
      return true;
    },
    async close() {
      await blocks.return(undefined);
      for (const { writer } of lanes) await writer?.close();
    },
  };
}

function readingOf(plan: LoadPlan, rows: readonly EventSchemaView[]) {
  return { schemas: compileSchemas(knownTo(plan.schemas, rows)), lineCapBytes: plan.line_max_bytes };
}

function writerOf({ load, fence }: LoadClaim, lane: number, position: number) {
  return { loadId: load.loadId, lane, fence, position };
}

function takeTo(lane: Lane, toLine: number): GatedLine[] {
  const end = lane.pending.findIndex(({ line }) => line > toLine);
  return lane.pending.splice(0, end === -1 ? lane.pending.length : end);
}

function chunkOf(lines: readonly GatedLine[]): Chunk {
  const chunk = new Chunk();
  for (const line of lines) chunk.add(line, lines.length);
  return chunk;
}

function diverged(batch: LoadLine): AppError {
  return new AppError("fault", {
    code: "rebuild.diverged",
    detail: `Lines ${batch.from_line} to ${batch.to_line} of load ${batch.load_id} are not what the journal says.`,
  });
}
