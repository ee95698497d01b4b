import { z } from "@hono/zod-openapi";
// GET /v1/events/{event_id}: its current version, a given one, or the one that was current at an instant.
import type { ApiDeps } from "../../deps.ts";
import { eventSchema, eventText, exampleEvent } from "../../event/json.ts";
import { settleAsOf } from "../../holiday/as-of.ts";
import { bytes } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { asOf, eventPath, version } from "./fields.ts";
import { visibleEvent } from "./visible.ts";

const query = z.object({ version, as_of: asOf }).superRefine((asked, check) => {
  if (asked.version !== undefined && asked.as_of !== undefined) {
    check.addIssue({
      code: "custom",
      path: ["as_of"],
      message: "Give `version` or `as_of`, not both.",
      params: { code: "version.ambiguous" },
    });
  }
});

export function getEvent({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getEvent",
    method: "get",
    path: "/v1/events/{event_id}",
    tag: "Events",
    summary: "One event",
    description: "With `as_of`, the version that was current then: an answer that never changes.",
    params: eventPath,
    query,
    answers: { 200: { description: "That version of the event.", schema: eventSchema, example: exampleEvent } },
    problems: { 404: ["event.not_found", "version.not_found"], 422: ["version.ambiguous", "as_of.future"] },
    async handle({ params, query: asked, principal }) {
      const pin =
        asked.version !== undefined
          ? { version: asked.version }
          : asked.as_of !== undefined
            ? { asOf: (await settleAsOf(database, asked.as_of)).instant }
            : null;
      return bytes(200, eventText(await visibleEvent(database, principal, params.event_id, pin)), "application/json");
    },
  });
}
