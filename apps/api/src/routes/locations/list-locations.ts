// GET /v1/locations: the places whose holidays are kept, newest first.
import { listLocations as listRows } from "@almanac/db/locations";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, flag, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleLocation, locationSchema, presentLocation } from "./present.ts";

export function listLocations({ database, source }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listLocations",
    method: "get",
    path: "/v1/locations",
    tag: "Locations",
    summary: "Locations, newest first",
    description: "A key that is limited to locations sees only those.",
    query: z.object({
      active: flag.optional(),
      outcome: z
        .enum(["changed", "unchanged", "failed", "quarantined", "never"])
        .optional()
        .openapi({ description: "What the newest sync came to; `never`: there was none." }),
      limit,
      cursor,
    }),
    answers: {
      200: {
        description: "One page; with `active`, only those that are or are not.",
        schema: pageOf(locationSchema).openapi("LocationPage"),
        example: { data: [exampleLocation], next_cursor: null },
      },
    },
    async handle({ query, principal }) {
      const before = decodeCursor(query.cursor, z.int().min(1).max(2_147_483_647));
      const only = principal.locationIds === null ? null : ([...principal.locationIds] as LocationId[]);
      const rows = await listRows(database, {
        active: query.active,
        outcome: query.outcome,
        only,
        before,
        limit: query.limit + 1,
      });
      return json(
        200,
        page(
          rows,
          query.limit,
          (row) => presentLocation(row, source),
          (row) => row.locationNo,
        ),
      );
    },
  });
}
