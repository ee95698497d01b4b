// Reprocess runs while their batches are repeated: each batch interprets the events of its key range again, by the same
// steps, at the same place in the order of commits, and so writes the same.
import type { Database } from "@almanac/db/database";
import { readEventSchemas } from "@almanac/db/event-schemas";
import { type EndedRun, restoreRun, restoreRunEnd } from "@almanac/db/rebuild/restore-run";
import { moveRange } from "@almanac/db/reprocess/ranges";
import { findRun, type RunView } from "@almanac/db/reprocess/runs";
import { AppError } from "@almanac/domain/errors";
import type { RunId } from "@almanac/domain/ids";
import type { Interpreter } from "@almanac/domain/reprocess/interpret";
import { emptyTally, type RangeTally } from "@almanac/domain/reprocess/tally";
import type { Lake } from "@almanac/lake/lake";
import type { RunLine } from "../load/journal.ts";
import { interpreterOf, upcastHashes } from "../reprocess/interpreter.ts";
import { parseRunManifest, readRunEnd, type RunManifest, runPrefix } from "../reprocess/run-manifest.ts";
import { takeChunk } from "../reprocess/take-chunk.ts";

export interface RunReplayer {
  /** How many runs there are, repeated or not. */
  runs(): number;
  /** Repeats one batch with its instant. Throws `rebuild.diverged` (fault) when the registry is not the run's. */
  repeat(batch: RunLine): Promise<void>;
  /** The run has no further batch in the journal: makes it what it was when it ended. */
  end(runId: RunId): Promise<void>;
  /** Runs that changed nothing, and those that the journal does not tell of. */
  endOthers(): Promise<void>;
}

interface OpenRun {
  run: RunView;
  interpreter: Interpreter | null;
  tallies: Map<number, { scanned: number; tally: RangeTally }>;
}

/** Reads what the lake knows of runs. */
export async function openRunReplayer(database: Database, lake: Lake): Promise<RunReplayer> {
  const left = new Map<RunId, RunManifest>();
  for await (const { name } of lake.list(runPrefix)) {
    const manifest = parseRunManifest((await lake.getNamed(name)) ?? new Uint8Array());
    left.set(manifest.run_id, manifest);
  }
  const known = left.size;
  const open = new Map<RunId, OpenRun>();

  async function restore(runId: RunId): Promise<RunView> {
    const manifest = left.get(runId);
    if (manifest === undefined) throw diverged(`The lake does not say how run ${runId} was planned.`);
    left.delete(runId);
    await database.transaction((tx) => restoreRun(tx, plannedOf(manifest)));
    return (await findRun(database, runId))!;
  }

  async function opened(runId: RunId): Promise<OpenRun> {
    const there = open.get(runId);
    if (there !== undefined) return there;
    const run = await restore(runId);
    const started = { run, interpreter: await interpreterFor(database, run), tallies: new Map() };
    open.set(runId, started);
    return started;
  }

  async function end(runId: RunId): Promise<void> {
    open.delete(runId);
    const told = await readRunEnd(lake, runId);
    await database.transaction((tx) => restoreRunEnd(tx, runId, told === null ? null : endOf(told)));
  }

  return {
    runs: () => known,
    end,
    async repeat(batch) {
      const { run, interpreter, tallies } = await opened(batch.run_id);
      const state = tallies.getOrInsertComputed(batch.lane, () => ({ scanned: 0, tally: emptyTally() }));
      const { after_id: afterId, upto_id: uptoId } = batch;
      await moveRange(database, run.runId, batch.lane, afterId);
      const range = { runId: run.runId, rangeNo: batch.lane, fence: 0, afterId, uptoId, ...state };
      const journalled = { committedAt: batch.committed_at, fromLine: batch.from_line, toLine: batch.to_line };
      await takeChunk({ database }, { run, range, interpreter, limit: null, journalled });
      state.scanned = batch.to_line;
    },
    async endOthers() {
      const others = [...left.values()].toSorted((a, b) => (a.requested_at < b.requested_at ? -1 : 1));
      for (const { run_id: runId } of others) {
        await restore(runId);
        await end(runId);
      }
    },
  };
}

async function interpreterFor(database: Database, run: RunView): Promise<Interpreter | null> {
  if (run.toVersion === null) return null;
  const rows = await readEventSchemas(database, run.eventType);
  const hashes = upcastHashes(rows, run.eventType, run.toVersion);
  const isSame = JSON.stringify(hashes) === JSON.stringify(run.upcasts?.map(inOrder));
  if (!isSame) throw diverged(`The steps that run ${run.runId} was made of are not those that are registered.`);
  return interpreterOf(rows, run.eventType, run.toVersion);
}

/** As `upcastHashes` orders its members: the database does not keep their order. */
function inOrder({ schema_version, sha256 }: { schema_version: number; sha256: string | null }) {
  return { schema_version, sha256 };
}

function plannedOf(manifest: RunManifest) {
  return {
    runId: manifest.run_id,
    eventType: manifest.event_type,
    from: manifest.from,
    to: manifest.to,
    loadId: manifest.load_id,
    eventIds: manifest.event_ids,
    selection: manifest.only,
    mode: "publish" as const,
    trigger: manifest.trigger,
    reverts: manifest.reverts,
    toVersion: manifest.to_version,
    reason: manifest.reason,
    requestedBy: manifest.requested_by,
    requestedAt: manifest.requested_at,
    upcasts: manifest.upcasts,
    settledAt: manifest.settled_at,
    total: manifest.total,
    uptoIds: manifest.ranges,
  };
}

function endOf(end: NonNullable<Awaited<ReturnType<typeof readRunEnd>>>): EndedRun {
  return {
    status: end.status,
    startedAt: end.started_at,
    finishedAt: end.finished_at,
    error: end.error,
    rejects: end.rejects,
    ranges: end.ranges,
  };
}

function diverged(detail: string): AppError {
  return new AppError("fault", { code: "rebuild.diverged", detail });
}
