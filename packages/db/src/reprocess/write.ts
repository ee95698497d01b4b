// Writes interpretations: the same version of each event with the next revision, and what it takes the place of into
// history, in one statement. A row that somebody has made newer since it was read is left alone.
import { eventFields } from "@almanac/domain/event/envelope";
import type { EventId, RunId } from "@almanac/domain/ids";
import type { Failure } from "@almanac/domain/reprocess/interpret";
import type { Tx } from "../database.ts";
import type { ScannedEvent } from "./read.ts";

type EventRow = Pick<ScannedEvent, "eventId" | "batchId" | "version" | "revision">;

/** An event and its new metadata, JSON text; null where the database knows it, for what is taken back. */
export interface ChangedEvent extends EventRow {
  metadata: string | null;
}

export interface FailedEvent extends EventRow {
  failure: Failure;
}

const kept = [...eventFields, "extra", "batch_id", "line", "revision", "received", "received_schema_version"];

/**
 * `source` gives rows `s` by rising event_id, which a nested loop keeps: everybody locks in that order. `set` is what each
 * becomes. The guard is evaluated again on the newest row when somebody else had it.
 */
const rewrite = (set: string, source: string) => `with written as (
    update events e set ${set}, revision = e.revision + 1, batch_id = $1
    from (${source} order by event_id) s
    where e.event_id = s.event_id and e.batch_id = s.batch_id
    returning ${kept.map((column) => `old.${column}`).join(", ")}
  ), kept as (
    insert into event_history (${kept.join(", ")}, superseded_batch_id)
    select ${kept.join(", ")}, $1::bigint from written
  )
  select event_id::text as event_id from written`;

/** A plan by the keys, whatever the planner believes of the tables' sizes. */
export const chunkSettings = `set local enable_hashjoin to off; set local enable_mergejoin to off;
  set local enable_seqscan to off; set local enable_bitmapscan to off; set local work_mem to '16MB'`;

/** Holds events by rising id until the transaction ends. */
export async function lockEvents(tx: Tx, events: readonly Pick<EventRow, "eventId">[]): Promise<void> {
  await tx.query("select from events where event_id = any($1::uuid[]) order by event_id for update", [
    events.map((event) => event.eventId),
  ]);
}

/** Writes new metadata under a schema version; gives the ids of those that were written. Events by rising id. */
export async function writeRevisions(
  tx: Tx,
  batchId: string,
  toVersion: number,
  events: readonly ChangedEvent[],
): Promise<string[]> {
  if (events.length === 0) return [];
  const { rows } = await tx.query<{ event_id: string }>({
    name: "write_revisions",
    text: rewrite(
      // What is as received is not kept twice.
      `metadata = s.metadata, schema_version = $2,
       received = nullif(coalesce(e.received, e.metadata), s.metadata),
       received_schema_version = nullif(coalesce(e.received_schema_version, e.schema_version), $2)`,
      "select * from unnest($3::uuid[], $4::bigint[], $5::jsonb[]) as t (event_id, batch_id, metadata)",
    ),
    values: [
      batchId,
      toVersion,
      events.map((event) => event.eventId),
      events.map((event) => event.batchId),
      events.map((event) => event.metadata),
    ],
  });
  return rows.map((row) => row.event_id);
}

/** Writes again what each event was before its current revision; gives the ids of those that were written. */
export async function writeReverts(tx: Tx, batchId: string, events: readonly EventRow[]): Promise<string[]> {
  if (events.length === 0) return [];
  const { rows } = await tx.query<{ event_id: string }>({
    name: "write_reverts",
    text: rewrite(
      `metadata = s.metadata, schema_version = s.schema_version, received = s.received,
       received_schema_version = s.received_schema_version`,
      `select t.event_id, t.batch_id, h.metadata, h.schema_version, h.received, h.received_schema_version
       from unnest($2::uuid[], $3::bigint[], $4::int[], $5::int[]) as t (event_id, batch_id, version, revision)
       join event_history h on h.event_id = t.event_id and h.version = t.version and h.revision = t.revision - 1`,
    ),
    values: [
      batchId,
      events.map((event) => event.eventId),
      events.map((event) => event.batchId),
      events.map((event) => event.version),
      events.map((event) => event.revision),
    ],
  });
  return rows.map((row) => row.event_id);
}

/** Notes events that could not be interpreted and are held; one that somebody has made newer since is none of them. */
export async function writeFailures(tx: Tx, runId: RunId, failed: readonly FailedEvent[]): Promise<EventId[]> {
  if (failed.length === 0) return [];
  const { rows } = await tx.query<{ event_id: EventId }>({
    name: "write_failures",
    text: `insert into reprocess_failure (run_id, event_id, version, revision, code, pointer, detail)
      select $1, f.event_id, f.version, f.revision, f.code, f.pointer, f.detail
      from unnest($2::uuid[], $3::bigint[], $4::int[], $5::int[], $6::text[], $7::text[], $8::text[])
        as f (event_id, batch_id, version, revision, code, pointer, detail)
      join events e on e.event_id = f.event_id and e.batch_id = f.batch_id
      returning event_id`,
    values: [
      runId,
      failed.map((event) => event.eventId),
      failed.map((event) => event.batchId),
      failed.map((event) => event.version),
      failed.map((event) => event.revision),
      failed.map((event) => event.failure.code),
      failed.map((event) => event.failure.pointer),
      failed.map((event) => event.failure.detail),
    ],
  });
  return rows.map((row) => row.event_id);
}
