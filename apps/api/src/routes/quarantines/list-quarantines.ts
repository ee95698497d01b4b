// GET /v1/quarantines: answers of holiday sources that were held back, newest first.
import { readQuarantineStories } from "@almanac/db/quarantines";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit, uuid } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { quarantineStatuses } from "../syncs/present.ts";
import { exampleQuarantine, presentQuarantine, quarantineSchema } from "./present.ts";

export function listQuarantines({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listQuarantines",
    method: "get",
    path: "/v1/quarantines",
    tag: "Syncs",
    summary: "Answers that were held back, newest first",
    query: z.object({ status: z.enum(quarantineStatuses).optional(), limit, cursor }),
    answers: {
      200: {
        description: "One page.",
        schema: pageOf(quarantineSchema).openapi("QuarantinePage"),
        example: { data: [exampleQuarantine], next_cursor: null },
      },
    },
    problems: { 403: ["key.limited"] },
    async handle({ query, principal }) {
      requireUnlimited(principal);
      const before = decodeCursor(query.cursor, uuid);
      const rows = await readQuarantineStories(database, { status: query.status, before, limit: query.limit + 1 });
      return json(
        200,
        page(rows, query.limit, presentQuarantine, (row) => row.quarantineId),
      );
    },
  });
}
