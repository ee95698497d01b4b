// GET /v1/loads: what was taken in and what came of it, newest first.
import { listLoads as listRows } from "@almanac/db/loads";
import { datasets } from "@almanac/domain/load/media";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleLoad, loadChannels, loadSchema, loadStatuses, presentLoad } from "./present.ts";

const query = z.object({
  status: z.enum(loadStatuses).optional(),
  dataset: z.enum(datasets).optional(),
  channel: z.array(z.enum(loadChannels)).max(loadChannels.length).optional().openapi({
    description: "One or several, as `channel=upload&channel=inbox`.",
  }),
  q: z.string().min(1).max(200).optional().openapi({
    description: "Part of the file's name, or the beginning of the load's id.",
    example: "sales-2026",
  }),
  limit,
  cursor,
});

export function listLoads({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listLoads",
    method: "get",
    path: "/v1/loads",
    tag: "Loads",
    summary: "Loads, newest first",
    query,
    answers: {
      200: {
        description: "One page.",
        schema: pageOf(loadSchema).openapi("LoadPage"),
        example: { data: [exampleLoad], next_cursor: null },
      },
    },
    problems: { 403: ["key.limited"] },
    async handle({ query: { limit: most, cursor: after, channel: channels, ...filter }, principal }) {
      requireUnlimited(principal);
      const before = decodeCursor(after, z.int().min(1).max(Number.MAX_SAFE_INTEGER));
      const rows = await listRows(database, { ...filter, channels, before, limit: most + 1 });
      return json(
        200,
        page(rows, most, presentLoad, (load) => load.loadNo),
      );
    },
  });
}
