// A quarantine as callers see it: what was held back, why, since when, and who waits for it.
import type { QuarantineStory } from "@almanac/db/quarantines";
import { z } from "@hono/zod-openapi";
import { diffShape, exampleDiff } from "../../holiday/diff-json.ts";
import { presentReason, quarantineStatuses, reasonSchema, statusOf } from "../syncs/present.ts";

export const quarantineSchema = z
  .object({
    quarantine_id: z.uuid(),
    status: z
      .enum(quarantineStatuses)
      .openapi({ description: "`superseded`: a newer success of the calendar has overtaken it." }),
    source: z.string(),
    region: z.string(),
    years: z.array(z.int()).openapi({ description: "The years of the answer." }),
    reasons: z.array(reasonSchema).openapi({ description: "Which guard held it back, with its numbers." }),
    fetched_at: z.string().openapi({ format: "date-time", description: "When the source was asked." }),
    held_at: z.string().openapi({ format: "date-time" }),
    decided_by: z.string().nullable(),
    decided_at: z.string().nullable().openapi({ format: "date-time" }),
    location_ids: z
      .array(z.uuid())
      .openapi({ description: "Who waits for it; after an approval nobody does. At most 10,000." }),
    sync_id: z
      .uuid()
      .nullable()
      .openapi({ description: "Approve or reject this sync to decide; null once nobody waits." }),
  })
  .openapi("Quarantine");

export const heldQuarantineSchema = quarantineSchema
  .extend({
    is_overtaken: z
      .boolean()
      .openapi({ description: "A newer success has come: approving would answer 409 `sync.superseded`." }),
    changes: z.object(diffShape).openapi({
      description:
        "What an approval changes, against the state that it was compared with. Holidays that it adds get their `holiday_id` then; the one told here is for this answer alone.",
    }),
  })
  .openapi("HeldQuarantine");

export const exampleQuarantine = {
  quarantine_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
  status: "open" as const,
  source: "offline",
  region: "GB-ENG",
  years: [2026],
  reasons: [
    { code: "removed.many", year: 2026, detail: "9 of 10 would be removed.", counts: { rows: 10, removed: 9 } },
  ],
  fetched_at: "2026-11-22T03:00:00.004511Z",
  held_at: "2026-11-22T03:00:01.113204Z",
  decided_by: null,
  decided_at: null,
  location_ids: ["5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a"],
  sync_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5d",
};

export const exampleHeldQuarantine = { ...exampleQuarantine, is_overtaken: false, changes: exampleDiff };

export function presentQuarantine(story: QuarantineStory): z.input<typeof quarantineSchema> {
  return {
    quarantine_id: story.quarantineId,
    status: statusOf(story.status),
    source: story.source,
    region: story.region,
    years: story.years.map(({ year }) => year).sort((a, b) => a - b),
    reasons: story.reasons.map(presentReason),
    fetched_at: story.begunAt,
    held_at: story.recordedAt,
    decided_by: story.decidedBy,
    decided_at: story.decidedAt,
    location_ids: story.locationIds,
    sync_id: story.syncId,
  };
}
