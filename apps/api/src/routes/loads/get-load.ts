// GET /v1/loads/{load_id}: how far it is and what its lines came to.
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { wait } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { waitUntil } from "../../http/wait.ts";
import { exampleLoad, exampleQueued, loadSchema, presentLoad } from "./present.ts";
import { loadPath, visibleLoad } from "./visible-load.ts";

export function getLoad({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getLoad",
    method: "get",
    path: "/v1/loads/{load_id}",
    tag: "Loads",
    summary: "One load",
    params: loadPath,
    query: z.object({ wait }),
    waits: true,
    answers: {
      200: { description: "It has finished.", schema: loadSchema, example: exampleLoad },
      202: {
        description: "It is queued or running.",
        schema: loadSchema,
        example: { ...exampleQueued, status: "running" as const },
        headers: { Location: "Where to look again.", "Retry-After": "Seconds." },
      },
    },
    problems: { 403: ["key.limited"], 404: ["load.not_found"] },
    async handle({ params, query, principal, signal }) {
      const load = await waitUntil({
        seconds: query.wait,
        read: () => visibleLoad(database, principal, params.load_id),
        done: (state) => state.finishedAt !== null,
        signal,
      });
      return load.finishedAt === null
        ? json(202, presentLoad(load), { headers: { location: `/v1/loads/${load.loadId}`, "retry-after": "1" } })
        : json(200, presentLoad(load));
    },
  });
}
