// GET /v1/locations/{location_id}: one location.
import type { Database } from "@almanac/db/database";
import { findLocation } from "@almanac/db/locations";
import type { LocationId } from "@almanac/domain/ids";
import type { HolidaySource } from "@almanac/sources/source";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { locationPath } from "./fields.ts";
import { exampleLocation, type LocationJson, locationSchema, presentLocation } from "./present.ts";

export function getLocation({ database, source }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getLocation",
    method: "get",
    path: "/v1/locations/{location_id}",
    tag: "Locations",
    summary: "One location",
    params: locationPath,
    answers: { 200: { description: "The location.", schema: locationSchema, example: exampleLocation } },
    problems: { 404: ["location.not_found"] },
    async handle({ params, principal }) {
      if (!mayAccess(principal, params.location_id)) {
        throw locationNotFound(params.location_id);
      }
      return json(200, await locationNow(database, source, params.location_id));
    },
  });
}

/** 404 `location.not_found`. */
export async function locationNow(
  database: Database,
  source: HolidaySource,
  locationId: string,
): Promise<LocationJson> {
  const location = await findLocation(database, locationId as LocationId);
  if (location === null) {
    throw locationNotFound(locationId);
  }
  return presentLocation(location, source);
}
