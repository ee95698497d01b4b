// GET /healthz: is this process alive, and is it a demo? It asks nobody else.
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

export function getHealth({ settings }: ApiDeps): AnyRoute {
  const answer = { status: "alive" as const, demo: settings.isDemo === true };
  return defineRoute({
    operationId: "getHealth",
    method: "get",
    path: "/healthz",
    tag: "Operations",
    summary: "Is the process alive?",
    answers: {
      200: {
        description: "It is.",
        schema: z
          .object({
            status: z.literal("alive"),
            demo: z.boolean().openapi({ description: "What is loaded is a demo: synthetic sales over real holidays." }),
          })
          .openapi("Health"),
        example: { status: "alive", demo: false },
      },
    },
    handle: () => json(200, answer),
  });
}
