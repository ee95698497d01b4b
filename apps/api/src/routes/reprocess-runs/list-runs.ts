// GET /v1/reprocess-runs: what was asked to be interpreted anew and what came of it, newest first.
import { listRuns } from "@almanac/db/reprocess/runs";
import { runModes, runStatuses } from "@almanac/domain/reprocess/run";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleHeader, presentRunHeader, runHeaderSchema } from "./present.ts";

const query = z.object({
  event_type: z.string().min(1).max(200).optional(),
  status: z.enum(runStatuses).optional(),
  mode: z.enum(runModes).optional(),
  limit,
  cursor,
});

export function listReprocessRuns({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listReprocessRuns",
    method: "get",
    path: "/v1/reprocess-runs",
    tag: "Reprocessing",
    summary: "Runs, newest first",
    query,
    answers: {
      200: {
        description: "One page, without samples.",
        schema: pageOf(runHeaderSchema).openapi("ReprocessRunPage"),
        example: { data: [exampleHeader], next_cursor: null },
      },
    },
    problems: { 403: ["key.limited"] },
    async handle({ query: asked, principal }) {
      requireUnlimited(principal);
      const before = decodeCursor(asked.cursor, z.int().min(1).max(Number.MAX_SAFE_INTEGER));
      const { event_type: eventType, status, mode } = asked;
      const rows = await listRuns(database, { eventType, status, mode, before, limit: asked.limit + 1 });
      return json(
        200,
        page(rows, asked.limit, presentRunHeader, (run) => run.runNo),
      );
    },
  });
}
