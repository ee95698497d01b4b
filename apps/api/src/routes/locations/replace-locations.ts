// PUT /v1/locations: the whole list, as the company has it now.
import { z } from "@hono/zod-openapi";
import { json } from "../../http/answer.ts";
import { flag } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleNewLocation, inputOf, newLocation, sync, syncId } from "./fields.ts";
import { type LocationChangesDeps, refuseInvalid, replaceLocations, syncChanged } from "./location-changes.ts";

const countsSchema = z
  .object({
    added: z.int(),
    updated: z.int(),
    reactivated: z.int(),
    deactivated: z.int(),
    unchanged: z.int(),
    sync_id: syncId.optional(),
  })
  .openapi("LocationCounts");

const query = z.object({
  allow_mass_deactivation: flag.default(false).openapi({
    type: "boolean",
    default: false,
    description: "Without it, a list that deactivates more than max(2, 25 %) of the active locations is refused.",
  }),
  sync,
});

export function putLocations(deps: LocationChangesDeps): AnyRoute {
  return defineRoute({
    operationId: "replaceLocations",
    method: "put",
    path: "/v1/locations",
    tag: "Locations",
    summary: "Replace the list of locations",
    description:
      "Adds, updates and reactivates what is listed, deactivates what no longer is; nothing is ever deleted. One bad row refuses the whole list.",
    query,
    body: {
      schema: z.strictObject({ locations: z.array(newLocation).max(100_000) }).openapi("LocationList"),
      example: { locations: [exampleNewLocation] },
    },
    answers: {
      200: {
        description: "How many of each.",
        schema: countsSchema,
        example: { added: 1, updated: 0, reactivated: 0, deactivated: 0, unchanged: 12 },
      },
    },
    problems: { 409: ["location.mass_deactivation"], 422: ["location.invalid"] },
    async handle({ body, query: asked, principal, requestId }) {
      const incoming = body.locations.map(inputOf);
      refuseInvalid(deps.source, incoming, (place) => `/locations/${place}`);
      const author = { actor: principal.actor, requestId };
      const changed = await replaceLocations(deps, author, {
        incoming,
        allowMassDeactivation: asked.allow_mass_deactivation,
      });
      const { add, update, reactivate, deactivate, unchanged } = changed.result;
      const requested = asked.sync ? { sync_id: await syncChanged(deps, author, changed, true) } : {};
      return json(200, {
        added: add.length,
        updated: update.length,
        reactivated: reactivate.length,
        deactivated: deactivate.length,
        unchanged: unchanged.length,
        ...requested,
      });
    },
  });
}
