// Rejected lines whose reason is cured: counted for a preview, replayed by a run that publishes. The lines are read again
// from the raw zone, by what is registered now.
import { readEventSchemas } from "@almanac/db/event-schemas";
import type { LoadView } from "@almanac/db/loads";
import { actorOf, findCurable, listReplaysOf } from "@almanac/db/reprocess/rejects";
import { readEventIds, type RunRejects, type RunView } from "@almanac/db/reprocess/runs";
import { AppError } from "@almanac/domain/errors";
import type { EventFacts } from "@almanac/domain/event/event";
import { compileSchemas, type EventSchemas } from "@almanac/gate/schemas";
import { readLines } from "../load/read-lines.ts";
import { replayLoad } from "../load/replay-load.ts";
import { wantedLines } from "../load/run-load.ts";
import type { WorkDeps } from "./deps.ts";

const loadsAPage = 100;

type Wanted = (event: EventFacts) => boolean;

/** How many rejected lines of the run's type would now pass. */
export async function countCured(deps: WorkDeps, run: RunView, signal: AbortSignal): Promise<RunRejects> {
  let passing = 0;
  for await (const { passed } of curedLoads(deps, run, signal)) passing += passed;
  return { would_pass: passing };
}

/**
 * Replays the rejects of every load that has at least one which would now pass; those that still do not are rejects of the
 * replay. Asked for again it finds those that are left: a load's rejects are replayed once.
 */
export async function replayCured(deps: WorkDeps, run: RunView, signal: AbortSignal): Promise<void> {
  for await (const { load } of curedLoads(deps, run, signal)) {
    const order = { loadId: load.loadId, only: "rejects" as const, requestedBy: actorOf(run.runId) };
    await replayLoad({ ...deps, reached: undefined }, order).catch((error: unknown) => {
      // Somebody else has just replayed them.
      if (!(error instanceof AppError) || error.code !== "load.no_rejects") throw error;
    });
  }
}

/** What the run's replays came to. Throws `reprocess.replays_open` (unavailable) while one of them has not finished. */
export async function readReplayed({ database }: WorkDeps, run: RunView): Promise<RunRejects> {
  const replays = await listReplaysOf(database, run.runId);
  const open = replays.find((load) => load.finishedAt === null);
  if (open !== undefined) {
    throw new AppError("unavailable", {
      code: "reprocess.replays_open",
      detail: `The replay ${open.loadId} has not finished.`,
      retryAfterMs: 500,
    });
  }
  const sum = (count: (load: LoadView) => number) => replays.reduce((all, load) => all + count(load), 0);
  return {
    replayed: sum(({ rows }) => rows.total),
    passed: sum(({ rows }) => rows.total - rows.rejected - rows.conflict),
  };
}

async function* curedLoads(deps: WorkDeps, run: RunView, signal: AbortSignal) {
  const schemas = compileSchemas(await readEventSchemas(deps.database));
  const wanted = await wantedBy(deps, run);
  for (let afterNo = 0; ;) {
    const { eventType, loadId } = run;
    const loads = await findCurable(deps.database, { eventType, loadId, afterNo, limit: loadsAPage });
    for (const load of loads) {
      const passed = await countPassing(deps, load, { schemas, wanted, signal });
      if (passed > 0) yield { load, passed };
    }
    if (loads.length < loadsAPage) return;
    afterNo = loads.at(-1)!.loadNo;
  }
}

async function wantedBy({ database }: WorkDeps, run: RunView): Promise<Wanted> {
  const ids = run.eventIds === null ? null : new Set(await readEventIds(database, run.runId));
  const [from, to] = [run.from, run.to].map((text) => (text === null ? null : microseconds(text)));
  return (event) =>
    event.eventType === run.eventType &&
    (from == null || event.eventTimeUs >= from) &&
    (to == null || event.eventTimeUs < to) &&
    (ids === null || ids.has(event.eventId));
}

function microseconds(instant: string): number {
  return Number(Temporal.Instant.from(instant).epochNanoseconds / 1_000n);
}

async function countPassing(
  deps: WorkDeps,
  load: LoadView,
  { schemas, wanted, signal }: { schemas: EventSchemas; wanted: Wanted; signal: AbortSignal },
): Promise<number> {
  const reading = { schemas, lineCapBytes: deps.settings.lineMaxBytes };
  const rejected = { replayOf: load.loadId, replayOnly: "rejects" as const };
  let passing = 0;
  for await (const block of wantedLines(deps, rejected, readLines(deps.lake, load, reading))) {
    signal.throwIfAborted();
    for (const line of block) if ("event" in line && wanted(line.event)) passing += 1;
  }
  return passing;
}
