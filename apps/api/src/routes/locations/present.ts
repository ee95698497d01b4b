// A location as callers see it.
import type { LocationView } from "@almanac/db/locations";
import { regionOf } from "@almanac/sources/open";
import type { HolidaySource } from "@almanac/sources/source";
import { z } from "@hono/zod-openapi";

export const locationSchema = z
  .object({
    location_id: z.uuid(),
    country_code: z.string().openapi({ description: "ISO 3166-1 alpha-2." }),
    subdivision_code: z.string().openapi({ description: "ISO 3166-2, or the country's own code." }),
    time_zone: z.string().nullable().openapi({ description: "IANA name; null where unknown." }),
    active: z.boolean(),
    version: z.int().nullable().openapi({ description: "The newest version; null before the first successful sync." }),
    last_synced_at: z.string().nullable().openapi({ format: "date-time", description: "When that version was made." }),
    last_sync_outcome: z.enum(["changed", "unchanged", "failed", "quarantined"]).nullable(),
    last_error: z
      .object({ code: z.string(), detail: z.string(), at: z.string().openapi({ format: "date-time" }) })
      .nullable()
      .openapi({ description: "Why the newest sync brought no version; null when it did." }),
    resolved_region: z
      .string()
      .nullable()
      .openapi({ description: "The region whose holidays the source in force has for it; null where it has none." }),
  })
  .openapi("Location");

export type LocationJson = z.input<typeof locationSchema>;

export const exampleLocation: LocationJson = {
  location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  country_code: "GB",
  subdivision_code: "GB-NSM",
  time_zone: null,
  active: true,
  version: 3,
  last_synced_at: "2026-11-22T03:00:04.113204Z",
  last_sync_outcome: "unchanged",
  last_error: null,
  resolved_region: "GB-ENG",
};

export function presentLocation(location: LocationView, source: HolidaySource): LocationJson {
  return {
    location_id: location.locationId,
    country_code: location.countryCode,
    subdivision_code: location.subdivisionCode,
    time_zone: location.timeZone,
    active: location.active,
    version: location.version,
    last_synced_at: location.lastSyncedAt,
    last_sync_outcome: location.lastSyncOutcome,
    last_error: location.lastError,
    resolved_region: regionOf(source, location.subdivisionCode)?.region ?? null,
  };
}
