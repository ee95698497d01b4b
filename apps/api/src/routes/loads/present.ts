// A load as callers see it.
import type { LoadView } from "@almanac/db/loads";
import { datasets, mediaTypes } from "@almanac/domain/load/media";
import { z } from "@hono/zod-openapi";

export const loadStatuses = ["queued", "running", "succeeded", "partial", "failed"] as const;
export const loadChannels = ["upload", "inbox", "post", "replay"] as const;

const count = z.int().min(0);

export const loadSchema = z
  .object({
    load_id: z.uuid(),
    status: z.enum(loadStatuses).openapi({
      description:
        "`succeeded`: every line was taken; `partial`: it has finished and some lines are rejects or conflicts; `failed`: it stopped, see `error`. Posting the same bytes again resumes a failed one.",
    }),
    dataset: z.enum(datasets).openapi({ description: "What the lines are: events, or members of a dimension." }),
    channel: z.enum(loadChannels).openapi({
      description:
        "`upload` and `post` came by HTTP, `inbox` from the drop folder, `replay` takes an earlier load again.",
    }),
    content_sha256: z.string().openapi({ description: "SHA-256 of the body, content encoding undone; hex." }),
    media_type: z.enum(mediaTypes),
    bytes: count.openapi({ description: "Length of the body, content encoding undone." }),
    stored_bytes: count.openapi({ description: "Length of the object in the raw zone." }),
    raw_uri: z.string().openapi({ description: "Where the raw zone keeps the body." }),
    file_name: z.string().nullable(),
    time_zone: z
      .string()
      .nullable()
      .openapi({ description: "Of timestamps without an offset; null: they are rejects." }),
    replay_of: z.uuid().nullable(),
    replay_only: z.enum(["rejects", "all"]).nullable(),
    requested_by: z.string(),
    requested_at: z.string().openapi({ format: "date-time" }),
    started_at: z.string().nullable().openapi({ format: "date-time" }),
    finished_at: z.string().nullable().openapi({ format: "date-time" }),
    progress: z.number().min(0).max(1).openapi({ description: "How much of the body is through." }),
    rows: z
      .object({
        total: count,
        inserted: count,
        updated: count,
        duplicate: count,
        stale: count,
        conflict: count,
        rejected: count,
      })
      .openapi("LoadRows", { description: "Lines by what they came to; `total` is always the sum of the others." }),
    cancel_requested: z.boolean(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  })
  .openapi("Load");

export const exampleLoad = {
  load_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  status: "partial" as const,
  dataset: "events" as const,
  channel: "upload" as const,
  content_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  media_type: "application/x-ndjson" as const,
  bytes: 1_204,
  stored_bytes: 517,
  raw_uri:
    "s3://lake/almanac/raw/events/2026-11-22/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.ndjson.zst",
  file_name: null,
  time_zone: "UTC",
  replay_of: null,
  replay_only: null,
  requested_by: "key:5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  requested_at: "2026-11-22T03:00:00.004511Z",
  started_at: "2026-11-22T03:00:00.031804Z",
  finished_at: "2026-11-22T03:00:00.113204Z",
  progress: 1,
  rows: { total: 3, inserted: 2, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 1 },
  cancel_requested: false,
  error: null,
};

export const exampleQueued = {
  ...exampleLoad,
  status: "queued" as const,
  started_at: null,
  finished_at: null,
  progress: 0,
  rows: { total: 0, inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0 },
};

export function presentLoad(load: LoadView): z.input<typeof loadSchema> {
  return {
    load_id: load.loadId,
    status: load.status,
    dataset: load.dataset,
    channel: load.channel,
    content_sha256: load.contentSha256,
    media_type: load.mediaType,
    bytes: load.bytes,
    stored_bytes: load.storedBytes,
    raw_uri: load.rawUri,
    file_name: load.fileName,
    time_zone: load.timeZone,
    replay_of: load.replayOf,
    replay_only: load.replayOnly,
    requested_by: load.requestedBy,
    requested_at: load.requestedAt,
    started_at: load.startedAt,
    finished_at: load.finishedAt,
    progress: load.progress,
    rows: load.rows,
    cancel_requested: load.cancelRequested,
    error: load.errorCode === null ? null : { code: load.errorCode, detail: load.errorDetail ?? "" },
  };
}
