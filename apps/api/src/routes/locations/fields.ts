// A location as callers send it, and the checks that more than one call makes.
import type { ErrorItem } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import type { LocationInput } from "@almanac/domain/location/plan";
import { regionOf } from "@almanac/sources/open";
import type { HolidaySource } from "@almanac/sources/source";
import { z } from "@hono/zod-openapi";
import { flag, timeZoneName, uuid } from "../../http/fields.ts";

export const locationPath = z.object({ location_id: uuid });

export const countryCode = z.string().max(100).openapi({ description: "ISO 3166-1 alpha-2, capitals.", example: "GB" });

export const subdivisionCode = z
  .string()
  .max(100)
  .openapi({ description: "ISO 3166-2, capitals; or the country's own code.", example: "GB-NSM" });

export const timeZone = timeZoneName
  .nullable()
  .optional()
  .openapi({ description: "IANA name. Left out: what is known stays.", example: "Europe/London" });

export const newLocation = z.strictObject({
  location_id: uuid,
  country_code: countryCode,
  subdivision_code: subdivisionCode,
  time_zone: timeZone,
});

export const exampleNewLocation = {
  location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  country_code: "GB",
  subdivision_code: "GB-NSM",
};

export const sync = flag.default(false).openapi({
  type: "boolean",
  default: false,
  description: "Sync what this call adds, reactivates or changes at once; the answer names the sync.",
});

export const syncId = z
  .uuid()
  .nullable()
  .openapi({ description: "The sync that was asked for with `sync=true`; null when there was nothing to sync." });

export function inputOf(given: z.output<typeof newLocation>): LocationInput {
  return {
    locationId: given.location_id as LocationId,
    countryCode: given.country_code,
    subdivisionCode: given.subdivision_code,
    timeZone: given.time_zone,
  };
}

/** What the source says of well-formed codes: a country that it does not know, a subdivision that nobody knows. */
export function checkSource(source: HolidaySource, location: LocationInput, pointer: string): ErrorItem[] {
  const { countryCode: country, subdivisionCode: subdivision } = location;
  if (regionOf(source, subdivision) !== null) {
    return [];
  }
  const unknownCountry = regionOf(source, country) === null;
  return [
    unknownCountry
      ? {
          pointer: `${pointer}/country_code`,
          code: "country_code.no_source",
          detail: `The holiday source has no holidays of ${country}.`,
        }
      : {
          pointer: `${pointer}/subdivision_code`,
          code: "subdivision_code.unknown",
          detail: `Nobody knows a subdivision ${subdivision}.`,
        },
  ];
}
