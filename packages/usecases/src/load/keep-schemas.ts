// Which schemas has the raw zone? Those that came after the built-in ones lie there too, before anything is judged by them.
import { createHash } from "node:crypto";
import type { EventSchemaView } from "@almanac/db/event-schemas";
import type { Lake } from "@almanac/lake/lake";

/** Those of the migrations are in every database. */
const builtIn = "almanac";
export const schemaPrefix = "schemas/";

const kept = new WeakMap<object, Set<string>>();

/** Writes down the schemas that are not there yet. */
export async function keepSchemas(lake: Pick<Lake, "putNamed">, rows: readonly EventSchemaView[]): Promise<void> {
  const names = kept.getOrInsertComputed(lake, () => new Set());
  for (const row of rows) {
    // Types are free text, names in the zone are not.
    const type = createHash("sha256").update(row.eventType).digest("hex").slice(0, 32);
    const name = `${schemaPrefix}${type}/${row.schemaVersion}.json`;
    if (row.registeredBy === builtIn || names.has(name)) continue;
    const text = JSON.stringify({
      event_type: row.eventType,
      schema_version: row.schemaVersion,
      json_schema: row.jsonSchema,
      registered_by: row.registeredBy,
      registered_at: row.registeredAt,
    });
    await lake.putNamed(name, Buffer.from(`${text}\n`));
    names.add(name);
  }
}
