// DELETE /v1/session: the browser signs out.
import { sessionCookie } from "../../access/session-cookie.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleAnonymous, presentSession, sessionSchema } from "./present.ts";
import type { SessionDeps } from "./routes.ts";
import { endSignIn } from "./sign-in.ts";

export function endSession({ database, authenticator }: SessionDeps): AnyRoute {
  return defineRoute({
    operationId: "endSession",
    method: "delete",
    path: "/v1/session",
    tag: "Access",
    summary: "Sign the browser out",
    description: "Also where nobody is signed in. Whoever kept a copy of the cookie is signed out as well.",
    answers: {
      200: {
        description: "Who calls from now on.",
        schema: sessionSchema,
        example: exampleAnonymous,
        headers: { "Set-Cookie": "Takes the cookie away." },
      },
    },
    signsIn: true,
    handle({ principal, requestId, header, isHttps }) {
      return database.transaction(async (tx) => {
        await endSignIn(tx, authenticator, { cookies: header("cookie"), principal }, requestId);
        const next = principal.signIn === undefined ? principal : authenticator.anonymous;
        const session = await presentSession(tx, next, authenticator.anonymous);
        return json(200, session, { headers: { "set-cookie": sessionCookie("", { isHttps }) } });
      });
    },
  });
}
