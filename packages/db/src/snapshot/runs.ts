// Which published runs are in what a snapshot pins? Those of which a batch was committed by then: like a load, a run that
// was under way is pinned as far as it had come.
import type { RunId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";

export interface PinnedRun {
  runId: RunId;
  eventType: string;
  /** The schema version that it brought events to; null for a run that takes another one back. */
  toVersion: number | null;
  reverts: RunId | null;
  /** True when it had finished by then. */
  isWhole: boolean;
}

interface Row {
  run_id: RunId;
  event_type: string;
  to_version: number | null;
  reverts: RunId | null;
  is_whole: boolean;
}

/** Newest first. What is told of an instant in the past never changes. */
export async function readPinnedRuns(database: Queryable, eventsAsOf: string, limit: number): Promise<PinnedRun[]> {
  const { rows } = await database.query<Row>(
    `select r.run_id, r.event_type, r.to_version, r.reverts,
       r.status in ('succeeded', 'partial') and r.finished_at <= $1::timestamptz as is_whole
     from reprocess_run r
     where exists (select from batch b where b.run_id = r.run_id and b.committed_at <= $1::timestamptz)
     order by r.run_no desc limit $2`,
    [eventsAsOf, limit],
  );
  return rows.map((row) => ({
    runId: row.run_id,
    eventType: row.event_type,
    toVersion: row.to_version,
    reverts: row.reverts,
    isWhole: row.is_whole,
  }));
}
