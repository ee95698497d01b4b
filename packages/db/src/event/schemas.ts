// The registry of event types: what their metadata must look like, version by version, and how to get from one to the next.
import { AppError } from "@almanac/domain/errors";
import type { CompatibilityMode, OlderSchema } from "@almanac/domain/schema/compatibility";
import { parseExact, writeExact } from "@almanac/domain/schema/exact-json";
import { parseSteps } from "@almanac/domain/schema/parse-steps";
import type { UpcastStep } from "@almanac/domain/schema/step";
import type { Queryable, Tx } from "../database.ts";
import { instantOf } from "../instants.ts";

/** Why a version could not be proven to fit, as it was told when it was approved. */
export interface ApprovalReason {
  code: string;
  pointer: string;
  detail: string;
}

/** One version of a type's schema; a version never changes. */
export interface EventSchemaView extends OlderSchema {
  eventType: string;
  /** How it was compared with those before it. */
  compatibility: CompatibilityMode;
  /** SHA-256 of the steps; null where there are none. */
  upcastSha256: string | null;
  approvedBy: string | null;
  approvalReasons: ApprovalReason[] | null;
  registeredBy: string;
  registeredAt: string;
}

interface SchemaRow {
  event_type: string;
  schema_version: number;
  json_schema: EventSchemaView["jsonSchema"];
  compatibility: CompatibilityMode;
  upcast: string | null;
  upcast_sha256: string | null;
  approved_by: string | null;
  approval_reasons: ApprovalReason[] | null;
  registered_by: string;
  registered_at: string;
}

/** Every version of every type, or of one, by type and rising version. */
export async function readEventSchemas(database: Queryable, eventType?: string): Promise<EventSchemaView[]> {
  const { rows } = await database.query<SchemaRow>(
    // Steps as text: a driver's JSON would round their numbers.
    `select event_type, schema_version, json_schema, compatibility, upcast::text, encode(upcast_sha256, 'hex') as upcast_sha256,
       approved_by, approval_reasons, registered_by, registered_at
     from event_schema where $1::text is null or event_type = $1
     order by event_type collate "C", schema_version`,
    [eventType ?? null],
  );
  return rows.map((row) => ({
    eventType: row.event_type,
    schemaVersion: row.schema_version,
    jsonSchema: row.json_schema,
    compatibility: row.compatibility,
    upcast: row.upcast === null ? [] : stepsFrom(row.upcast),
    upcastSha256: row.upcast_sha256,
    approvedBy: row.approved_by,
    approvalReasons: row.approval_reasons,
    registeredBy: row.registered_by,
    registeredAt: instantOf(row.registered_at),
  }));
}

/** A version as it is registered: what the database adds is left out. */
export type NewEventSchema = Omit<EventSchemaView, "registeredAt">;

/** Registers a version. Throws `database.…` where it is there already, or would leave a gap. */
export async function insertEventSchema(tx: Tx, schema: NewEventSchema): Promise<void> {
  await tx.query(
    `insert into event_schema (event_type, schema_version, json_schema, compatibility, upcast, upcast_sha256, approved_by,
       approval_reasons, registered_by)
     values ($1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8, $9)`,
    valuesOf(schema),
  );
}

/** Registers a version as it was registered in another database; one that is there stays. */
export async function restoreEventSchema(database: Queryable, schema: EventSchemaView): Promise<void> {
  await database.query(
    `insert into event_schema (event_type, schema_version, json_schema, compatibility, upcast, upcast_sha256, approved_by,
       approval_reasons, registered_by, registered_at)
     values ($1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8, $9, $10) on conflict do nothing`,
    [...valuesOf(schema), schema.registeredAt],
  );
}

function valuesOf(schema: NewEventSchema): unknown[] {
  return [
    schema.eventType,
    schema.schemaVersion,
    JSON.stringify(schema.jsonSchema),
    schema.compatibility,
    schema.upcastSha256 === null ? null : writeExact(schema.upcast),
    schema.upcastSha256,
    schema.approvedBy,
    schema.approvalReasons === null ? null : JSON.stringify(schema.approvalReasons),
    schema.registeredBy,
  ];
}

/** Steps were parsed before they were stored; the list of what they may be only grows. */
function stepsFrom(text: string): UpcastStep[] {
  const parsed = parseSteps(parseExact(text));
  if ("steps" in parsed) return parsed.steps;
  throw new AppError("fault", {
    code: "schema.steps_unreadable",
    detail: "Stored steps are none that this version of Almanac knows.",
    errors: parsed.problems,
  });
}
