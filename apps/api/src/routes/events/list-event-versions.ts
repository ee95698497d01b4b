// GET /v1/events/{event_id}/versions: every version that was received, each with what it changed.
import { type EventView, listEventVersions as listRows } from "@almanac/db/events";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { eventSchema, eventText, exampleEvent, pageText } from "../../event/json.ts";
import { patchText } from "../../event/patch.ts";
import { bytes } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, nextCursor, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { eventPath } from "./fields.ts";
import { mayRead, noSuchEvent } from "./visible.ts";

const operation = z
  .object({
    op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
    path: z.string(),
    from: z.string().optional(),
    value: z.unknown().optional(),
  })
  .openapi("PatchOperation");

const versionSchema = eventSchema
  .extend({
    patch: z.array(operation).nullable().openapi({
      description:
        "RFC 6902, from the next lower version to this one: of `event_type`, `event_timestamp`, `user_id`, `related_id`, `location_id`, `visit_date`, `metadata` and `extra`. Null where nothing is lower.",
    }),
  })
  .openapi("EventVersion");

export function listEventVersions({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listEventVersions",
    method: "get",
    path: "/v1/events/{event_id}/versions",
    tag: "Events",
    summary: "All versions of an event, highest first",
    params: eventPath,
    query: z.object({ limit, cursor }),
    answers: {
      200: {
        description: "One page, current and late ones alike.",
        schema: pageOf(versionSchema).openapi("EventVersionPage"),
        example: {
          data: [
            { ...exampleEvent, patch: [{ op: "replace" as const, path: "/metadata/article_price", value: 24.5 }] },
          ],
          next_cursor: null,
        },
      },
    },
    problems: { 404: ["event.not_found"] },
    async handle({ params, query, principal }) {
      const below = decodeCursor(query.cursor, z.int().min(1)) ?? Infinity;
      const versions = (await listRows(database, params.event_id)).filter((event) => mayRead(principal, event));
      if (versions.length === 0) {
        throw noSuchEvent(params.event_id);
      }
      const left = versions.filter((event) => event.version < below);
      const items = left
        .slice(0, query.limit)
        .map((event, place) => eventText(event, { patch: patchText(left[place + 1], event) }));
      const next = nextCursor(left, query.limit, (event: EventView) => event.version);
      return bytes(200, pageText(items, { next_cursor: next }), "application/json");
    },
  });
}
