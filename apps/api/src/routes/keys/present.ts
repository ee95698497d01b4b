// An API key as callers see it: never the key itself, which only the answer that creates it shows.
import type { ApiKeyRecord } from "@almanac/db/access/api-keys";
import { roles } from "@almanac/domain/access/roles";
import { z } from "@hono/zod-openapi";

export const keySchema = z
  .object({
    key_id: z.uuid(),
    name: z.string(),
    role: z.enum(roles),
    prefix: z.string().openapi({ description: "The start of the key, to recognise it by." }),
    location_ids: z.array(z.uuid()).nullable().openapi({ description: "Null: every location." }),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable().openapi({ description: "To the minute." }),
  })
  .openapi("ApiKey");

export const exampleKey = {
  key_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  name: "Airflow",
  role: "operator" as const,
  prefix: "alm_1f6c0a92b7d3",
  location_ids: null,
  created_by: "admin-key",
  created_at: "2026-03-01T09:30:00.000000Z",
  expires_at: null,
  revoked_at: null,
  last_used_at: null,
};

export function presentKey(key: ApiKeyRecord): z.input<typeof keySchema> {
  return {
    key_id: key.keyId,
    name: key.name,
    role: roles.find((role) => role === key.role) ?? "reader",
    prefix: `alm_${key.prefix}`,
    location_ids: key.locationIds,
    created_by: key.createdBy,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
    last_used_at: key.lastUsedAt,
  };
}
