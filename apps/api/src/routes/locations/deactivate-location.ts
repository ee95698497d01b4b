// DELETE /v1/locations/{location_id}: deactivates; nothing is ever deleted.
import type { LocationId } from "@almanac/domain/ids";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { locationPath } from "./fields.ts";
import { locationNow } from "./get-location.ts";
import { changeLocation, type LocationChangesDeps } from "./location-changes.ts";
import { exampleLocation, locationSchema } from "./present.ts";

export function deleteLocation({ database, source }: ApiDeps, changes: LocationChangesDeps): AnyRoute {
  return defineRoute({
    operationId: "deactivateLocation",
    method: "delete",
    path: "/v1/locations/{location_id}",
    tag: "Locations",
    summary: "Deactivate a location",
    description:
      "It is no longer synced; its holidays still answer, with `active: false`. PATCH or PUT reactivates it.",
    params: locationPath,
    answers: {
      200: {
        description: "The location, inactive.",
        schema: locationSchema,
        example: { ...exampleLocation, active: false },
      },
    },
    problems: { 404: ["location.not_found"] },
    async handle({ params, principal, requestId }) {
      const locationId = params.location_id as LocationId;
      if (!mayAccess(principal, locationId)) {
        throw locationNotFound(locationId);
      }
      await changeLocation(changes, { actor: principal.actor, requestId }, locationId, { active: false });
      return json(200, await locationNow(database, source, locationId));
    },
  });
}
