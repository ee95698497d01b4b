// DELETE /v1/keys/{key_id}: revokes a key. Once this is answered no process accepts it any more.
import { setTimeout as pause } from "node:timers/promises";
import { revokeApiKey } from "@almanac/db/access/api-keys";
import { recordAudit } from "@almanac/db/audit";
import { verdictLeaseMs } from "../../access/authenticate.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { keyNotFound, keyPath } from "./get-key.ts";
import { exampleKey, keySchema, presentKey } from "./present.ts";

export function revokeKey({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "revokeKey",
    method: "delete",
    path: "/v1/keys/{key_id}",
    tag: "Access",
    summary: "Revoke an API key",
    description: "Also for a key that is revoked already. Its sign-ins end with it.",
    params: keyPath,
    answers: {
      200: {
        description: "The key's record, revoked.",
        schema: keySchema,
        example: { ...exampleKey, revoked_at: "2026-04-01T08:00:00.000000Z" },
      },
    },
    problems: { 404: ["key.not_found"] },
    async handle({ params, principal, requestId }) {
      const key = await database.transaction(async (tx) => {
        const revoked = await revokeApiKey(tx, params.key_id);
        if (revoked === null) {
          throw keyNotFound(params.key_id);
        }
        if (revoked.revokedNow) {
          await recordAudit(tx, {
            actor: principal.actor,
            action: "key.revoked",
            objectType: "key",
            objectId: params.key_id,
            after: { revoked_at: revoked.key.revokedAt },
            requestId,
          });
        }
        return revoked.key;
      });
      // Verdicts reached before the commit live that long, in whichever process.
      await pause(verdictLeaseMs);
      return json(200, presentKey(key));
    },
  });
}
