// A reprocess run as everybody sees it: what was asked, how far it is, and what its events came to so far.
import type { LoadId, RunId } from "@almanac/domain/ids";
import type { RunMode, RunStatus, RunTrigger, Selection } from "@almanac/domain/reprocess/run";
import { instantOf, instantOrNull } from "../instants.ts";

/** The steps to a schema version, by the SHA-256 (hex) of their canonical JSON; null: none are registered. */
export interface UpcastHash {
  schema_version: number;
  sha256: string | null;
}

/** Rejected lines whose reason is cured. Of a preview `would_pass`; of a run that publishes, what its replays came to. */
export type RunRejects = { would_pass: number } | { replayed: number; passed: number };

/** Instants are RFC 3339 in UTC with microseconds. */
export interface RunView {
  runId: RunId;
  /** Order of the requests. */
  runNo: number;
  eventType: string;
  from: string | null;
  to: string | null;
  loadId: LoadId | null;
  /** How many ids were asked for by name; null: none were. */
  eventIds: number | null;
  selection: Selection;
  mode: RunMode;
  trigger: RunTrigger;
  /** The run that this one takes back. */
  reverts: RunId | null;
  /** Null for a run that takes another one back. */
  toVersion: number | null;
  upcasts: UpcastHash[] | null;
  reason: string | null;
  requestedBy: string;
  requestedAt: string;
  status: RunStatus;
  fence: number;
  settledAt: string | null;
  /** Events to look at; null until it is planned. */
  total: number | null;
  rejects: RunRejects | null;
  startedAt: string | null;
  finishedAt: string | null;
  errorCode: string | null;
  errorDetail: string | null;
  /** From 0 to 1, by events. */
  progress: number;
  /** `scanned` is the sum of the others. */
  rows: { scanned: number; changed: number; unchanged: number; failed: number };
}

export interface RunRow {
  run_id: RunId;
  run_no: number;
  event_type: string;
  event_from: string | null;
  event_to: string | null;
  load_id: LoadId | null;
  event_ids: number | null;
  selection: Selection;
  mode: RunMode;
  trigger: RunTrigger;
  reverts: RunId | null;
  to_version: number | null;
  upcasts: UpcastHash[] | null;
  reason: string | null;
  requested_by: string;
  requested_at: string;
  status: RunStatus;
  fence: number;
  settled_at: string | null;
  total: number | null;
  rejects: RunRejects | null;
  started_at: string | null;
  finished_at: string | null;
  error_code: string | null;
  error_detail: string | null;
  scanned: number;
  changed: number;
  unchanged: number;
  failed: number;
}

/** The columns of a RunRow, over `reprocess_run r` and `runRanges`. */
export const runColumns = `r.run_id, r.run_no::float8 as run_no, r.event_type, r.event_from, r.event_to, r.load_id,
  cardinality(r.event_ids) as event_ids, r.selection, r.mode, r.trigger, r.reverts, r.to_version, r.upcasts, r.reason,
  r.requested_by, r.requested_at, r.status, r.fence, r.settled_at, r.total::float8 as total, r.rejects, r.started_at,
  r.finished_at, r.error_code, r.error_detail, n.scanned, n.changed, n.unchanged, n.failed`;

/** What the ranges of `reprocess_run r` come to. */
export const runRanges = `cross join lateral (
    select coalesce(sum(scanned), 0)::float8 as scanned, coalesce(sum(changed), 0)::float8 as changed,
      coalesce(sum(unchanged), 0)::float8 as unchanged, coalesce(sum(failed), 0)::float8 as failed
    from reprocess_range where run_id = r.run_id
  ) n`;

export function runOf(row: RunRow): RunView {
  return {
    runId: row.run_id,
    runNo: row.run_no,
    eventType: row.event_type,
    from: instantOrNull(row.event_from),
    to: instantOrNull(row.event_to),
    loadId: row.load_id,
    eventIds: row.event_ids,
    selection: row.selection,
    mode: row.mode,
    trigger: row.trigger,
    reverts: row.reverts,
    toVersion: row.to_version,
    upcasts: row.upcasts,
    reason: row.reason,
    requestedBy: row.requested_by,
    requestedAt: instantOf(row.requested_at),
    status: row.status,
    fence: row.fence,
    settledAt: instantOrNull(row.settled_at),
    total: row.total,
    rejects: row.rejects,
    startedAt: instantOrNull(row.started_at),
    finishedAt: instantOrNull(row.finished_at),
    errorCode: row.error_code,
    errorDetail: row.error_detail,
    progress: progressOf(row),
    rows: { scanned: row.scanned, changed: row.changed, unchanged: row.unchanged, failed: row.failed },
  };
}

function progressOf(row: RunRow): number {
  if (row.status === "succeeded" || row.status === "partial") return 1;
  return row.total === null || row.total === 0 ? 0 : Math.min(1, row.scanned / row.total);
}
