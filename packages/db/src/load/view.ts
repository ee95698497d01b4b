// A load as everybody sees it: its manifest, how far it is, and what its lines came to so far.
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { LoadId } from "@almanac/domain/ids";
import type { Dataset, LoadChannel, LoadStatus, MediaType } from "@almanac/domain/load/media";
import { instantOf, instantOrNull } from "../instants.ts";

/** One body of bytes that was taken into the raw zone. Instants are RFC 3339 in UTC with microseconds. */
export interface LoadView {
  loadId: LoadId;
  /** Order of acceptance. */
  loadNo: number;
  dataset: Dataset;
  channel: LoadChannel;
  replayOf: LoadId | null;
  replayOnly: "rejects" | "all" | null;
  /** Of the body, content encoding undone; hex, lower case. */
  contentSha256: string;
  mediaType: MediaType;
  bytes: number;
  storedBytes: number;
  rawUri: string;
  fileName: string | null;
  timeZone: string | null;
  requestedBy: string;
  requestedAt: string;
  status: LoadStatus;
  startedAt: string | null;
  finishedAt: string | null;
  errorCode: string | null;
  errorDetail: string | null;
  cancelRequested: boolean;
  /** From 0 to 1, by bytes; 1 once it is through. */
  progress: number;
  /** `total` is the sum of the others. */
  rows: OutcomeCounts & { total: number };
}

export interface LoadRow extends OutcomeCounts {
  load_id: LoadId;
  load_no: number;
  dataset: Dataset;
  channel: LoadChannel;
  replay_of: LoadId | null;
  replay_only: "rejects" | "all" | null;
  content_sha256: string;
  media_type: MediaType;
  bytes: number;
  stored_bytes: number;
  raw_uri: string;
  file_name: string | null;
  time_zone: string | null;
  requested_by: string;
  requested_at: string;
  status: LoadStatus;
  started_at: string | null;
  finished_at: string | null;
  error_code: string | null;
  error_detail: string | null;
  cancel_requested: boolean;
  byte_position: number | null;
  total: number;
}

/** The columns of a LoadRow, over `load l` and `loadLanes`. Bigints come as float8: exact below 2^53. */
export const loadColumns = `l.load_id, l.load_no::float8 as load_no, l.dataset, l.channel, l.replay_of, l.replay_only,
  encode(l.content_sha256, 'hex') as content_sha256, l.media_type, l.bytes::float8 as bytes,
  l.stored_bytes::float8 as stored_bytes, l.raw_uri, l.file_name, l.time_zone, l.requested_by, l.requested_at, l.status,
  l.started_at, l.finished_at, l.error_code, l.error_detail, l.cancel_requested, n.byte_position, n.inserted, n.updated,
  n.duplicate, n.stale, n.conflict, n.rejected, n.total`;

/** What the lanes of `load l` come to. */
export const loadLanes = `cross join lateral (
    select avg(byte_position)::float8 as byte_position, coalesce(sum(inserted), 0)::float8 as inserted,
      coalesce(sum(updated), 0)::float8 as updated, coalesce(sum(duplicate), 0)::float8 as duplicate,
      coalesce(sum(stale), 0)::float8 as stale, coalesce(sum(conflict), 0)::float8 as conflict,
      coalesce(sum(rejected), 0)::float8 as rejected, coalesce(sum(total), 0)::float8 as total
    from load_lane where load_id = l.load_id
  ) n`;

export function viewOf(row: LoadRow): LoadView {
  return {
    loadId: row.load_id,
    loadNo: row.load_no,
    dataset: row.dataset,
    channel: row.channel,
    replayOf: row.replay_of,
    replayOnly: row.replay_only,
    contentSha256: row.content_sha256,
    mediaType: row.media_type,
    bytes: row.bytes,
    storedBytes: row.stored_bytes,
    rawUri: row.raw_uri,
    fileName: row.file_name,
    timeZone: row.time_zone,
    requestedBy: row.requested_by,
    requestedAt: instantOf(row.requested_at),
    status: row.status,
    startedAt: instantOrNull(row.started_at),
    finishedAt: instantOrNull(row.finished_at),
    errorCode: row.error_code,
    errorDetail: row.error_detail,
    cancelRequested: row.cancel_requested,
    progress: progressOf(row),
    rows: {
      total: row.total,
      inserted: row.inserted,
      updated: row.updated,
      duplicate: row.duplicate,
      stale: row.stale,
      conflict: row.conflict,
      rejected: row.rejected,
    },
  };
}

function progressOf(row: LoadRow): number {
  if (row.status === "succeeded" || row.status === "partial") {
    return 1;
  }
  return row.bytes === 0 ? 0 : Math.min(1, (row.byte_position ?? 0) / row.bytes);
}
