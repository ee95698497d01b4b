// The entity of quarantine: an upstream answer that waits for an operator.
import { defineEntity, p } from "@mikro-orm/core";

export const Quarantine = defineEntity({
  name: "Quarantine",
  tableName: "quarantine",
  properties: {
    quarantineId: p.uuid().primary().fieldName("quarantine_id"),
    calendarId: p.integer().fieldName("calendar_id"),
    baseRevision: p.integer().fieldName("base_revision"),
    begunAt: p.datetime().fieldName("begun_at"),
    recordedAt: p.datetime().fieldName("recorded_at"),
    years: p.json<unknown>(),
    reasons: p.json<unknown>(),
    status: p.text(),
    decidedBy: p.text().nullable().fieldName("decided_by"),
    decidedAt: p.datetime().nullable().fieldName("decided_at"),
  },
});
