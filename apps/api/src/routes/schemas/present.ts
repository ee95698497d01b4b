// An event type and the versions of its schema as callers see them.
import type { EventSchemaView } from "@almanac/db/event-schemas";
import { type EventTypeView, newVersionPolicies } from "@almanac/db/event-types";
import { AppError } from "@almanac/domain/errors";
import { compatibilityModes } from "@almanac/domain/schema/compatibility";
import { writeExact } from "@almanac/domain/schema/exact-json";
import { fieldNotes } from "@almanac/domain/schema/field-notes";
import { z } from "@hono/zod-openapi";
import { type AnswerExtras, bytes } from "../../http/answer.ts";

export const mode = z.enum(compatibilityModes).openapi({
  description:
    "`backward`: documents of the version before are right by the new one once the steps were done to them; `forward`: documents of the new one are right by the version before; `full`: both; `…_transitive`: for every version before; `none`: nothing is compared.",
});

export const policy = z.enum(newVersionPolicies).openapi({
  description:
    "What a new version does to stored events: `propose` starts a preview that waits for approval, `publish` brings them to it at once.",
});

export const reasonSchema = z
  .object({
    pointer: z.string().openapi({ description: "Into the body of the call." }),
    code: z.string(),
    detail: z.string(),
  })
  .openapi("SchemaReason");

const stepSchema = z
  .looseObject({
    op: z.enum(["default", "rename", "move", "copy", "cast", "map", "split", "drop", "function"]),
    path: z.string().optional(),
  })
  .openapi("UpcastStep", {
    description:
      "`default {path, value}`, `rename {path, to}`, `move {path, to}`, `copy {path, to}`, `cast {path, type}`, `map {path, values}`, `split {path, to, separator}`, `drop {path}`, `function {name, path?}`. `path` and `to` are JSON pointers into metadata. A step on an absent value does nothing; one that may lose a value needs `allow_loss: true`.",
    example: { op: "default", path: "/barcode_type", value: "QR" },
  });

const jsonSchemaSchema = z.record(z.string(), z.unknown()).openapi({
  description: "JSON Schema 2020-12 of `metadata`; fields that it does not name are kept.",
});

const fieldSchema = z
  .object({
    pointer: z.string().openapi({ description: "Into metadata." }),
    types: z.array(z.string()),
    required: z.boolean(),
    description: z.string().nullable(),
    pii: z
      .union([z.string(), z.boolean()])
      .nullable()
      .openapi({ description: "`x-pii`: what kind of personal data it is." }),
    unit: z.string().nullable().openapi({ description: "`x-unit`." }),
  })
  .openapi("SchemaField");

const versionSchema = z
  .object({
    schema_version: z.int().min(1),
    json_schema: jsonSchemaSchema,
    fields: z.array(fieldSchema).openapi({ description: "What the schema says about each of its fields." }),
    compatibility: mode,
    upcast: z.array(stepSchema).openapi({ description: "The steps that lead here from the version before." }),
    upcast_sha256: z.string().nullable().openapi({ description: "Of the steps as canonical JSON; null without any." }),
    approved_by: z
      .string()
      .nullable()
      .openapi({ description: "Who registered it although it could not be proven compatible." }),
    approval_reasons: z.array(reasonSchema).nullable(),
    registered_by: z.string(),
    registered_at: z.string().openapi({ format: "date-time" }),
  })
  .openapi("SchemaVersion");

export const typeSchema = z
  .object({
    event_type: z.string(),
    owner: z.string().nullable(),
    description: z.string().nullable(),
    compatibility: mode,
    on_new_version: policy,
    created_by: z.string(),
    created_at: z.string().openapi({ format: "date-time" }),
    schema_version: z.int().min(1).openapi({ description: "The newest." }),
    versions: z.array(versionSchema).openapi({ description: "Newest first." }),
  })
  .openapi("EventType");

export const registeredSchema = versionSchema
  .extend({
    event_type: z.string(),
    run_id: z.uuid().nullable().openapi({
      description:
        "The reprocess run that it began by itself over older events and rejects that may pass now: a preview, or one that publishes where the type's policy says so. Null where there is nothing to do.",
    }),
  })
  .openapi("RegisteredSchema");

export const eventTypePath = z.object({
  event_type: z.string().min(1).max(200).openapi({ example: "BarcodeScanned" }),
});

const exampleVersion = {
  schema_version: 2,
  json_schema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      scanner_location: { type: "string", maxLength: 200 },
      barcode_type: { enum: ["QR", "EAN"], description: "What was scanned." },
    },
  },
  fields: [
    {
      pointer: "/scanner_location",
      types: ["string"],
      required: false,
      description: null,
      pii: null,
      unit: null,
    },
    {
      pointer: "/barcode_type",
      types: [],
      required: false,
      description: "What was scanned.",
      pii: null,
      unit: null,
    },
  ],
  compatibility: "backward" as const,
  upcast: [{ op: "default" as const, path: "/barcode_type", value: "QR" }],
  upcast_sha256: "3cfa2ac1e0e9d1f1a1e8a8f6f8b5b1f6b3b0f0f3d9c7f2d5e8a1b4c7d0e3f6a9",
  approved_by: null,
  approval_reasons: null,
  registered_by: "key:0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  registered_at: "2026-11-27T22:00:00.004511Z",
};

export const exampleType = {
  event_type: "BarcodeScanned",
  owner: "gates",
  description: "A ticket was scanned at the park; related_id names it.",
  compatibility: "backward" as const,
  on_new_version: "propose" as const,
  created_by: "almanac",
  created_at: "2026-11-22T03:00:00.004511Z",
  schema_version: 2,
  versions: [exampleVersion],
};

export const exampleRegistered = {
  event_type: "BarcodeScanned",
  ...exampleVersion,
  run_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
};

/** `rows` by rising version. */
export function presentType(type: EventTypeView, rows: readonly EventSchemaView[]): z.input<typeof typeSchema> {
  return {
    event_type: type.eventType,
    owner: type.owner,
    description: type.description,
    compatibility: type.compatibility,
    on_new_version: type.onNewVersion,
    created_by: type.createdBy,
    created_at: type.createdAt,
    schema_version: rows.at(-1)?.schemaVersion ?? 1,
    versions: rows.toReversed().map(presentVersion),
  };
}

export function presentRegistered(row: EventSchemaView, runId: string | null): z.input<typeof registeredSchema> {
  return { event_type: row.eventType, ...presentVersion(row), run_id: runId };
}

function presentVersion(row: EventSchemaView): z.input<typeof versionSchema> {
  return {
    schema_version: row.schemaVersion,
    json_schema: row.jsonSchema,
    fields: fieldNotes(row.jsonSchema).map(({ isRequired, ...note }) => ({ ...note, required: isRequired })),
    compatibility: row.compatibility,
    upcast: row.upcast.map((step) => ({ ...step })),
    upcast_sha256: row.upcastSha256,
    approved_by: row.approvedBy,
    approval_reasons: row.approvalReasons,
    registered_by: row.registeredBy,
    registered_at: row.registeredAt,
  };
}

/** An answer that may hold numbers of steps, which keep their digits. */
export function exactly<const Status extends number>(status: Status, value: object, extras: AnswerExtras = {}) {
  return bytes(status, writeExact(value), "application/json", extras);
}

export function typeNotFound(): AppError {
  return new AppError("not-found", { code: "schema.not_found", detail: "No event type has that name." });
}
