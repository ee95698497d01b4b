// Running a load: claim it, read its lines through the gate, distribute them to lanes, merge chunk after chunk. A chunk is
// one transaction; whoever is killed, stopped or taken over loses nothing and counts nothing twice.
import type { Database } from "@almanac/db/database";
import { type EventSchemaView, readEventSchemas } from "@almanac/db/event-schemas";
import { claimLoad, failLoad, finishLoad, type LoadClaim } from "@almanac/db/load-claims";
import { findEarlierFeed, findLoad, type LoadView } from "@almanac/db/loads";
import { readRejectedLines } from "@almanac/db/rejects";
import { AppError } from "@almanac/domain/errors";
import { PackedEvents } from "@almanac/domain/event/packed";
import type { LoadId } from "@almanac/domain/ids";
import { compileSchemas } from "@almanac/gate/schemas";
import type { Lake } from "@almanac/lake/lake";
import { clearFailure, markEnd } from "./end-marks.ts";
import { keepSchemas } from "./keep-schemas.ts";
import { type LanePoint, type LaneWriter, openWriter } from "./lane-writer.ts";
import { Chunk, laneOf } from "./lanes.ts";
import { keepPlan, knownTo, newestOf } from "./plan.ts";
import { type GatedLine, readLines } from "./read-lines.ts";

/** Where a load is, for tests that kill the process there. */
export type LoadPoint = "claimed" | "parse" | "before-ack" | LanePoint;

export interface RunLoadSettings {
  /** Connections that merge at the same time. */
  lanes: number;
  /** Lines that a lane commits together; a lane holds two such chunks in memory at the most. */
  chunkLines: number;
  /** Longer lines are rejects. */
  lineMaxBytes: number;
}

export const runLoadDefaults: RunLoadSettings = { lanes: 2, chunkLines: 4_000, lineMaxBytes: 1_048_576 };

export interface RunLoadDeps {
  database: Database;
  lake: Lake;
  now: () => Temporal.Instant;
  settings: RunLoadSettings;
  reached?: (point: LoadPoint) => void | Promise<void>;
}

export interface RunLoadRequest {
  loadId: LoadId;
  /** Aborted: the load stops between two chunks and can be resumed. */
  signal: AbortSignal;
  /** Told about once a second while it moves. */
  onProgress?: (load: LoadView) => unknown;
}

// How often a running load looks at its own row: for progress, and whether it is to stop.
const lookEveryMs = 1_000;

/**
 * Runs a load to its end, from wherever it stands; one that has ended is only told. Takes it over from whoever runs it:
 * that one's next chunk throws `load.taken_over` (conflict), which ends its job quietly. A cancelled load ends as failed.
 * Throws `load.waits` (unavailable) for a feed before its turn, and what the lake, the gate and the database throw; the load stays as far as it came and can be run again.
 */
export async function runLoad(deps: RunLoadDeps, request: RunLoadRequest): Promise<LoadView> {
  const rows = await readEventSchemas(deps.database);
  const { loadId } = request;
  const asked = await findLoad(deps.database, loadId);
  if (asked === null) {
    throw new AppError("not-found", { code: "load.not_found", detail: `There is no load ${loadId}.` });
  }
  await waitYourTurn(deps, asked);
  const claim = await claimLoad(deps.database, loadId, {
    // Feeds of members are small, and a later line of a member wins: one lane.
    lanes: asked.dataset === "events" ? deps.settings.lanes : 1,
    schemas: newestOf(rows),
  });
  if (claim === null) {
    return (await findLoad(deps.database, loadId))!;
  }
  await deps.reached?.("claimed");
  try {
    const total = await loadLines(deps, request, claim, rows);
    await clearFailure(deps.lake, loadId, deps.now());
    await finishLoad(deps.database, loadId, claim.fence, { total });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "load.cancelled") throw error;
    await endAsFailed(deps, loadId, claim.fence, error);
  }
  await deps.reached?.("before-ack");
  return (await findLoad(deps.database, loadId))!;
}

/** The feed of a dimension that was sent last has the last word, whichever worker is quicker. */
async function waitYourTurn({ database }: Pick<RunLoadDeps, "database">, load: LoadView): Promise<void> {
  if (load.dataset === "events" || load.finishedAt !== null) return;
  const earlier = await findEarlierFeed(database, load);
  if (earlier === null) return;
  throw new AppError("unavailable", {
    code: "load.waits",
    detail: `An earlier feed of ${load.dataset} has not finished: load ${earlier}.`,
    retryAfterMs: 500,
  });
}

/**
 * Ends an unfinished load as failed, in the raw zone too. Without a fence whoever runs it is stopped. The raw zone may be
 * what has failed: then only the database knows, and a rebuild would try the load again.
 */
export async function endAsFailed(
  deps: Pick<RunLoadDeps, "database" | "lake" | "now">,
  loadId: LoadId,
  fence: number | null,
  { code, detail }: { code: string; detail: string },
): Promise<boolean> {
  if (!(await failLoad(deps.database, loadId, fence, { code, detail }))) return false;
  await markEnd(deps.lake, loadId, deps.now(), { state: "failed", code, detail }).catch(() => undefined);
  return true;
}

/** Merges every line that is not counted yet; returns how many lines there are, by the reader's count. */
async function loadLines(
  deps: RunLoadDeps,
  request: RunLoadRequest,
  claim: LoadClaim,
  rows: readonly EventSchemaView[],
): Promise<number> {
  await keepSchemas(deps.lake, rows);
  const plan = await keepPlan(deps.lake, request.loadId, {
    lanes: claim.lanes.length,
    line_max_bytes: deps.settings.lineMaxBytes,
    schemas: claim.schemas,
  });
  const packed = new PackedEvents();
  const reading = {
    schemas: compileSchemas(knownTo(plan.schemas, rows)),
    lineCapBytes: plan.line_max_bytes,
    // A lane copies what it takes: one block's room serves all.
    packInto: () => {
      packed.clear();
      return packed;
    },
  };
  await using lanes = await openLanes(deps, claim);
  const look = watch(deps, request);
  let total = 0;
  for await (const block of wantedLines(deps, claim.load, readLines(deps.lake, claim.load, reading))) {
    if (total === 0) await deps.reached?.("parse");
    request.signal.throwIfAborted();
    total += block.length;
    for (const line of block) {
      const full = lanes.add(line);
      if (full !== null) await full;
    }
    await look();
  }
  await lanes.finish();
  return total;
}

/** All lines, or for a replay of rejects the lines that its parent has rejected. */
export async function* wantedLines(
  deps: Pick<RunLoadDeps, "database">,
  load: Pick<LoadView, "replayOf" | "replayOnly">,
  blocks: AsyncIterable<readonly GatedLine[]>,
): AsyncGenerator<readonly GatedLine[]> {
  if (load.replayOnly !== "rejects") {
    yield* blocks;
    return;
  }
  const pages = readRejectedLines(deps.database, load.replayOf!);
  let page: readonly number[] = [];
  let place = 0;
  const wanted = async () => {
    if (place === page.length) {
      page = (await pages.next()).value ?? [];
      place = 0;
    }
    return page[place];
  };
  let next = await wanted();
  if (next === undefined) return;
  for await (const block of blocks) {
    const taken: GatedLine[] = [];
    for (const line of block) {
      if (line.line !== next) continue;
      taken.push(line);
      place += 1;
      next = await wanted();
    }
    if (taken.length > 0) yield taken;
    if (next === undefined) return;
  }
}

/** The lanes of a claim: each has at most one chunk that merges and one that fills. */
async function openLanes(deps: RunLoadDeps, { load, fence, lanes }: LoadClaim) {
  await using opened = new AsyncDisposableStack();
  const all: { position: number; filling: Chunk; merging: Promise<void>; spare: Chunk; writer: LaneWriter }[] = [];
  let failure: Error | undefined;
  for (const { lane, position } of lanes) {
    const writer = await openWriter(deps.database, load, {
      loadId: load.loadId,
      lane,
      fence,
      position,
      reached: deps.reached,
    });
    opened.defer(() => writer.close());
    all.push({ position, filling: new Chunk(), merging: Promise.resolve(), spare: new Chunk(), writer });
  }
  // Nothing is closed under a merge that runs.
  opened.defer(async () => void (await Promise.all(all.map((lane) => lane.merging))));
  const stack = opened.move();

  async function merge(lane: (typeof all)[number]): Promise<void> {
    await lane.merging;
    if (failure !== undefined) throw failure;
    const chunk = lane.filling;
    if (chunk.count === 0) return;
    // What was merged is empty again: two chunks a lane serve the whole load.
    lane.spare.clear();
    lane.filling = lane.spare;
    lane.spare = chunk;
    lane.merging = lane.writer.write(chunk).then(
      () => undefined,
      (error: unknown) => void (failure ??= error as Error),
    );
  }

  return {
    /** Null, or what to wait for before the next line. */
    add(line: GatedLine): Promise<void> | null {
      const lane = all[laneOf(line, all.length)]!;
      if (line.line <= lane.position) return null;
      return lane.filling.add(line, deps.settings.chunkLines) ? merge(lane) : null;
    },
    async finish(): Promise<void> {
      await Promise.all(all.map(merge));
      await Promise.all(all.map((lane) => lane.merging));
      if (failure !== undefined) throw failure;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Looks at the load's row now and then; throws when it is to stop. */
function watch({ database }: RunLoadDeps, { loadId, onProgress }: RunLoadRequest): () => Promise<void> {
  let next = 0;
  return async () => {
    if (performance.now() < next) return;
    const load = await findLoad(database, loadId);
    next = performance.now() + lookEveryMs;
    if (load?.cancelRequested === true) {
      throw new AppError("conflict", { code: "load.cancelled", detail: "The load was cancelled." });
    }
    if (load !== null) await onProgress?.(load);
  };
}
