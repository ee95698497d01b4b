// GET /v1/keys/{key_id}: one key's record.
import { findApiKey } from "@almanac/db/access/api-keys";
import { AppError } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleKey, keySchema, presentKey } from "./present.ts";

export const keyPath = z.object({ key_id: uuid });

export function getKey({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getKey",
    method: "get",
    path: "/v1/keys/{key_id}",
    tag: "Access",
    summary: "One API key",
    params: keyPath,
    answers: { 200: { description: "The key's record.", schema: keySchema, example: exampleKey } },
    problems: { 404: ["key.not_found"] },
    async handle({ params }) {
      const key = await findApiKey(database, params.key_id);
      if (key === null) {
        throw keyNotFound(params.key_id);
      }
      return json(200, presentKey(key));
    },
  });
}

export function keyNotFound(keyId: string): AppError {
  return new AppError("not-found", { code: "key.not_found", detail: `There is no API key ${keyId}.` });
}
