// What do stored events of a type look like? A sample of the newest ones, for dry runs that must not read everything.
import type { Queryable } from "../database.ts";

export interface StoredMetadata {
  eventId: string;
  schemaVersion: number;
  /** JSON text, its numbers exact. */
  metadata: string;
}

export interface MetadataSample {
  /** Newest event first. */
  events: StoredMetadata[];
  /** Whether these are all events of the type. */
  isComplete: boolean;
}

/**
 * Up to `limit` current events of a type among the `mostScanned` newest of all types: there is no index by type, and a
 * type that is rare must not cost a scan of the table.
 */
export async function sampleMetadata(
  database: Queryable,
  eventType: string,
  { limit, mostScanned }: { limit: number; mostScanned: number },
): Promise<MetadataSample> {
  const { rows } = await database.query<{ event_id: string; schema_version: number; metadata: string }>(
    `select event_id, schema_version, metadata::text from (
       select event_id, event_type, event_timestamp, schema_version, metadata from events
       order by event_timestamp desc, event_id desc limit $3
     ) newest
     where event_type = $1 order by event_timestamp desc, event_id desc limit $2`,
    [eventType, limit, mostScanned],
  );
  const { rowCount: scanned } = await database.query(`select from events limit $1`, [mostScanned]);
  return {
    events: rows.map((row) => ({
      eventId: row.event_id,
      schemaVersion: row.schema_version,
      metadata: row.metadata,
    })),
    isComplete: rows.length < limit && (scanned ?? 0) < mostScanned,
  };
}
