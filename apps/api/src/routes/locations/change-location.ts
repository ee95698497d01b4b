// PATCH /v1/locations/{location_id}: some facts of a location; what is left out stays.
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { changedLocationSchema } from "./add-location.ts";
import { countryCode, locationPath, subdivisionCode, sync, timeZone } from "./fields.ts";
import { locationNow } from "./get-location.ts";
import { changeLocation, type LocationChangesDeps, syncChanged } from "./location-changes.ts";
import { exampleLocation } from "./present.ts";

const body = z
  .strictObject({
    country_code: countryCode.optional(),
    subdivision_code: subdivisionCode.optional(),
    active: z.boolean().optional(),
    time_zone: timeZone,
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), "Nothing to change.")
  .openapi("LocationChange");

export function patchLocation({ database, source }: ApiDeps, changes: LocationChangesDeps): AnyRoute {
  return defineRoute({
    operationId: "changeLocation",
    method: "patch",
    path: "/v1/locations/{location_id}",
    tag: "Locations",
    summary: "Change a location",
    description: "The holidays of its new region come with its next sync, or at once with `?sync=true`.",
    params: locationPath,
    query: z.object({ sync }),
    body: { schema: body, example: { country_code: "GB", subdivision_code: "GB-SCT" } },
    answers: {
      200: { description: "The location as it is now.", schema: changedLocationSchema, example: exampleLocation },
    },
    problems: { 404: ["location.not_found"], 422: ["location.invalid"] },
    async handle({ params, body: given, query, principal, requestId }) {
      const locationId = params.location_id as LocationId;
      if (!mayAccess(principal, locationId)) {
        throw locationNotFound(locationId);
      }
      const author = { actor: principal.actor, requestId };
      const changed = await changeLocation(changes, author, locationId, {
        countryCode: given.country_code,
        subdivisionCode: given.subdivision_code,
        active: given.active,
        timeZone: given.time_zone,
      });
      const requested = query.sync ? { sync_id: await syncChanged(changes, author, changed, true) } : {};
      return json(200, { ...(await locationNow(database, source, locationId)), ...requested });
    },
  });
}
