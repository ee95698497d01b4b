// `?snapshot=` on a read: its place in the input, its echo in the answer, and what it does to caches.
import type { SnapshotPins } from "@almanac/db/snapshots";
import { z } from "@hono/zod-openapi";
import { uuid } from "../http/fields.ts";

export const snapshot = uuid.optional().openapi({
  description:
    "A snapshot: the answer is as it pins it, today and always. Not together with another state (`as_of`, `version`).",
});

export const pinsSchema = z
  .object({
    snapshot_id: z.uuid(),
    events_as_of: z.string().openapi({
      format: "date-time",
      description: "The instant at which events, members and time zones of locations are read.",
    }),
    calendar_as_of: z
      .string()
      .openapi({ format: "date-time", description: "The instant at which holidays and locations are read." }),
  })
  .openapi("SnapshotPins");

export function presentPins({ snapshotId, eventsAsOf, calendarAsOf }: SnapshotPins): z.input<typeof pinsSchema> {
  return { snapshot_id: snapshotId, events_as_of: eventsAsOf, calendar_as_of: calendarAsOf };
}

interface Asked {
  snapshot?: string | undefined;
  version?: number | undefined;
  as_of?: string | undefined;
}

/** One state at a time; a check for `superRefine`. */
export function checkOneState(asked: Asked, check: z.RefinementCtx): void {
  if (asked.snapshot !== undefined && (asked.version !== undefined || asked.as_of !== undefined)) {
    check.addIssue({
      code: "custom",
      path: ["snapshot"],
      message: "A snapshot pins the state already: give it without `version` and `as_of`.",
      params: { code: "snapshot.ambiguous" },
    });
  } else if (asked.version !== undefined && asked.as_of !== undefined) {
    check.addIssue({
      code: "custom",
      path: ["as_of"],
      message: "Give `version` or `as_of`, not both.",
      params: { code: "version.ambiguous" },
    });
  }
}

/** Codes of the problems that `?snapshot=` adds to a read. */
export const snapshotProblems = { 404: ["snapshot.not_found"], 422: ["snapshot.ambiguous"] } as const;

/**
 * A snapshot's answer is the same for ever, so a caller's own cache may keep it without asking; but another key may see
 * other locations, so it is kept for the key that got it.
 */
export const keptForEver = { "cache-control": "private, max-age=31536000, immutable", vary: "authorization" };
