// POST /v1/loads/{load_id}/replay: takes the same bytes again, after a schema or the time zone was mended.
import type { LoadView } from "@almanac/db/loads";
import type { AcceptLoadDeps } from "@almanac/usecases/accept-load";
import { replayLoad as replay } from "@almanac/usecases/replay-load";
import { z } from "@hono/zod-openapi";
import { json } from "../../http/answer.ts";
import { timeZoneName } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleQueued, loadSchema, presentLoad } from "./present.ts";
import { loadPath, visibleLoad } from "./visible-load.ts";

const body = z
  .strictObject({
    only: z.enum(["rejects", "all"]).default("rejects").openapi({
      description: "`rejects`: the lines that were rejected and not replayed yet; `all`: the whole body.",
    }),
    time_zone: timeZoneName.nullish().openapi({
      description: "For timestamps without an offset; without it, as the load had it.",
      example: "Europe/Amsterdam",
    }),
  })
  .openapi("ReplayRequest");

export function replayLoad(deps: AcceptLoadDeps): AnyRoute {
  return defineRoute({
    operationId: "replayLoad",
    method: "post",
    path: "/v1/loads/{load_id}/replay",
    tag: "Loads",
    summary: "Take a load again",
    description: [
      "A new load over the same bytes in the raw zone. Lines that were loaded before are duplicates then.",
      "A replay that has failed is no parent: asked for again, it goes on where it stopped, as it was asked for first.",
    ].join("\n"),
    params: loadPath,
    body: { schema: body, optional: true, example: { only: "rejects", time_zone: "Europe/Amsterdam" } },
    answers: {
      202: {
        description: "The replay is stored and will be done.",
        schema: loadSchema,
        example: {
          ...exampleQueued,
          channel: "replay" as const,
          replay_of: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5d",
          replay_only: "rejects" as const,
        },
        headers: { Location: "Where to follow it." },
      },
    },
    problems: {
      403: ["key.limited"],
      404: ["load.not_found"],
      409: ["load.unfinished", "load.failed", "load.no_rejects"],
      503: ["lake.unavailable", "lake.full"],
    },
    async handle({ params, body: asked, principal, requestId, keepAnswer }) {
      const { loadId } = await visibleLoad(deps.database, principal, params.load_id);
      const answerOf = (load: LoadView) =>
        json(202, presentLoad(load), { headers: { location: `/v1/loads/${load.loadId}` } });
      const load = await replay(deps, {
        loadId,
        only: asked.only,
        timeZone: asked.time_zone ?? null,
        requestedBy: principal.actor,
        requestId,
        onStored: (tx, stored) => keepAnswer(tx, answerOf(stored)),
      });
      return answerOf(load);
    },
  });
}
