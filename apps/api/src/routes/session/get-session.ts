// GET /v1/session: who am I, and what may I call?
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleSession, presentSession, sessionSchema } from "./present.ts";
import type { SessionDeps } from "./routes.ts";

export function getSession({ database, authenticator }: SessionDeps): AnyRoute {
  return defineRoute({
    operationId: "getSession",
    method: "get",
    path: "/v1/session",
    tag: "Access",
    summary: "Who calls, and what they may call",
    description: "For every caller: by a key, by a browser's sign-in, or by nothing (`anonymous`).",
    answers: { 200: { description: "Who calls.", schema: sessionSchema, example: exampleSession } },
    async handle({ principal }) {
      return json(200, await presentSession(database, principal, authenticator.anonymous));
    },
  });
}
