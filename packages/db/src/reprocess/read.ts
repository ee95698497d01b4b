// The next events of a key range, as far as their interpretation needs them. Read without a lock: what is written is locked
// and compared then, what is not written leaves no trace.
import type { EventId } from "@almanac/domain/ids";
import type { Database } from "../database.ts";
import { selectionFrom, selectionOf } from "./select.ts";
import type { RunView } from "./view.ts";

/** An event that a run looks at. */
export interface ScannedEvent {
  eventId: EventId;
  version: number;
  revision: number;
  /** The batch of its current row, by which a later look tells whether it is still the same. */
  batchId: string;
  schemaVersion: number;
  /** JSON text of the metadata as received, and the schema version by which it was judged. */
  received: string;
  receivedVersion: number;
  /** The metadata as it is understood today; null: as received. */
  today: string | null;
}

interface EventRow {
  event_id: EventId;
  version: number;
  revision: number;
  batch_id: string;
  schema_version: number;
  received: string;
  received_version: number;
  today: string | null;
}

export interface KeyRange {
  afterId: EventId | null;
  uptoId: EventId;
}

// Whatever the planner believes of the tables' sizes, events are read by their key, in its order: left alone it read and
// sorted the whole table for each chunk.
const byKey = `set local enable_seqscan to off; set local enable_bitmapscan to off;
  set local enable_sort to off; set local enable_hashjoin to off; set local enable_mergejoin to off`;

/** By rising id, at the most `limit`; without a limit all of the range. */
export async function readEvents(
  database: Database,
  run: RunView,
  { afterId, uptoId }: KeyRange,
  limit: number | null,
): Promise<ScannedEvent[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const wanted = [selectionOf(run, bind), `e.event_id <= ${bind(uptoId)}`];
  if (afterId !== null) wanted.push(`e.event_id > ${bind(afterId)}`);
  const text = `select e.event_id, e.version, e.revision, e.batch_id::text as batch_id, e.schema_version,
      coalesce(e.received, e.metadata)::text as received,
      coalesce(e.received_schema_version, e.schema_version) as received_version,
      case when e.received is not null then e.metadata::text end as today
    from ${selectionFrom} where ${wanted.join(" and ")}
    order by e.event_id limit ${bind(limit)}`;
  const { rows } = await database.transaction(async (tx) => {
    await tx.query(byKey);
    return tx.query<EventRow>(text, values);
  });
  return rows.map((row) => ({
    eventId: row.event_id,
    version: row.version,
    revision: row.revision,
    batchId: row.batch_id,
    schemaVersion: row.schema_version,
    received: row.received,
    receivedVersion: row.received_version,
    today: row.today,
  }));
}
