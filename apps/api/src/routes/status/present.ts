// The status as callers see it.
import { locationStates } from "@almanac/domain/status/facts";
import { severities } from "@almanac/domain/status/findings";
import { z } from "@hono/zod-openapi";

const count = z.int().min(0);
const instant = () => z.string().openapi({ format: "date-time" });
const maybe = () => z.string().nullable().openapi({ format: "date-time" });

const states = Object.fromEntries(locationStates.map((state) => [state, count])) as Record<
  (typeof locationStates)[number],
  typeof count
>;

const findingSchema = z
  .object({
    severity: z.enum(severities).openapi({
      description:
        "`problem`: wrong now; `warning`: will be, or somebody has to decide; `note`: worth knowing. The gravest come first.",
    }),
    code: z.string().openapi({ description: "Stable." }),
    detail: z.string().openapi({ description: "For people; instants in UTC, which it says." }),
    count: count.openapi({ description: "Of locations, lines, loads, whatever it is about." }),
    mending: z.object({
      detail: z.string(),
      screen: z.string().nullable().openapi({ description: "A path of the console." }),
      command: z.string().nullable().openapi({ description: "A line for a terminal." }),
    }),
  })
  .openapi("Finding");

export const statusSchema = z
  .object({
    ready: z.boolean().openapi({ description: "As GET /readyz: database, schema, queue, a worker seen within 30 s." }),
    checked_at: instant(),
    version: z.string(),
    locations: z
      .object({ active: count, inactive: count, ...states, oldest_synced_at: maybe() })
      .nullable()
      .openapi({
        description:
          "An active location is in one state: `quarantined` or `failing` by its newest sync, else `never_synced`, else `stale` (it missed two slots of the schedule; 48 hours without one), else `in_sync`. A limited key: its own. Null for ingesters.",
      }),
    schedules: z
      .array(
        z.object({
          name: z.string(),
          cron: z.string(),
          time_zone: z.string(),
          next_at: maybe(),
          last_at: maybe().openapi({ description: "The newest sync or run that it asked for; null: none is known." }),
          last_outcome: z.string().nullable(),
        }),
      )
      .nullable()
      .openapi({ description: "For operators; null also while the queue does not answer." }),
    workers: z
      .array(z.object({ worker_id: z.uuid(), started_at: instant(), seen_at: instant() }))
      .nullable()
      .openapi({ description: "Of the last day; at most 100. For operators." }),
    queues: z
      .array(z.object({ name: z.string(), waiting: count, active: count, delayed: count, failed: count }))
      .nullable()
      .openapi({ description: "For operators; null also while the queue does not answer." }),
    loads: z
      .object({
        unfinished: count,
        finished_24h: count,
        failed_24h: count,
        partial_24h: count,
        open_rejects: count,
        newest_finished_at: maybe(),
      })
      .nullable()
      .openapi({
        description:
          "Files, feeds and replays; posts are told by their own answers, and count while unfinished alone. `unfinished` counts to 1,000. `open_rejects`: refused lines of the newest 200 files that have some, neither replayed nor mended; of more than 500 lines the rest counts as not mended. For analysts and ingesters.",
      }),
    runs: z
      .object({
        unfinished: count,
        proposed: count.openapi({ description: "Previews that were made by themselves and wait for an operator." }),
        failed: count.openapi({ description: "Types whose newest run failed." }),
      })
      .nullable()
      .openapi({ description: "Reprocess runs. For analysts." }),
    quarantines: z.object({ open: count }).nullable().openapi({ description: "For operators." }),
    audit: z
      .object({
        anchored_at: maybe().openapi({ description: "When it was last signed; null where nobody signs." }),
        entries: count,
      })
      .nullable()
      .openapi({ description: "For operators. Whether it is what was written: GET /v1/audit/verify." }),
    database: z
      .object({ size_bytes: count, migrated: z.boolean() })
      .nullable()
      .openapi({ description: "For operators." }),
    findings: z.array(findingSchema),
  })
  .openapi("Status");

export const exampleStatus = {
  ready: true,
  checked_at: "2026-11-22T12:00:00.004511Z",
  version: "0.1.0",
  locations: {
    active: 13,
    inactive: 0,
    quarantined: 0,
    failing: 0,
    never_synced: 0,
    stale: 0,
    in_sync: 13,
    oldest_synced_at: "2026-11-22T02:00:04.113204Z",
  },
  schedules: [
    {
      name: "scheduled-sync",
      cron: "0 3 * * *",
      time_zone: "Europe/Amsterdam",
      next_at: "2026-11-23T02:00:00.000Z",
      last_at: "2026-11-22T02:00:00.113204Z",
      last_outcome: "succeeded",
    },
  ],
  workers: [
    {
      worker_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
      started_at: "2026-11-20T09:00:00.004511Z",
      seen_at: "2026-11-22T11:59:57.004511Z",
    },
  ],
  queues: [{ name: "event-load", waiting: 0, active: 1, delayed: 0, failed: 0 }],
  loads: {
    unfinished: 1,
    finished_24h: 24,
    failed_24h: 0,
    partial_24h: 1,
    open_rejects: 12,
    newest_finished_at: "2026-11-22T11:00:00.113204Z",
  },
  runs: { unfinished: 0, proposed: 0, failed: 0 },
  quarantines: { open: 0 },
  audit: { anchored_at: "2026-11-22T11:50:00.113Z", entries: 1_017 },
  database: { size_bytes: 31_457_280, migrated: true },
  findings: [
    {
      severity: "warning" as const,
      code: "load.rejects",
      detail: "12 lines of sales.ndjson (2026-11-22 11:00 UTC) were refused, and neither replayed nor mended.",
      count: 12,
      mending: {
        detail: "See why. When the reason is gone, replay them; when lines were wrong, send right ones.",
        screen: "/loads/0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
        command: "npx almanac load rejects 0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
      },
    },
  ],
};
