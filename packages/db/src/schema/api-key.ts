// The entity of api_key: small master data that administrators write one at a time.
import { defineEntity, p } from "@mikro-orm/core";

export const ApiKey = defineEntity({
  name: "ApiKey",
  tableName: "api_key",
  properties: {
    keyId: p.uuid().primary().fieldName("key_id"),
    name: p.text(),
    role: p.text(),
    prefix: p.text(),
    secretHash: p.blob().fieldName("secret_hash").hidden(),
    locationIds: p.array().columnType("uuid[]").nullable().fieldName("location_ids"),
    createdBy: p.text().fieldName("created_by"),
    createdAt: p
      .datetime()
      .fieldName("created_at")
      .defaultRaw("clock_timestamp()")
      .onCreate(() => new Date()),
    expiresAt: p.datetime().nullable().fieldName("expires_at"),
    revokedAt: p.datetime().nullable().fieldName("revoked_at"),
    lastUsedAt: p.datetime().nullable().fieldName("last_used_at"),
  },
});
