// GET /v1/keys: every key there is or was, newest first.
import { listApiKeys } from "@almanac/db/access/api-keys";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleKey, keySchema, presentKey } from "./present.ts";

export function listKeys({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listKeys",
    method: "get",
    path: "/v1/keys",
    tag: "Access",
    summary: "API keys, newest first",
    query: z.object({ limit, cursor }),
    answers: {
      200: {
        description: "One page of keys, the revoked ones included.",
        schema: pageOf(keySchema).openapi("ApiKeyPage"),
        example: { data: [exampleKey], next_cursor: null },
      },
    },
    async handle({ query }) {
      const before = decodeCursor(query.cursor, z.uuid());
      const rows = await listApiKeys(database, { limit: query.limit + 1, before });
      return json(
        200,
        page(rows, query.limit, presentKey, (key) => key.keyId),
      );
    },
  });
}
