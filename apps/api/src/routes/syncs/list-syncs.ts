// GET /v1/syncs: what was asked and what came of it, newest first.
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleSyncHeader, presentSyncHeader, syncHeaderSchema } from "./present.ts";
import { holdBackFinished, visibleSyncs } from "./sync-details.ts";

export function listSyncs({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listSyncs",
    method: "get",
    path: "/v1/syncs",
    tag: "Syncs",
    summary: "Syncs, newest first",
    query: z.object({ limit, cursor }),
    answers: {
      200: {
        description: "One page, without the locations.",
        schema: pageOf(syncHeaderSchema).openapi("SyncPage"),
        example: { data: [exampleSyncHeader], next_cursor: null },
      },
    },
    async handle({ query, principal }) {
      const before = decodeCursor(query.cursor, z.int().min(1).max(2_147_483_647));
      const rows = await visibleSyncs(database, principal, { before, limit: query.limit + 1 });
      await holdBackFinished(rows);
      return json(
        200,
        page(rows, query.limit, presentSyncHeader, (sync) => sync.syncNo),
      );
    },
  });
}
