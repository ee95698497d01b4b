// A snapshot as callers see it.
import type { Queryable } from "@almanac/db/database";
import type { SnapshotView } from "@almanac/db/snapshots";
import { readPinnedRuns } from "@almanac/db/snapshots/runs";
import { z } from "@hono/zod-openapi";
import { uuid } from "../../http/fields.ts";
import { pinsSchema, presentPins } from "../../snapshot/asked.ts";

const mostRuns = 100;

export const snapshotPath = z.object({ snapshot_id: uuid });

export const snapshotSchema = pinsSchema
  .extend({
    name: z.string().nullable().openapi({ description: "What it is for." }),
    created_by: z.string(),
    created_at: z.string().openapi({ format: "date-time" }),
    released_by: z.string().nullable(),
    released_at: z.string().nullable().openapi({
      format: "date-time",
      description: "When retention stopped to keep what it needs; null while it does.",
    }),
  })
  .openapi("Snapshot");

const runSchema = z.object({
  run_id: z.uuid(),
  event_type: z.string(),
  schema_version: z.int().nullable().openapi({ description: "What it brought events to; null for a revert." }),
  reverts: z.uuid().nullable().openapi({ description: "The run that it takes back." }),
  is_whole: z.boolean().openapi({ description: "False where it was under way: it is pinned as far as it had come." }),
});

/** A snapshot with the published runs in it. */
export const snapshotWithRunsSchema = snapshotSchema
  .extend({
    runs: z
      .array(runSchema)
      .openapi({ description: `Published runs that are in it, newest first, ${mostRuns} at the most.` }),
  })
  .openapi("SnapshotWithRuns");

export const exampleRun = {
  run_id: "0190b8a0-4c3e-7d20-9a53-000000000042",
  event_type: "BarcodeScanned",
  schema_version: 2,
  reverts: null,
  is_whole: true,
};

export async function presentWithRuns(
  database: Queryable,
  view: SnapshotView,
): Promise<z.input<typeof snapshotWithRunsSchema>> {
  const runs = await readPinnedRuns(database, view.eventsAsOf, mostRuns);
  return {
    ...presentSnapshot(view),
    runs: runs.map((run) => ({
      run_id: run.runId,
      event_type: run.eventType,
      schema_version: run.toVersion,
      reverts: run.reverts,
      is_whole: run.isWhole,
    })),
  };
}

export const exampleSnapshot = {
  snapshot_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  events_as_of: "2026-11-22T12:35:01.113204Z",
  calendar_as_of: "2026-11-21T23:59:59.999999Z",
  name: "Pricing, week 47",
  created_by: "key:0190b8a0-4c3e-7d20-9a53-000000000001",
  created_at: "2026-11-22T12:35:01.113204Z",
  released_by: null,
  released_at: null,
};

export function presentSnapshot(view: SnapshotView): z.input<typeof snapshotSchema> {
  return {
    ...presentPins(view),
    name: view.name,
    created_by: view.createdBy,
    created_at: view.createdAt,
    released_by: view.releasedBy,
    released_at: view.releasedAt,
  };
}
