// GET /v1/snapshots: every snapshot there is, newest first.
import { listSnapshots as listRows } from "@almanac/db/snapshots";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleSnapshot, presentSnapshot, snapshotSchema } from "./present.ts";

export function listSnapshots({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listSnapshots",
    method: "get",
    path: "/v1/snapshots",
    tag: "Snapshots",
    summary: "Snapshots, newest first",
    query: z.object({ limit, cursor }),
    answers: {
      200: {
        description: "One page, the released ones included.",
        schema: pageOf(snapshotSchema).openapi("SnapshotPage"),
        example: { data: [exampleSnapshot], next_cursor: null },
      },
    },
    async handle({ query }) {
      const before = decodeCursor(query.cursor, z.uuid());
      const rows = await listRows(database, { limit: query.limit + 1, before });
      return json(
        200,
        page(rows, query.limit, presentSnapshot, (snapshot) => snapshot.snapshotId),
      );
    },
  });
}
