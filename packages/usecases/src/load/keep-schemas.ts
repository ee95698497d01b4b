// Which schemas has the raw zone? Those that came after the built-in ones lie there too, steps included, before anything is
// judged by them.
import { createHash } from "node:crypto";
import type { EventSchemaView } from "@almanac/db/event-schemas";
import { compatibilityModes } from "@almanac/domain/schema/compatibility";
import { type JsonObject, type JsonValue, parseExact, writeExact } from "@almanac/domain/schema/exact-json";
import { parseSteps } from "@almanac/domain/schema/parse-steps";
import type { Lake } from "@almanac/lake/lake";
import { z } from "zod";

/** Those of the migrations are in every database. */
const builtIn = "almanac";
export const schemaPrefix = "schemas/";

const steps = z.unknown().transform((json, context) => {
  const parsed = parseSteps(json as JsonValue);
  if ("steps" in parsed) return parsed.steps;
  context.addIssue({ code: "custom", message: JSON.stringify(parsed.problems) });
  return z.NEVER;
});

const schemaObject = z.object({
  event_type: z.string(),
  schema_version: z.int(),
  json_schema: z.record(z.string(), z.unknown()),
  compatibility: z.enum(compatibilityModes).default("none"),
  /** Null where none were registered. */
  upcast: steps.nullable().default(null),
  upcast_sha256: z.string().nullable().default(null),
  approved_by: z.string().nullable().default(null),
  approval_reasons: z
    .array(z.object({ code: z.string(), pointer: z.string(), detail: z.string() }))
    .nullable()
    .default(null),
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
      compatibility: row.compatibility,
      upcast: row.upcastSha256 === null ? null : row.upcast,
      upcast_sha256: row.upcastSha256,
      approved_by: row.approvedBy,
      approval_reasons: row.approvalReasons,
      registered_by: row.registeredBy,
      registered_at: row.registeredAt,
    };
    await lake.putNamed(name, Buffer.from(`${writeExact(schema)}\n`));
    names.add(name);
  }
}

/** A schema as it was written down. */
export function parseSchema(text: string): EventSchemaView {
  const schema = schemaObject.parse(parseExact(text));
  return {
    eventType: schema.event_type,
    schemaVersion: schema.schema_version,
    jsonSchema: schema.json_schema as JsonObject,
    compatibility: schema.compatibility,
    upcast: schema.upcast ?? [],
    upcastSha256: schema.upcast_sha256,
    approvedBy: schema.approved_by,
    approvalReasons: schema.approval_reasons,
    registeredBy: schema.registered_by,
    registeredAt: schema.registered_at,
  };
}
