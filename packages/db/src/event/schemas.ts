// The registry of event types: what their metadata must look like.
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";

/** One version of a type's schema; a version never changes. */
export interface EventSchemaView {
  eventType: string;
  schemaVersion: number;
  jsonSchema: Record<string, unknown>;
  registeredBy: string;
  registeredAt: string;
}

/** Every version of every type, by type and rising version. */
export async function readEventSchemas(database: Queryable): Promise<EventSchemaView[]> {
  const { rows } = await database.query<{
    event_type: string;
    schema_version: number;
    json_schema: Record<string, unknown>;
    registered_by: string;
    registered_at: string;
  }>(
    `select event_type, schema_version, json_schema, registered_by, registered_at from event_schema
     order by event_type collate "C", schema_version`,
  );
  return rows.map((row) => ({
    eventType: row.event_type,
    schemaVersion: row.schema_version,
    jsonSchema: row.json_schema,
    registeredBy: row.registered_by,
    registeredAt: instantOf(row.registered_at),
  }));
}
