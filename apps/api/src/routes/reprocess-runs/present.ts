// A reprocess run as callers see it.
import type { RunView } from "@almanac/db/reprocess/runs";
import { runModes, runStatuses, runTriggers, selections } from "@almanac/domain/reprocess/run";
import type { RangeTally } from "@almanac/domain/reprocess/tally";
import { writeExact } from "@almanac/domain/schema/exact-json";
import { z } from "@hono/zod-openapi";

const count = z.int().min(0);
const instant = z.string().openapi({ format: "date-time" });
const maybe = z.string().nullable().openapi({ format: "date-time" });

export const runHeaderSchema = z
  .object({
    run_id: z.uuid(),
    status: z.enum(runStatuses).openapi({
      description:
        "`partial`: it has finished and some events could not be interpreted, they stay as they are; `failed`: it stopped, see `error`. A preview ends as `succeeded` and can be published.",
    }),
    mode: z.enum(runModes).openapi({ description: "`preview` only tells what `publish` does." }),
    event_type: z.string(),
    only: z.enum(selections),
    from: maybe,
    to: maybe,
    load_id: z.uuid().nullable(),
    event_ids: count.nullable().openapi({ description: "How many events were asked for by id." }),
    trigger: z.enum(runTriggers).openapi({
      description: "`schema`: a version was registered; `schedule`; `job`: by hand at the job board.",
    }),
    reverts: z.uuid().nullable().openapi({ description: "The run that this one takes back." }),
    to_version: z.int().min(1).nullable().openapi({ description: "The schema version that events are brought to." }),
    upcasts: z
      .array(z.object({ schema_version: z.int().min(1), sha256: z.string().nullable() }))
      .nullable()
      .openapi({ description: "The steps to each version, by the SHA-256 of their canonical JSON; null: no steps." }),
    reason: z.string().nullable(),
    requested_by: z.string(),
    requested_at: instant,
    settled_at: maybe.openapi({
      description: "Events that were committed by then are looked at; later ones were judged by the newest schema.",
    }),
    started_at: maybe,
    finished_at: maybe,
    progress: z.number().min(0).max(1).openapi({ description: "How many of the events are through." }),
    rows: z.object({ scanned: count, changed: count, unchanged: count, failed: count }).openapi("ReprocessRows", {
      description: "Events by what they came to, or would come to; `scanned` is always the sum of the others.",
    }),
    rejects: z.object({ would_pass: count.nullable(), replayed: count.nullable(), passed: count.nullable() }).openapi({
      description:
        "Rejected lines whose reason may be cured: how many would pass (preview); how many were replayed and how many of those passed (publish).",
    }),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  })
  .openapi("ReprocessRunHeader");

const operation = z.object({
  op: z.enum(["add", "remove", "replace"]),
  path: z.string(),
  value: z.unknown().optional(),
});

export const runSchema = runHeaderSchema
  .extend({
    fields: z
      .array(z.object({ pointer: z.string(), added: count, removed: count, replaced: count }))
      .openapi({ description: "How many events each field changes in, by JSON pointer; at most 200 fields." }),
    sample: z
      .array(z.object({ event_id: z.uuid(), version: z.int(), patch: z.array(operation) }))
      .openapi({ description: "The first few changed events, each with its patch (RFC 6902)." }),
    failures: z.object({
      reasons: z.array(z.object({ code: z.string(), pointer: z.string(), count })),
      sample: z.array(
        z.object({ event_id: z.uuid(), version: z.int(), code: z.string(), pointer: z.string(), detail: z.string() }),
      ),
    }),
  })
  .openapi("ReprocessRun");

export const exampleHeader = {
  run_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  status: "succeeded" as const,
  mode: "preview" as const,
  event_type: "BarcodeScanned",
  only: "outdated" as const,
  from: null,
  to: null,
  load_id: null,
  event_ids: null,
  trigger: "api" as const,
  reverts: null,
  to_version: 2,
  upcasts: [{ schema_version: 2, sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }],
  reason: "barcode_type is known for every scanner now",
  requested_by: "key:5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  requested_at: "2026-11-22T03:00:00.004511Z",
  settled_at: "2026-11-22T03:00:00.031804Z",
  started_at: "2026-11-22T03:00:00.021004Z",
  finished_at: "2026-11-22T03:00:04.113204Z",
  progress: 1,
  rows: { scanned: 1_204, changed: 1_203, unchanged: 1, failed: 0 },
  rejects: { would_pass: 12, replayed: null, passed: null },
  error: null,
};

export const exampleQueued = {
  ...exampleHeader,
  status: "queued" as const,
  settled_at: null,
  started_at: null,
  finished_at: null,
  upcasts: null,
  progress: 0,
  rows: { scanned: 0, changed: 0, unchanged: 0, failed: 0 },
  rejects: { would_pass: null, replayed: null, passed: null },
};

export const exampleRun = {
  ...exampleHeader,
  fields: [{ pointer: "/metadata/barcode_type", added: 1_203, removed: 0, replaced: 0 }],
  sample: [
    {
      event_id: "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b",
      version: 1,
      patch: [
        { op: "add" as const, path: "/metadata/barcode_type", value: "QR" },
        { op: "replace" as const, path: "/schema_version", value: 2 },
      ],
    },
  ],
  failures: { reasons: [], sample: [] },
};

export function presentRunHeader(run: RunView): z.input<typeof runHeaderSchema> {
  const { rejects } = run;
  return {
    run_id: run.runId,
    status: run.status,
    mode: run.mode,
    event_type: run.eventType,
    only: run.selection,
    from: run.from,
    to: run.to,
    load_id: run.loadId,
    event_ids: run.eventIds,
    trigger: run.trigger,
    reverts: run.reverts,
    to_version: run.toVersion,
    upcasts: run.upcasts,
    reason: run.reason,
    requested_by: run.requestedBy,
    requested_at: run.requestedAt,
    settled_at: run.settledAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    progress: run.progress,
    rows: run.rows,
    rejects: {
      would_pass: rejects !== null && "would_pass" in rejects ? rejects.would_pass : null,
      replayed: rejects !== null && "replayed" in rejects ? rejects.replayed : null,
      passed: rejects !== null && "passed" in rejects ? rejects.passed : null,
    },
    error: run.errorCode === null ? null : { code: run.errorCode, detail: run.errorDetail ?? "" },
  };
}

/** The JSON text of a run with what changed: numbers in patches keep all their digits. */
export function runText(run: RunView, tally: RangeTally): string {
  const shown: z.input<typeof runSchema> = {
    ...presentRunHeader(run),
    fields: Object.entries(tally.fields).map(([pointer, counts]) => ({ pointer, ...counts })),
    sample: tally.sample.flatMap((item) => ("patch" in item ? [{ ...item, patch: [...item.patch] }] : [])),
    failures: {
      reasons: Object.entries(tally.failures).map(([reason, times]) => ({ ...reasonOf(reason), count: times })),
      sample: tally.sample.flatMap((item) =>
        "failure" in item ? [{ event_id: item.event_id, version: item.version, ...item.failure }] : [],
      ),
    },
  };
  return writeExact(shown);
}

function reasonOf(reason: string): { code: string; pointer: string } {
  const space = reason.indexOf(" ");
  return space === -1
    ? { code: reason, pointer: "" }
    : { code: reason.slice(0, space), pointer: reason.slice(space + 1) };
}
