// Where does an event come from? What stands behind each of its interpretations: the batch, the run, the schema version;
// and the lines that named it and were refused.
import type { EventId, LoadId, RunId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";

/** What an EventView does not say of an interpretation. */
export interface InterpretationOrigin {
  version: number;
  revision: number;
  isCurrent: boolean;
  /** Schema version by which the content was judged when it came. */
  judgedBy: number;
  /** The transaction that wrote it: a chunk of a load's lane, or of a run's key range. */
  batch: { batchId: number; committedAt: string; lane: number; fromLine: number; toLine: number };
}

const originsOf = (table: string, isCurrent: boolean) =>
  `select e.version, e.revision, ${isCurrent} as is_current,
     coalesce(e.received_schema_version, e.schema_version) as judged_by, b.batch_id::float8 as batch_id,
     b.committed_at, b.lane, b.from_line::float8 as from_line, b.to_line::float8 as to_line
   from ${table} e join batch b on b.batch_id = e.batch_id where e.event_id = $1`;

/** The newest interpretations first. */
export async function readOrigins(
  database: Queryable,
  eventId: EventId,
  limit: number,
): Promise<InterpretationOrigin[]> {
  const { rows } = await database.query<{
    version: number;
    revision: number;
    is_current: boolean;
    judged_by: number;
    batch_id: number;
    committed_at: string;
    lane: number;
    from_line: number;
    to_line: number;
  }>(
    `${originsOf("events", true)} union all ${originsOf("event_history", false)}
     order by version desc, revision desc limit $2`,
    [eventId, limit],
  );
  return rows.map((row) => ({
    version: row.version,
    revision: row.revision,
    isCurrent: row.is_current,
    judgedBy: row.judged_by,
    batch: {
      batchId: row.batch_id,
      committedAt: instantOf(row.committed_at),
      lane: row.lane,
      fromLine: row.from_line,
      toLine: row.to_line,
    },
  }));
}

/** A run that has written an interpretation of an event, or could not. */
export interface LineageRun {
  runId: RunId;
  eventType: string;
  trigger: string;
  mode: string;
  status: string;
  requestedBy: string;
  requestedAt: string;
  finishedAt: string | null;
  reason: string | null;
  /** The schema version that it brought events to; null for one that took another back. */
  toVersion: number | null;
  /** SHA-256 of the steps to each schema version, as they were. */
  upcasts: unknown;
  reverts: RunId | null;
  /** Why it could not interpret the event; null where it did. */
  failure: { version: number; revision: number; code: string; pointer: string; detail: string } | null;
}

/** The runs of these ids and those that failed at the event, oldest first. */
export async function readRunsOf(
  database: Queryable,
  eventId: EventId,
  runIds: readonly RunId[],
): Promise<LineageRun[]> {
  const { rows } = await database.query<{
    run_id: RunId;
    event_type: string;
    trigger: string;
    mode: string;
    status: string;
    requested_by: string;
    requested_at: string;
    finished_at: string | null;
    reason: string | null;
    to_version: number | null;
    upcasts: unknown;
    reverts: RunId | null;
    failure: LineageRun["failure"];
  }>(
    `select r.run_id, r.event_type, r.trigger, r.mode, r.status, r.requested_by, r.requested_at, r.finished_at, r.reason,
       r.to_version, r.upcasts, r.reverts, case when f.run_id is not null then json_build_object(
         'version', f.version, 'revision', f.revision, 'code', f.code, 'pointer', f.pointer, 'detail', f.detail
       ) end as failure
     from reprocess_run r left join reprocess_failure f on f.run_id = r.run_id and f.event_id = $1
     where r.run_id = any($2::uuid[]) or r.run_id in (select run_id from reprocess_failure where event_id = $1)
     order by r.run_no`,
    [eventId, runIds],
  );
  return rows.map((row) => ({
    runId: row.run_id,
    eventType: row.event_type,
    trigger: row.trigger,
    mode: row.mode,
    status: row.status,
    requestedBy: row.requested_by,
    requestedAt: instantOf(row.requested_at),
    finishedAt: row.finished_at === null ? null : instantOf(row.finished_at),
    reason: row.reason,
    toVersion: row.to_version,
    upcasts: row.upcasts,
    reverts: row.reverts,
    failure: row.failure,
  }));
}

/** Which line of which load. */
export interface RejectPlace {
  loadId: LoadId;
  line: number;
}

/** The refused lines that named the event, in the order of their loads. */
export async function findRejectsOf(database: Queryable, eventId: EventId, limit: number): Promise<RejectPlace[]> {
  const { rows } = await database.query<{ load_id: LoadId; line: number }>(
    `select r.load_id, r.line::float8 as line from reject r join load l on l.load_id = r.load_id
     where r.event_id = $1 order by l.load_no, r.line limit $2`,
    [eventId, limit],
  );
  return rows.map((row) => ({ loadId: row.load_id, line: row.line }));
}
