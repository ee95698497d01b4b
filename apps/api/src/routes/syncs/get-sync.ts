// GET /v1/syncs/{sync_id}: how far it is and what came of it, for each location.
import type { SyncId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { uuid, wait } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { waitUntil } from "../../http/wait.ts";
import { exampleSync, presentSync, syncSchema } from "./present.ts";
import { detailsOf, holdBackFinished, visibleSync } from "./sync-details.ts";

export const syncPath = z.object({ sync_id: uuid });

export function getSync({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getSync",
    method: "get",
    path: "/v1/syncs/{sync_id}",
    tag: "Syncs",
    summary: "One sync",
    description: "Once it is told as finished, every read of its locations shows what it brought.",
    params: syncPath,
    query: z.object({ wait }),
    waits: true,
    answers: {
      200: { description: "It has finished.", schema: syncSchema, example: exampleSync },
      202: {
        description: "It is queued or running.",
        schema: syncSchema,
        example: { ...exampleSync, status: "running" as const, finished_at: null, locations: [] },
        headers: { Location: "Where to look again.", "Retry-After": "Seconds." },
      },
    },
    problems: { 404: ["sync.not_found"] },
    async handle({ params, query, principal, signal }) {
      const syncId = params.sync_id as SyncId;
      const sync = await waitUntil({
        seconds: query.wait,
        read: () => visibleSync(database, principal, syncId),
        done: (state) => state.finishedAt !== null,
        signal,
      });
      await holdBackFinished([sync]);
      const shown = presentSync(await detailsOf(database, sync));
      return sync.finishedAt === null
        ? json(202, shown, { headers: { location: `/v1/syncs/${syncId}`, "retry-after": "1" } })
        : json(200, shown);
    },
  });
}
