// POST /v1/locations: one new location.
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleNewLocation, inputOf, newLocation, sync, syncId } from "./fields.ts";
import { locationNow } from "./get-location.ts";
import { addLocation, type LocationChangesDeps, refuseInvalid, syncChanged } from "./location-changes.ts";
import { exampleLocation, locationSchema } from "./present.ts";

export const changedLocationSchema = locationSchema.extend({ sync_id: syncId.optional() }).openapi("ChangedLocation");

export function postLocation({ database, source }: ApiDeps, changes: LocationChangesDeps): AnyRoute {
  return defineRoute({
    operationId: "addLocation",
    method: "post",
    path: "/v1/locations",
    tag: "Locations",
    summary: "Add a location",
    description: "It is synced by the next sync, or at once with `?sync=true`.",
    query: z.object({ sync }),
    body: { schema: newLocation.openapi("NewLocation"), example: exampleNewLocation },
    answers: {
      201: {
        description: "The location.",
        schema: changedLocationSchema,
        example: { ...exampleLocation, version: null, last_synced_at: null, last_sync_outcome: null },
        headers: { Location: "Where the location is." },
      },
    },
    problems: { 409: ["location.exists"], 422: ["location.invalid"] },
    async handle({ body, query, principal, requestId }) {
      const incoming = inputOf(body);
      refuseInvalid(source, [incoming], () => "");
      const author = { actor: principal.actor, requestId };
      const changed = await addLocation(changes, author, incoming);
      const requested = query.sync ? { sync_id: await syncChanged(changes, author, changed, true) } : {};
      const location = await locationNow(database, source, incoming.locationId);
      return json(
        201,
        { ...location, ...requested },
        { headers: { location: `/v1/locations/${incoming.locationId}` } },
      );
    },
  });
}
