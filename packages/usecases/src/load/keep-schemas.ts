// Which schemas has the raw zone? Those that came after the built-in ones lie there too, before anything is judged by them.
import { createHash } from "node:crypto";
import type { EventSchemaView } from "@almanac/db/event-schemas";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";

/** Those of the migrations are in every database. */
const builtIn = "almanac";
export const schemaPrefix = "schemas/";

const schemaObject = z.object({
  event_type: z.string(),
  schema_version: z.int(),
  json_schema: z.record(z.string(), z.unknown()),
  registered_by: z.string(),
  registered_at: z.string(),
});

const kept = new WeakMap<object, Set<string>>();

/** Writes down the schemas that are not there yet. */
export async function keepSchemas(lake: Pick<Lake, "putNamed">, rows: readonly EventSchemaView[]): Promise<void> {
  const names = kept.getOrInsertComputed(lake, () => new Set());
  for (const row of rows) {
    // Types are free text, names in the zone are not.
    const type = createHash("sha256").update(row.eventType).digest("hex").slice(0, 32);
    const name = `${schemaPrefix}${type}/${row.schemaVersion}.json`;
    if (row.registeredBy === builtIn || names.has(name)) continue;
    const schema: z.input<typeof schemaObject> = {
      event_type: row.eventType,
      schema_version: row.schemaVersion,
      json_schema: row.jsonSchema,
      registered_by: row.registeredBy,
      registered_at: row.registeredAt,
    };
    const text = JSON.stringify(schema);
    await lake.putNamed(name, Buffer.from(`${text}\n`));
    names.add(name);
  }
}

/** A schema as it was written down. */
export function parseSchema(text: string): EventSchemaView {
  const schema = schemaObject.parse(JSON.parse(text));
  return {
    eventType: schema.event_type,
    schemaVersion: schema.schema_version,
    jsonSchema: schema.json_schema,
    registeredBy: schema.registered_by,
    registeredAt: schema.registered_at,
  };
}
