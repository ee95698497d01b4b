// GET /v1/schemas and /v1/schemas/{event_type}: what the metadata of each type must look like.
import { readEventSchemas } from "@almanac/db/event-schemas";
import { readEventTypes } from "@almanac/db/event-types";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { eventTypePath, exactly, exampleType, presentType, typeNotFound, typeSchema } from "./present.ts";

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
      // Types first: one that comes in between has its versions then.
      const types = await readEventTypes(database);
      const versions = Map.groupBy(await readEventSchemas(database), (row) => row.eventType);
      const data = types.map((type) => presentType(type, versions.get(type.eventType) ?? []));
      return exactly(200, { data, next_cursor: null });
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
    params: eventTypePath,
    answers: { 200: { description: "The type.", schema: typeSchema, example: exampleType } },
    problems: { 404: ["schema.not_found"] },
    async handle({ params }) {
      const [type] = await readEventTypes(database, params.event_type);
      if (type === undefined) throw typeNotFound();
      return exactly(200, presentType(type, await readEventSchemas(database, params.event_type)));
    },
  });
}
