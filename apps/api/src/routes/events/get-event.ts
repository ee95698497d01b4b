// GET /v1/events/{event_id}: its current version, a given one, or the one that was current at an instant.
import { z } from "@hono/zod-openapi";
import { eventSchema, eventText, exampleEvent } from "../../event/json.ts";
import { bytes } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { checkOneState, pinsSchema, presentPins, snapshot, snapshotProblems } from "../../snapshot/asked.ts";
import { cachingOf, type EventReadDeps, eventPinOf } from "../../snapshot/event-pin.ts";
import { asOf, eventPath, version } from "./fields.ts";
import { visibleEvent } from "./visible.ts";

const query = z.object({ version, as_of: asOf, snapshot }).superRefine(checkOneState);

const pinnedSchema = eventSchema
  .extend({ snapshot: pinsSchema.optional().openapi({ description: "The snapshot, when one was asked for." }) })
  .openapi("PinnedEvent");

export function getEvent(deps: EventReadDeps): AnyRoute {
  const { database } = deps;
  return defineRoute({
    operationId: "getEvent",
    method: "get",
    path: "/v1/events/{event_id}",
    tag: "Events",
    summary: "One event",
    description: "With `as_of` or `snapshot`, the version that was current then: an answer that never changes.",
    params: eventPath,
    query,
    answers: { 200: { description: "That version of the event.", schema: pinnedSchema, example: exampleEvent } },
    problems: {
      404: ["event.not_found", "version.not_found", ...snapshotProblems[404]],
      422: ["version.ambiguous", "as_of.future", ...snapshotProblems[422]],
    },
    async handle({ params, query: asked, principal }) {
      const pin = await eventPinOf(deps, asked);
      const state = asked.version === undefined ? pin : { version: asked.version };
      const event = await visibleEvent(database, principal, params.event_id, state);
      const echo: Record<string, string> =
        pin?.snapshot == null ? {} : { snapshot: JSON.stringify(presentPins(pin.snapshot)) };
      return bytes(200, eventText(event, echo), "application/json", { headers: cachingOf(pin) });
    },
  });
}
