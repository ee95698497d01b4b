// Planning a run: by when events must have been known, how many there are, and into which key ranges they are cut. Done
// once; whoever dies between is followed by somebody who goes on with what is stored.
import { type EventSchemaView, readEventSchemas } from "@almanac/db/event-schemas";
import { chooseRanges, countSelected, insertPlan, settleRun } from "@almanac/db/reprocess/plan";
import { findRun, type RunView } from "@almanac/db/reprocess/runs";
import { keepSchemas } from "../load/keep-schemas.ts";
import type { WorkDeps } from "./deps.ts";
import { upcastHashes } from "./interpreter.ts";
import { keepRunPlan, type RunPlan } from "./run-manifest.ts";

/** The run with its plan; as it is when it is no longer the caller's. */
export async function planRun(deps: WorkDeps, claimed: RunView): Promise<RunView> {
  if (claimed.total !== null) return claimed;
  const { database } = deps;
  const rows = await readEventSchemas(database);
  if (claimed.settledAt === null) await settleRun(database, claimed, hashesOf(rows, claimed));
  await deps.reached?.("run-settled");
  const run = (await findRun(database, claimed.runId))!;
  if (run.settledAt === null) return run;
  let plan = await cut(deps, run);
  if (run.mode === "publish") {
    // What interprets is in the raw zone before anything is interpreted by it.
    await keepSchemas(deps.lake, rows);
    plan = await keepRunPlan(deps, run, plan);
    await deps.reached?.("run-kept");
  }
  await database.transaction((tx) => insertPlan(tx, claimed, plan));
  await deps.reached?.("run-planned");
  return (await findRun(database, run.runId))!;
}

function hashesOf(rows: readonly EventSchemaView[], { eventType, toVersion }: RunView) {
  return toVersion === null ? null : upcastHashes(rows, eventType, toVersion);
}

async function cut({ database, settings }: WorkDeps, run: RunView): Promise<RunPlan> {
  const total = await countSelected(database, run);
  // Named ids lie anywhere: one range finds them as quickly.
  const uptoIds =
    run.eventIds !== null
      ? await chooseRanges(database, run.eventType, { total: 0, rangeEvents: 1 })
      : await chooseRanges(database, run.eventType, { total, rangeEvents: settings.rangeEvents });
  return { total, uptoIds };
}
