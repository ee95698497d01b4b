// What the lake knows of a run that publishes: as it was planned, before its first batch, and how it ended. With these and
// the journal a rebuild repeats it.
import type { Queryable } from "@almanac/db/database";
import { readRangeStates } from "@almanac/db/reprocess/ranges";
import { readEventIds, type RunView } from "@almanac/db/reprocess/runs";
import type { EventId, LoadId, RunId } from "@almanac/domain/ids";
import { runStatuses, runTriggers, selections } from "@almanac/domain/reprocess/run";
import { parseExact, writeExact } from "@almanac/domain/schema/exact-json";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";

const runId = z.uuid().transform((id) => id as RunId);
const loadId = z.uuid().transform((id) => id as LoadId);
const eventId = z.uuid().transform((id) => id as EventId);
const count = z.int().min(0);

const manifestSchema = z.object({
  run_id: runId,
  event_type: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  load_id: loadId.nullable(),
  event_ids: z.array(eventId).nullable(),
  only: z.enum(selections),
  trigger: z.enum(runTriggers),
  reverts: runId.nullable(),
  to_version: z.int().min(1).nullable(),
  upcasts: z.array(z.object({ schema_version: z.int(), sha256: z.string().nullable() })).nullable(),
  reason: z.string().nullable(),
  requested_by: z.string(),
  requested_at: z.string(),
  settled_at: z.string(),
  total: count,
  /** Last event id of each key range. */
  ranges: z.array(z.string()).min(1),
});

/** A run as it was planned. */
export type RunManifest = z.output<typeof manifestSchema>;

const endSchema = z.object({
  status: z.enum(runStatuses),
  started_at: z.string().nullable(),
  finished_at: z.string(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  rejects: z.union([z.object({ replayed: count, passed: count }), z.object({ would_pass: count })]).nullable(),
  ranges: z.array(
    z.object({
      position: z.string().nullable(),
      done: z.boolean(),
      scanned: count,
      changed: count,
      unchanged: count,
      failed: count,
      fields: z.record(z.string(), z.unknown()),
      failures: z.record(z.string(), z.unknown()),
      sample: z.array(z.unknown()),
    }),
  ),
});

/** How a run ended. */
export type RunEnd = z.output<typeof endSchema>;

/** How many events a run looks at, and the last event id of each key range. */
export interface RunPlan {
  total: number;
  uptoIds: readonly string[];
}

type Zone = Pick<Lake, "putNamed" | "getNamed">;

export const runPrefix = "runs/";
const manifestName = (id: RunId) => `${runPrefix}${id}.json`;
const endName = (id: RunId) => `run-ends/${id}.json`;

/** Makes a run's plan durable, or gives the one that it had before: whoever died between had planned it already. */
export async function keepRunPlan(
  { database, lake }: { database: Queryable; lake: Zone },
  run: RunView,
  plan: RunPlan,
): Promise<RunPlan> {
  const manifest: RunManifest = {
    run_id: run.runId,
    event_type: run.eventType,
    from: run.from,
    to: run.to,
    load_id: run.loadId,
    event_ids: await readEventIds(database, run.runId),
    only: run.selection,
    trigger: run.trigger,
    reverts: run.reverts,
    to_version: run.toVersion,
    upcasts: run.upcasts,
    reason: run.reason,
    requested_by: run.requestedBy,
    requested_at: run.requestedAt,
    settled_at: run.settledAt!,
    total: plan.total,
    ranges: [...plan.uptoIds],
  };
  if (await lake.putNamed(manifestName(run.runId), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))) return plan;
  const kept = parseRunManifest((await lake.getNamed(manifestName(run.runId))) ?? new Uint8Array());
  return { total: kept.total, uptoIds: kept.ranges };
}

/** Throws when the bytes are no plan of a run. */
export function parseRunManifest(bytes: Uint8Array): RunManifest {
  return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/** Writes down how a run that was planned ended, once. */
export async function keepRunEnd({ database, lake }: { database: Queryable; lake: Zone }, run: RunView): Promise<void> {
  if (run.mode !== "publish" || run.finishedAt === null || run.total === null) return;
  const end: RunEnd = {
    status: run.status,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    error: run.errorCode === null ? null : { code: run.errorCode, detail: run.errorDetail ?? "" },
    rejects: run.rejects,
    ranges: await readRangeStates(database, run.runId),
  };
  await lake.putNamed(endName(run.runId), Buffer.from(`${writeExact(end)}\n`));
}

/** Null: the lake does not say that the run has ended. */
export async function readRunEnd(lake: Zone, id: RunId): Promise<RunEnd | null> {
  const bytes = await lake.getNamed(endName(id));
  return bytes === null ? null : endSchema.parse(parseExact(Buffer.from(bytes).toString()));
}
