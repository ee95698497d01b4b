// GET /healthz: is this process alive? It asks nobody else.
import { z } from "@hono/zod-openapi";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

export function getHealth(): AnyRoute {
  return defineRoute({
    operationId: "getHealth",
    method: "get",
    path: "/healthz",
    tag: "Operations",
    summary: "Is the process alive?",
    answers: {
      200: {
        description: "It is.",
        schema: z.object({ status: z.literal("alive") }).openapi("Health"),
        example: { status: "alive" },
      },
    },
    handle: () => json(200, { status: "alive" as const }),
  });
}
