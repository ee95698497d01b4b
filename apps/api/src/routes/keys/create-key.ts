// POST /v1/keys: mints a key and shows it, this once.
import { randomBytes } from "node:crypto";
import { insertApiKey, unknownLocations } from "@almanac/db/access/api-keys";
import { recordAudit } from "@almanac/db/audit";
import { roles } from "@almanac/domain/access/roles";
import { z } from "@hono/zod-openapi";
import { mintKey } from "../../access/keys.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { instant, uuid } from "../../http/fields.ts";
import { invalidRequest } from "../../http/problem.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleKey, keySchema, presentKey } from "./present.ts";

const newKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).openapi({ description: "Who or what uses it." }),
    role: z.enum(roles),
    location_ids: z
      .array(uuid)
      .min(1)
      .max(1_000)
      .nullish()
      .transform((ids) => (ids == null ? null : [...new Set(ids)]))
      .openapi({ description: "Limits the key to these locations; without it, all of them." }),
    expires_at: instant.nullish(),
  })
  .superRefine((key, check) => {
    if (key.role === "admin" && key.location_ids !== null) {
      check.addIssue({
        code: "custom",
        path: ["location_ids"],
        message: "An admin can make keys for every location, so an admin's key cannot be limited to some.",
        params: { code: "key.admin_not_limitable" },
      });
    }
    if (key.expires_at != null && Temporal.Instant.compare(key.expires_at, Temporal.Now.instant()) <= 0) {
      check.addIssue({
        code: "custom",
        path: ["expires_at"],
        message: "Lies in the past.",
        params: { code: "key.expires_in_past" },
      });
    }
  })
  .openapi("NewApiKey");

const createdKeySchema = keySchema
  .extend({ key: z.string().openapi({ description: "The key itself. It is not shown again." }) })
  .openapi("CreatedApiKey");

export function createKey({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "createKey",
    method: "post",
    path: "/v1/keys",
    tag: "Access",
    summary: "Create an API key",
    body: { schema: newKeySchema, example: { name: "Airflow", role: "operator" } },
    answers: {
      201: {
        description: "The key, shown this once.",
        schema: createdKeySchema,
        example: { ...exampleKey, key: `alm_1f6c0a92b7d3_${randomBytes(32).fill(0).toString("base64url")}` },
        headers: { Location: "Where the key's record is." },
      },
    },
    problems: { 422: ["location.unknown", "key.admin_not_limitable", "key.expires_in_past"] },
    async handle({ body, principal, requestId, keepAnswer }) {
      const minted = mintKey();
      return database.transaction(async (tx) => {
        await refuseUnknown(body.location_ids, (ids) => unknownLocations(tx, ids));
        const record = await insertApiKey(tx, {
          name: body.name,
          role: body.role,
          prefix: minted.prefix,
          secretHash: minted.secretHash,
          locationIds: body.location_ids,
          createdBy: principal.actor,
          expiresAt: body.expires_at ?? null,
        });
        const shown = presentKey(record);
        await recordAudit(tx, {
          actor: principal.actor,
          action: "key.created",
          objectType: "key",
          objectId: record.keyId,
          after: shown,
          requestId,
        });
        const answer = json(201, { ...shown, key: minted.key }, { headers: { location: `/v1/keys/${record.keyId}` } });
        await keepAnswer(tx, answer);
        return answer;
      });
    },
  });
}

async function refuseUnknown(
  locationIds: string[] | null,
  find: (ids: readonly string[]) => Promise<string[]>,
): Promise<void> {
  const unknown = new Set(locationIds === null ? [] : await find(locationIds));
  if (locationIds !== null && unknown.size > 0) {
    throw invalidRequest(
      locationIds.flatMap((id, index) =>
        unknown.has(id)
          ? [{ pointer: `/location_ids/${index}`, code: "location.unknown", detail: `There is no location ${id}.` }]
          : [],
      ),
    );
  }
}
