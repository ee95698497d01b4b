// GET /v1/syncs: what was asked and what came of it, newest first.
import type { LocationId } from "@almanac/domain/ids";
import { syncStatuses } from "@almanac/domain/sync/outcome";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit, uuid } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleSyncHeader, presentSyncHeader, syncHeaderSchema, syncTriggers } from "./present.ts";
import { holdBackFinished, visibleSyncs } from "./sync-details.ts";

export function listSyncs({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listSyncs",
    method: "get",
    path: "/v1/syncs",
    tag: "Syncs",
    summary: "Syncs, newest first",
    query: z.object({
      status: z.enum(syncStatuses).optional(),
      trigger: z.enum(syncTriggers).optional(),
      location_id: uuid.optional().openapi({ description: "Those that are for it, whatever else they are for." }),
      limit,
      cursor,
    }),
    answers: {
      200: {
        description: "One page, without the locations.",
        schema: pageOf(syncHeaderSchema).openapi("SyncPage"),
        example: { data: [exampleSyncHeader], next_cursor: null },
      },
    },
    problems: { 404: ["location.not_found"] },
    async handle({ query, principal }) {
      const { status, trigger, location_id: locationId } = query;
      if (locationId !== undefined && !mayAccess(principal, locationId)) {
        throw locationNotFound(locationId);
      }
      const before = decodeCursor(query.cursor, z.int().min(1).max(2_147_483_647));
      const rows = await visibleSyncs(database, principal, {
        before,
        limit: query.limit + 1,
        status,
        trigger,
        locationId: locationId as LocationId | undefined,
      });
      await holdBackFinished(rows);
      return json(
        200,
        page(rows, query.limit, presentSyncHeader, (sync) => sync.syncNo),
      );
    },
  });
}
