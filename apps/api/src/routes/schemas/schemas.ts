// GET /v1/schemas and /v1/schemas/{event_type}: what the metadata of each type must look like.
import { type EventSchemaView, readEventSchemas } from "@almanac/db/event-schemas";
import { AppError } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

const versionSchema = z
  .object({
    schema_version: z.int().min(1),
    json_schema: z.record(z.string(), z.unknown()).openapi({
      description: "JSON Schema 2020-12 of `metadata`; fields that it does not name are kept.",
    }),
    registered_by: z.string(),
    registered_at: z.string().openapi({ format: "date-time" }),
  })
  .openapi("SchemaVersion");

const typeSchema = z
  .object({
    event_type: z.string(),
    schema_version: z.int().min(1).openapi({ description: "The newest." }),
    versions: z.array(versionSchema).openapi({ description: "Newest first." }),
  })
  .openapi("EventType");

const exampleType = {
  event_type: "BarcodeScanned",
  schema_version: 1,
  versions: [
    {
      schema_version: 1,
      json_schema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: { scanner_location: { type: "string", maxLength: 200 } },
      },
      registered_by: "almanac",
      registered_at: "2026-11-22T03:00:00.004511Z",
    },
  ],
};

export function listSchemas({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listSchemas",
    method: "get",
    path: "/v1/schemas",
    tag: "Schemas",
    summary: "Event types and their schemas",
    answers: {
      200: {
        description: "Every registered type, by name. Events of other types are rejects.",
        schema: z.object({ data: z.array(typeSchema), next_cursor: z.null() }).openapi("EventTypeList"),
        example: { data: [exampleType], next_cursor: null },
      },
    },
    async handle() {
      const types = Map.groupBy(await readEventSchemas(database), (row) => row.eventType);
      return json(200, { data: [...types.values()].map(presentType), next_cursor: null });
    },
  });
}

export function getSchema({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getSchema",
    method: "get",
    path: "/v1/schemas/{event_type}",
    tag: "Schemas",
    summary: "One event type and its schemas",
    params: z.object({ event_type: z.string().min(1).max(200).openapi({ example: "BarcodeScanned" }) }),
    answers: { 200: { description: "The type.", schema: typeSchema, example: exampleType } },
    problems: { 404: ["schema.not_found"] },
    async handle({ params }) {
      const rows = (await readEventSchemas(database)).filter((row) => row.eventType === params.event_type);
      if (rows.length === 0) {
        throw new AppError("not-found", { code: "schema.not_found", detail: "No event type has that name." });
      }
      return json(200, presentType(rows));
    },
  });
}

/** The rows of one type, by rising version. */
function presentType(rows: readonly EventSchemaView[]): z.input<typeof typeSchema> {
  const newestFirst = rows.toReversed();
  return {
    event_type: newestFirst[0]?.eventType ?? "",
    schema_version: newestFirst[0]?.schemaVersion ?? 1,
    versions: newestFirst.map((row) => ({
      schema_version: row.schemaVersion,
      json_schema: row.jsonSchema,
      registered_by: row.registeredBy,
      registered_at: row.registeredAt,
    })),
  };
}
