// PATCH /v1/schemas/{event_type}: what is said of a type as a whole; its versions never change.
import { readEventSchemas } from "@almanac/db/event-schemas";
import { lockEventType } from "@almanac/db/event-types";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { changeType } from "../../schema/register.ts";
import { description, owner } from "./fields.ts";
import { eventTypePath, exactly, exampleType, mode, policy, presentType, typeNotFound, typeSchema } from "./present.ts";

const body = z
  .strictObject({ owner, description, compatibility: mode.optional(), on_new_version: policy.optional() })
  .refine((given) => Object.values(given).some((value) => value !== undefined), "Nothing to change.")
  .openapi("EventTypeChange");

export function patchEventType({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "changeEventType",
    method: "patch",
    path: "/v1/schemas/{event_type}",
    tag: "Schemas",
    summary: "Change what is said of an event type",
    description: "What is left out stays. `compatibility` holds for versions to come.",
    params: eventTypePath,
    body: { schema: body, example: { owner: "gates", on_new_version: "publish" } },
    answers: { 200: { description: "The type as it is now.", schema: typeSchema, example: exampleType } },
    problems: { 403: ["key.limited"], 404: ["schema.not_found"] },
    async handle({ params, body: given, principal, requestId, keepAnswer }) {
      requireUnlimited(principal);
      return database.transaction(async (tx) => {
        const known = await lockEventType(tx, params.event_type);
        if (known === null) throw typeNotFound();
        const facts = {
          owner: given.owner === undefined ? known.owner : given.owner,
          description: given.description === undefined ? known.description : given.description,
          compatibility: given.compatibility ?? known.compatibility,
          onNewVersion: given.on_new_version ?? known.onNewVersion,
        };
        const type = await changeType(tx, known, facts, { actor: principal.actor, requestId });
        const answer = exactly(200, presentType(type, await readEventSchemas(tx, params.event_type)));
        await keepAnswer(tx, answer);
        return answer;
      });
    },
  });
}
