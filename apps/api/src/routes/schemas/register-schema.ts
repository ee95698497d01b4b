// POST /v1/schemas/{event_type}/versions: the next version of a type's schema, or the first one of a new type.
import type { Tx } from "@almanac/db/database";
import { readEventSchemas } from "@almanac/db/event-schemas";
import type { RunView } from "@almanac/db/reprocess/runs";
import { keepSchemas } from "@almanac/usecases/keep-schemas";
import { proposeReprocess } from "@almanac/usecases/reprocess/propose-run";
import { wakeForRun } from "@almanac/usecases/reprocess/request-run";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { flag } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { readCandidate } from "../../schema/candidate.ts";
import { type Registered, registerSchema } from "../../schema/register.ts";
import { runDeps } from "../reprocess-runs/run-deps.ts";
import { candidateFields, candidateOf, description, exampleCandidate, newEventTypePath, owner } from "./fields.ts";
import { exactly, exampleRegistered, policy, presentRegistered, registeredSchema } from "./present.ts";

const body = z
  .strictObject({ ...candidateFields, owner, description, on_new_version: policy.optional() })
  .openapi("SchemaRegistration");

const approve = flag.default(false).openapi({
  type: "boolean",
  default: false,
  description: "Register it although it cannot be proven compatible; who did so, and what was not proven, is kept.",
});

export function postSchemaVersion(deps: ApiDeps): AnyRoute {
  const { database, lake, log } = deps;
  return defineRoute({
    operationId: "registerSchema",
    method: "post",
    path: "/v1/schemas/{event_type}/versions",
    tag: "Schemas",
    summary: "Register a version of a type's schema",
    description:
      "A version never changes. It is compared with those before it: what does not fit is refused with every reason, what cannot be proven needs `?approve=true`. Compared are type, properties, required, additionalProperties, items, enum, const, bounds and lengths; pattern, format, multipleOf and uniqueItems where they are equal. Fields that a schema does not name count as absent. `compatibility` holds for this version; for the first one of a type also for those to come. What is said of the type with it (owner, description, on_new_version) holds from now on.",
    params: newEventTypePath,
    query: z.object({ approve }),
    body: { schema: body, isExact: true, example: exampleCandidate },
    answers: {
      200: {
        description: "The newest version says the same: nothing was registered.",
        schema: registeredSchema,
        example: exampleRegistered,
        headers: { Location: "Where the type is." },
      },
      201: {
        description: "The version.",
        schema: registeredSchema,
        example: exampleRegistered,
        headers: { Location: "Where the type is." },
      },
    },
    problems: {
      403: ["key.limited"],
      409: ["schema.incompatible", "schema.needs_approval"],
      422: ["schema.invalid"],
    },
    async handle({ params, query, body: given, principal, requestId, keepAnswer }) {
      requireUnlimited(principal);
      const eventType = params.event_type;
      const extras = { headers: { location: `/v1/schemas/${encodeURIComponent(eventType)}` } };
      let run: RunView | null = null;
      const answerOf = ({ schema, isNew }: Registered) =>
        isNew
          ? exactly(201, presentRegistered(schema, run?.runId ?? null), extras)
          : exactly(200, presentRegistered(schema, null), extras);
      const registered = await registerSchema(database, {
        eventType,
        candidate: readCandidate(candidateOf(given)),
        isApproved: query.approve,
        facts: { owner: given.owner, description: given.description, onNewVersion: given.on_new_version },
        actor: principal.actor,
        requestId,
        onStored: async (tx, stored) => {
          if (stored.isNew) run = await propose(tx, stored, { requestedBy: principal.actor, requestId });
          await keepAnswer(tx, answerOf(stored));
        },
      });
      // A load that judges by it would keep it too, and waits until it can.
      await readEventSchemas(database, eventType)
        .then((rows) => keepSchemas(lake, rows))
        .catch((error: unknown) => log.warn({ err: error }, `the schema of ${eventType} is not in the lake yet`));
      if (run !== null) await wakeForRun(runDeps(deps), run);
      return answerOf(registered);
    },
  });
}

/** What is stored already is to be seen by the new version, too. */
function propose(tx: Tx, { schema }: Registered, who: { requestedBy: string; requestId: string }) {
  return proposeReprocess(tx, {
    ...who,
    eventType: schema.eventType,
    trigger: "schema",
    reason: `Schema version ${schema.schemaVersion} was registered.`,
  });
}
