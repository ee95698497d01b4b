// POST /v1/schemas/{event_type}/versions/check: what would registering say, and what would the schema refuse of what is
// stored? Nothing is changed.
import { readEventSchemas } from "@almanac/db/event-schemas";
import { readEventTypes } from "@almanac/db/event-types";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { judgeCandidate, readCandidate } from "../../schema/candidate.ts";
import { checkStored, sampleLimits } from "../../schema/stored.ts";
import { candidateFields, candidateOf, exampleCandidate, newEventTypePath } from "./fields.ts";
import { mode, reasonSchema } from "./present.ts";

const body = z.strictObject(candidateFields).openapi("SchemaCandidate");

const checkedSchema = z
  .object({
    event_type: z.string(),
    schema_version: z.int().min(1).openapi({ description: "The version that it would be, or is." }),
    registered: z.boolean().openapi({ description: "Whether the newest version says the same already." }),
    compatibility: mode,
    compatible: z.boolean(),
    verdict: z.enum(["compatible", "incompatible", "unproven"]),
    reasons: z.array(reasonSchema).openapi({ description: "Everything that speaks against it." }),
    stored: z
      .object({
        checked: z.int(),
        refused: z.int(),
        complete: z.boolean().openapi({ description: "Whether every stored event of the type was looked at." }),
        samples: z.array(
          z.object({
            event_id: z.string(),
            schema_version: z.int(),
            code: z.string(),
            pointer: z.string().openapi({ description: "Into the event." }),
            detail: z.string(),
          }),
        ),
      })
      .openapi({
        description: `Stored events, brought to this version by the steps, that the schema refuses: up to ${sampleLimits.limit.toLocaleString("en")} of the type among the ${sampleLimits.mostScanned.toLocaleString("en")} newest events, the first ten shown.`,
      }),
  })
  .openapi("SchemaCheck");

export function postSchemaCheck({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "checkSchema",
    method: "post",
    path: "/v1/schemas/{event_type}/versions/check",
    tag: "Schemas",
    summary: "Check a schema without registering it",
    description: "Says what registering the same body would, with every reason, and counts stored values against it.",
    params: newEventTypePath,
    body: { schema: body, isExact: true, example: exampleCandidate },
    answers: {
      200: {
        description: "What speaks against it.",
        schema: checkedSchema,
        example: {
          event_type: "BarcodeScanned",
          schema_version: 2,
          registered: false,
          compatibility: "backward" as const,
          compatible: false,
          verdict: "incompatible" as const,
          reasons: [
            {
              pointer: "/json_schema/required/0",
              code: "compatibility.required_added",
              detail:
                "/barcode_type of version 1, held against the new schema: it may be absent, where it is required.",
            },
          ],
          stored: {
            checked: 1_000,
            refused: 1_000,
            complete: false,
            samples: [
              {
                event_id: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e",
                schema_version: 1,
                code: "event.schema_violation",
                pointer: "/metadata/barcode_type",
                detail: "metadata/barcode_type is missing.",
              },
            ],
          },
        },
      },
    },
    problems: { 403: ["key.limited"], 422: ["schema.invalid"] },
    async handle({ params, body: given, principal }) {
      requireUnlimited(principal);
      const eventType = params.event_type;
      const candidate = readCandidate(candidateOf(given));
      const [type] = await readEventTypes(database, eventType);
      const known = await readEventSchemas(database, eventType);
      const judged = judgeCandidate(candidate, known, type?.compatibility ?? "backward");
      const before = known.filter(({ schemaVersion }) => schemaVersion < judged.schemaVersion);
      const stored = await checkStored(database, eventType, before, {
        schemaVersion: judged.schemaVersion,
        jsonSchema: candidate.jsonSchema,
        steps: judged.same?.upcast ?? candidate.upcast ?? [],
      });
      return json(200, {
        event_type: eventType,
        schema_version: judged.schemaVersion,
        registered: judged.same !== null,
        compatibility: judged.mode,
        compatible: judged.verdict === "compatible",
        verdict: judged.verdict,
        reasons: judged.reasons,
        stored: {
          checked: stored.checked,
          refused: stored.refused,
          complete: stored.isComplete,
          samples: stored.samples.map(({ eventId, schemaVersion, ...reason }) => ({
            event_id: eventId,
            schema_version: schemaVersion,
            ...reason,
          })),
        },
      });
    },
  });
}
