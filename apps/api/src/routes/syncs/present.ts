// A sync as callers see it.
import type { QuarantineView } from "@almanac/db/quarantines";
import type { SyncLocationView, SyncView } from "@almanac/db/syncs";
import type { QuarantineReason } from "@almanac/domain/holiday/plan";
import { syncStatuses } from "@almanac/domain/sync/outcome";
import { z } from "@hono/zod-openapi";

export const syncTriggers = ["api", "schedule", "start", "job"] as const;

export const changesSchema = z
  .object({ added: z.int(), removed: z.int(), moved: z.int(), renamed: z.int() })
  .openapi("Changes", { description: "How many holidays, against the version before." });

export const syncHeaderSchema = z
  .object({
    sync_id: z.uuid(),
    status: z.enum(syncStatuses).openapi({
      description:
        "`succeeded`: every location has its version; `partial`: some have; `quarantined`: none has and an operator has to decide; `failed`.",
    }),
    trigger: z.enum(syncTriggers),
    requested_by: z.string(),
    requested_at: z.string().openapi({ format: "date-time" }),
    finished_at: z.string().nullable().openapi({ format: "date-time" }),
    source: z.string(),
    years: z.array(z.int()),
    counts: z
      .object({
        total: z.int(),
        changed: z.int(),
        unchanged: z.int(),
        failed: z.int(),
        quarantined: z.int(),
      })
      .openapi({ description: "Numbers of locations; what is missing to the total is still to come." }),
  })
  .openapi("SyncHeader");

export const quarantineStatuses = ["open", "approved", "rejected", "superseded"] as const;

/** Why a guard held an answer back. */
export const reasonSchema = z.object({
  code: z.string(),
  year: z.int().nullable(),
  detail: z.string(),
  counts: z.record(z.string(), z.number()),
});

export const syncSchema = syncHeaderSchema
  .extend({
    locations: z.array(
      z.object({
        location_id: z.uuid(),
        outcome: z.enum(["queued", "changed", "unchanged", "failed", "quarantined"]),
        version: z.int().nullable().openapi({ description: "The version that this sync made." }),
        changes: changesSchema.nullable(),
        error: z.object({ code: z.string(), detail: z.string() }).nullable(),
        quarantine_id: z.uuid().nullable(),
      }),
    ),
    quarantines: z
      .array(
        z.object({
          quarantine_id: z.uuid(),
          status: z.enum(quarantineStatuses),
          reasons: z.array(reasonSchema),
        }),
      )
      .openapi({ description: "Why answers of the source are held back; approve or reject the sync." }),
  })
  .openapi("Sync");

export const exampleSyncHeader = {
  sync_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  status: "succeeded" as const,
  trigger: "api" as const,
  requested_by: "admin-key",
  requested_at: "2026-11-22T03:00:00.004511Z",
  finished_at: "2026-11-22T03:00:04.113204Z",
  source: "offline",
  years: [2025, 2026, 2027],
  counts: { total: 1, changed: 0, unchanged: 1, failed: 0, quarantined: 0 },
};

export const exampleSync = {
  ...exampleSyncHeader,
  locations: [
    {
      location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
      outcome: "unchanged" as const,
      version: 3,
      changes: { added: 0, removed: 0, moved: 0, renamed: 0 },
      error: null,
      quarantine_id: null,
    },
  ],
  quarantines: [],
};

export function presentSyncHeader(sync: SyncView): z.input<typeof syncHeaderSchema> {
  const { total, changed, unchanged, failed, quarantined } = sync;
  return {
    sync_id: sync.syncId,
    status: sync.status,
    trigger: sync.trigger,
    requested_by: sync.requestedBy,
    requested_at: sync.requestedAt,
    finished_at: sync.finishedAt,
    source: sync.source,
    years: sync.years,
    counts: { total, changed, unchanged, failed, quarantined },
  };
}

export interface SyncDetails {
  sync: SyncView;
  locations: SyncLocationView[];
  quarantines: QuarantineView[];
}

export function presentSync({ sync, locations, quarantines }: SyncDetails): z.input<typeof syncSchema> {
  return {
    ...presentSyncHeader(sync),
    locations: locations.map((location) => ({
      location_id: location.locationId,
      outcome: location.outcome,
      version: location.version,
      changes: location.changes,
      error: location.error,
      quarantine_id: location.quarantineId,
    })),
    quarantines: quarantines.map((quarantine) => ({
      quarantine_id: quarantine.quarantineId,
      status: statusOf(quarantine.status),
      reasons: quarantine.reasons.map(presentReason),
    })),
  };
}

export function presentReason({ code, year, detail, counts }: QuarantineReason): z.input<typeof reasonSchema> {
  return { code, year, detail, counts: { ...counts } };
}

export function statusOf(status: string): (typeof quarantineStatuses)[number] {
  return quarantineStatuses.find((known) => known === status) ?? "open";
}
