// POST /v1/sign-in-links: a link that signs another browser in, once, as whoever asks for it.
import { insertSignInLink } from "@almanac/db/access/sign-in-links";
import { recordAudit } from "@almanac/db/audit";
import { z } from "@hono/zod-openapi";
import { isAnonymous } from "../../access/principal.ts";
import { mintToken } from "../../access/session-cookie.ts";
import { keyMissing } from "../../http/admit.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import type { SessionDeps } from "./routes.ts";

const body = z
  .strictObject({
    valid_minutes: z.int().min(1).max(1_440).default(15).openapi({ description: "How long it can be used." }),
  })
  .openapi("NewSignInLink");

const linkSchema = z
  .object({
    link: z.string().openapi({
      description:
        "A path of this server. It is shown this once; what stands behind `#` is sent to no server by opening it.",
    }),
    expires_at: z.iso.datetime(),
  })
  .openapi("SignInLink");

export function createSignInLink({ database, authenticator }: SessionDeps): AnyRoute {
  return defineRoute({
    operationId: "createSignInLink",
    method: "post",
    path: "/v1/sign-in-links",
    tag: "Access",
    summary: "Create a link that signs in once",
    description: [
      "For a browser that is not to be given the key: it signs in as the key that asks. The link ends with the key; where a",
      "browser's sign-in asks, what the link opens ends when that sign-in would.",
    ].join("\n"),
    body: { schema: body, example: { valid_minutes: 60 }, optional: true },
    answers: {
      201: {
        description: "The link, shown this once.",
        schema: linkSchema,
        example: { link: `/sign-in#${"A".repeat(43)}`, expires_at: "2026-03-01T10:30:00.000000Z" },
      },
    },
    async handle({ body: asked, principal, requestId, keepAnswer }) {
      if (isAnonymous(principal)) {
        throw keyMissing();
      }
      const token = mintToken();
      return database.transaction(async (tx) => {
        const expiresAt = await insertSignInLink(tx, {
          tokenHash: authenticator.tokenHash(token, principal),
          keyId: principal.keyId,
          validMinutes: asked.valid_minutes,
          sessionEndsAt: principal.signIn?.expiresAt ?? null,
        });
        await recordAudit(tx, {
          actor: principal.actor,
          action: "sign_in_link.created",
          objectType: "sign_in",
          objectId: principal.actor,
          after: { expires_at: expiresAt },
          requestId,
        });
        const answer = json(201, { link: `/sign-in#${token}`, expires_at: expiresAt });
        await keepAnswer(tx, answer);
        return answer;
      });
    },
  });
}
