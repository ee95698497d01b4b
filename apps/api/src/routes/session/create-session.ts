// POST /v1/session: a browser signs in, with an API key or with a link that does so once.
import { endOfSignInLink, takeSignInLink } from "@almanac/db/access/sign-in-links";
import type { Tx } from "@almanac/db/database";
import { AppError } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import { sessionCookie } from "../../access/session-cookie.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleSession, presentSession, sessionSchema } from "./present.ts";
import type { SessionDeps } from "./routes.ts";
import { beginSignIn, endSignIn, type SignIn } from "./sign-in.ts";

const body = z
  .strictObject({
    key: z.string().trim().min(1).max(1_000).optional().openapi({ description: "An API key of any role." }),
    link: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .openapi({ description: "The `link` of `POST /v1/sign-in-links`, or what stands behind its `#`." }),
  })
  .refine(({ key, link }) => (key === undefined) !== (link === undefined), "Give a key or a link.")
  .openapi("NewSession");

export function createSession({ database, authenticator }: SessionDeps): AnyRoute {
  async function signInBy(asked: z.output<typeof body>, tx: Tx): Promise<SignIn> {
    if (asked.key !== undefined) {
      return { principal: await authenticator.byKey(asked.key), by: "key", endsBy: null };
    }
    const token = /^(?:.*#)?([\w-]{43})$/s.exec(asked.link ?? "")?.[1];
    const hashes = token === undefined ? [] : authenticator.tokenHashes(token);
    const taken = await takeSignInLink(tx, hashes);
    const principal = taken === null ? null : authenticator.byProof(taken.proof);
    if (taken === null || principal === null) {
      throw refusalOf(taken === null ? await endOfSignInLink(tx, hashes) : "expired");
    }
    return { principal, by: "link", endsBy: taken.sessionEndsAt };
  }

  return defineRoute({
    operationId: "createSession",
    method: "post",
    path: "/v1/session",
    tag: "Access",
    summary: "Sign a browser in",
    description: [
      "Sets the cookie `almanac_session` for 12 hours, which every call and page takes in place of a key. It ends with the key,",
      "and a sign-in that the browser had before ends with the new one. A link signs in once.",
    ].join("\n"),
    body: { schema: body, example: { key: `alm_1f6c0a92b7d3_${"A".repeat(43)}` } },
    answers: {
      200: {
        description: "Who is signed in.",
        schema: sessionSchema,
        example: exampleSession,
        headers: { "Set-Cookie": "HttpOnly, SameSite=Strict; Secure over https." },
      },
    },
    problems: { 401: ["link.used", "link.expired", "link.unknown"] },
    signsIn: true,
    handle({ body: asked, principal: before, requestId, header, isHttps }) {
      return database.transaction(async (tx) => {
        const signIn = await signInBy(asked, tx);
        await endSignIn(tx, authenticator, { cookies: header("cookie"), principal: before }, requestId);
        const { token, principal } = await beginSignIn(tx, authenticator, signIn, requestId);
        const session = await presentSession(tx, principal, authenticator.anonymous);
        return json(200, session, { headers: { "set-cookie": sessionCookie(token, { isHttps }) } });
      });
    },
  });
}

const refusals = {
  used: { code: "link.used", detail: "This link has signed a browser in already; each does so once. Ask for another." },
  expired: { code: "link.expired", detail: "This link has expired, or its key has ended. Ask for another." },
  unknown: { code: "link.unknown", detail: "There is no such sign-in link: it must be whole, to its last character." },
};

function refusalOf(end: keyof typeof refusals): AppError {
  return new AppError("unauthenticated", refusals[end]);
}
