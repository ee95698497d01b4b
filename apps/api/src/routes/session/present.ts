// Who one is, as a console needs to know it: the role, where it comes from, how long it lasts and what it may call.
import { findApiKey } from "@almanac/db/access/api-keys";
import type { Queryable } from "@almanac/db/database";
import { roles } from "@almanac/domain/access/roles";
import { z } from "@hono/zod-openapi";
import { operationsOf } from "../../access/permissions.ts";
import { isAnonymous, type Principal } from "../../access/principal.ts";

const role = z.enum([...roles, "none"]);

export const sessionSchema = z
  .object({
    actor: z.string().openapi({ description: "As the audit names it: `key:<key_id>`, `admin-key` or `anonymous`." }),
    role,
    key_id: z.uuid().nullable().openapi({ description: "Null for the administrator's own key and for nobody." }),
    name: z.string().nullable().openapi({ description: "The key's name; null where key_id is." }),
    location_ids: z
      .array(z.uuid())
      .nullable()
      .openapi({ description: "The only locations that the key may see; null: every location." }),
    via: z.enum(["anonymous", "key", "session"]),
    expires_at: z.iso.datetime().nullable().openapi({ description: "When it ends by itself; null: never." }),
    anonymous_role: role.openapi({ description: "What a call without a key may do." }),
    permissions: z.array(z.string()).openapi({
      description:
        "The operationIds that the role may call. Calls about all locations at once also need a key without location_ids.",
    }),
  })
  .openapi("Session");

export type ShownSession = z.input<typeof sessionSchema>;

export const exampleSession = {
  actor: "key:0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  role: "operator" as const,
  key_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  name: "Pricing desk",
  location_ids: null,
  via: "session" as const,
  expires_at: "2026-03-01T21:30:00.000000Z",
  anonymous_role: "none" as const,
  permissions: ["getSession", "getHolidays", "requestSync"],
};

export const exampleAnonymous = {
  ...exampleSession,
  actor: "anonymous",
  role: "none" as const,
  key_id: null,
  name: null,
  via: "anonymous" as const,
  expires_at: null,
  permissions: ["getSession", "createSession"],
};

/** `anonymousCaller`: who one is without any credential. */
export async function presentSession(
  db: Queryable,
  principal: Principal,
  anonymousCaller: Principal,
): Promise<ShownSession> {
  const key = principal.keyId === null ? null : await findApiKey(db, principal.keyId);
  const ends = [principal.signIn?.expiresAt, key?.expiresAt].filter((end) => end != null);
  return {
    actor: principal.actor,
    role: principal.role,
    key_id: principal.keyId,
    name: key?.name ?? null,
    location_ids: principal.locationIds === null ? null : [...principal.locationIds],
    via: isAnonymous(principal) ? "anonymous" : principal.signIn === undefined ? "key" : "session",
    // Instants of the database sort as text.
    expires_at: ends.toSorted()[0] ?? null,
    anonymous_role: anonymousCaller.role,
    permissions: operationsOf(principal.role),
  };
}
