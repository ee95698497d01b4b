// The parts of a story as callers see them: loads, rejects, runs, members, raw lines.
import type { LineageRun } from "@almanac/db/lineage/event";
import type { LineageLoad } from "@almanac/db/lineage/loads";
import type { LineageMember } from "@almanac/db/lineage/members";
import type { Retaking, SingleReject } from "@almanac/db/lineage/reject";
import { datasets, mediaTypes } from "@almanac/domain/load/media";
import type { RawLine } from "@almanac/usecases/raw-lines";
import { z } from "@hono/zod-openapi";
import { loadChannels, loadStatuses } from "../loads/present.ts";
import { exampleReject, rejectSchema } from "../loads/rejects.ts";

const instant = () => z.string().openapi({ format: "date-time" });
const count = z.int().min(0);

export const lineageLoadSchema = z
  .object({
    load_id: z.uuid(),
    dataset: z.enum(datasets),
    channel: z.enum(loadChannels),
    status: z.enum(loadStatuses),
    media_type: z.enum(mediaTypes),
    file_name: z.string().nullable(),
    content_sha256: z.string().openapi({ description: "SHA-256 of the body, content encoding undone; hex." }),
    bytes: count,
    raw_object: z.string().openapi({ description: "The body's name in the raw zone." }),
    requested_by: z.string(),
    requested_at: instant(),
    received_at: instant().openapi({ description: "When the bytes were accepted first: of a replay, its origin's." }),
    finished_at: z.string().nullable().openapi({ format: "date-time" }),
    replay_of: z.uuid().nullable().openapi({ description: "The load whose bytes it took again; it is in the list." }),
    replay_only: z.enum(["rejects", "all"]).nullable(),
    schemas: z
      .record(z.string(), z.int())
      .nullable()
      .openapi({ description: "Schema version of each event type by which it judged; null before it ran." }),
  })
  .openapi("LineageLoad");

export const exampleLineageLoad = {
  load_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  dataset: "events" as const,
  channel: "inbox" as const,
  status: "partial" as const,
  media_type: "application/x-ndjson" as const,
  file_name: "events-2026-11-22.ndjson.gz",
  content_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  bytes: 1_204,
  raw_object: "raw/events/2026-11-22/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.ndjson.zst",
  requested_by: "schedule",
  requested_at: "2026-11-22T03:00:00.004511Z",
  received_at: "2026-11-22T03:00:00.004511Z",
  finished_at: "2026-11-22T03:00:00.113204Z",
  replay_of: null,
  replay_only: null,
  schemas: { ArticleAddedToCart: 1 },
};

export function presentLineageLoad(load: LineageLoad): z.input<typeof lineageLoadSchema> {
  return {
    load_id: load.loadId,
    dataset: load.dataset,
    channel: load.channel,
    status: load.status,
    media_type: load.mediaType,
    file_name: load.fileName,
    content_sha256: load.contentSha256,
    bytes: load.bytes,
    raw_object: nameOf(load.rawUri),
    requested_by: load.requestedBy,
    requested_at: load.requestedAt,
    received_at: load.receivedAt,
    finished_at: load.finishedAt,
    replay_of: load.replayOf,
    replay_only: load.replayOnly,
    schemas: load.schemas,
  };
}

/** Where the zone lies on its machine is nobody's business here. */
function nameOf(uri: string): string {
  return uri.slice(Math.max(uri.lastIndexOf("/raw/") + 1, 0));
}

export const rawLineSchema = z
  .object({
    byte_offset: z.int().nullable().openapi({ description: "Where the line lies in the body; null in Parquet." }),
    byte_length: z.int().nullable(),
    text: z.string().nullable(),
    base64: z.string().nullable().openapi({ description: "Its bytes, where it is no text." }),
  })
  .openapi("RawLine");

export function presentRawLine(line: RawLine): z.input<typeof rawLineSchema> {
  return {
    byte_offset: line.byteOffset,
    byte_length: line.byteLength,
    text: line.raw,
    base64: line.rawBytes?.toString("base64") ?? null,
  };
}

const retakingSchema = z
  .object({
    load_id: z.uuid(),
    replay_of: z.uuid(),
    requested_by: z.string(),
    requested_at: instant(),
    outcome: z.enum(["pending", "rejected", "written", "known"]).openapi({
      description:
        "`written`: as a version of its event; `known`: that content was there already; `rejected`: once more, see `code`.",
    }),
    code: z.string().nullable(),
    version: z.int().nullable(),
  })
  .openapi("Retaking");

export const storiedRejectSchema = rejectSchema
  .omit({ state: true, replayed_by: true, mended_by: true })
  .extend({
    load_id: z.uuid(),
    event_id: z.uuid().nullable().openapi({ description: "The event that the line names, as far as it names one." }),
    taken_again: z.array(retakingSchema).openapi({ description: "By which replays, and what came of it each time." }),
  })
  .openapi("StoriedReject");

const { state: _state, replayed_by: _replay, mended_by: _mending, ...refused } = exampleReject;

export const exampleStoriedReject = {
  ...refused,
  load_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  event_id: "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b",
  code: "event.type_unknown",
  pointer: "/event_type",
  detail: 'No schema is registered for event_type "ArticleSniffed".',
  raw: '{"event_id": "f1a7f6b2-1c5f-4a9f-9f0e-7a3f2f1a7f6b", "event_type": "ArticleSniffed"}',
  taken_again: [
    {
      load_id: "0190c2b0-77aa-7d20-9a53-6b1f2f3c4d5e",
      replay_of: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
      requested_by: "key:5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
      requested_at: "2026-12-01T09:30:00.113204Z",
      outcome: "written" as const,
      code: null,
      version: 1,
    },
  ],
};

export function presentStoriedReject(
  reject: SingleReject,
  takenAgain: readonly Retaking[],
): z.input<typeof storiedRejectSchema> {
  return {
    load_id: reject.loadId,
    line: reject.line,
    code: reject.code,
    pointer: reject.pointer,
    detail: reject.detail,
    raw: reject.raw,
    raw_base64: reject.rawBytes?.toString("base64") ?? null,
    byte_offset: reject.byteOffset,
    byte_length: reject.byteLength,
    event_id: reject.eventId,
    taken_again: takenAgain.map((again) => ({
      load_id: again.loadId,
      replay_of: again.replayOf,
      requested_by: again.requestedBy,
      requested_at: again.requestedAt,
      outcome: again.outcome,
      code: again.code,
      version: again.version,
    })),
  };
}

export const lineageRunSchema = z
  .object({
    run_id: z.uuid(),
    event_type: z.string(),
    trigger: z.string(),
    mode: z.string(),
    status: z.string(),
    requested_by: z.string(),
    requested_at: instant(),
    finished_at: z.string().nullable().openapi({ format: "date-time" }),
    reason: z.string().nullable(),
    to_version: z.int().nullable().openapi({ description: "The schema version that it brought events to." }),
    upcasts: z.unknown().openapi({ description: "SHA-256 of the steps to each schema version, as they were." }),
    reverts: z.uuid().nullable(),
    failure: z
      .object({
        version: z.int(),
        revision: z.int(),
        code: z.string(),
        pointer: z.string(),
        detail: z.string(),
      })
      .nullable()
      .openapi({ description: "Why it could not interpret the event; null where it did." }),
  })
  .openapi("LineageRun");

export function presentRun(run: LineageRun): z.input<typeof lineageRunSchema> {
  return {
    run_id: run.runId,
    event_type: run.eventType,
    trigger: run.trigger,
    mode: run.mode,
    status: run.status,
    requested_by: run.requestedBy,
    requested_at: run.requestedAt,
    finished_at: run.finishedAt,
    reason: run.reason,
    to_version: run.toVersion,
    upcasts: run.upcasts,
    reverts: run.reverts,
    failure: run.failure,
  };
}

export const lineageMemberSchema = z
  .object({
    dataset: z.enum(["users", "tickets", "articles"]),
    id: z.string(),
    inferred: z.boolean().openapi({ description: "Known only because events name it." }),
    state: z.int().min(1).openapi({ description: "Counts what was said of it." }),
    recorded_at: instant(),
    load_id: z.uuid().nullable().openapi({ description: "The load that brought its present state." }),
    line: z.int().nullable(),
  })
  .openapi("LineageMember");

export function presentMember(member: LineageMember): z.input<typeof lineageMemberSchema> {
  return {
    dataset: member.dataset,
    id: member.id,
    inferred: member.isInferred,
    state: member.stateNo,
    recorded_at: member.recordedAt,
    load_id: member.loadId,
    line: member.line,
  };
}
