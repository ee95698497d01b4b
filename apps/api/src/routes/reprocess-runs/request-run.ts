// POST /v1/reprocess-runs: interpret stored events anew, or tell what that would change.
import type { RunView } from "@almanac/db/reprocess/runs";
import type { EventId, LoadId } from "@almanac/domain/ids";
import { runModes, selections } from "@almanac/domain/reprocess/run";
import type { SteerDeps } from "@almanac/usecases/reprocess/deps";
import { requestReprocess as ask } from "@almanac/usecases/reprocess/request-run";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import { json } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { beginOf, behind, moment } from "../events/fields.ts";
import { exampleQueued, presentRunHeader, runHeaderSchema } from "./present.ts";
import { reason } from "./reason.ts";

const body = z
  .strictObject({
    event_type: z.string().min(1).max(200).openapi({ example: "BarcodeScanned" }),
    from: moment("Events from this instant or day on.").nullable(),
    to: moment("Events up to this instant or day, which is included.").nullable(),
    load_id: uuid.nullish().openapi({ description: "Events that this load brought." }),
    event_ids: z.array(uuid).min(1).max(10_000).nullish().openapi({ description: "These events alone." }),
    only: z.enum(selections).default("outdated").openapi({
      description:
        "`outdated`: events of a lower schema version; `failed`: those that an earlier run could not interpret; `all`. Rejected lines whose reason is cured come in with each of them.",
    }),
    mode: z.enum(runModes).default("preview"),
    reason,
  })
  .superRefine((asked, check) => {
    const [from, behindTo] = [beginOf(asked.from ?? undefined), behind(asked.to ?? undefined)];
    if (from === null || behindTo === null || Temporal.Instant.compare(from, behindTo) < 0) return;
    const message = "`to` is before `from`.";
    check.addIssue({ code: "custom", path: ["to"], message, params: { code: "range.reversed" } });
  })
  .openapi("ReprocessRequest");

export function requestReprocess(deps: SteerDeps): AnyRoute {
  return defineRoute({
    operationId: "requestReprocess",
    method: "post",
    path: "/v1/reprocess-runs",
    tag: "Reprocessing",
    summary: "Interpret events anew",
    description: [
      "Events of the type are brought from what was received to the newest schema version. What changes is a new revision of",
      "the same version; what was before stays in history, and as-of answers do not change. Nothing is written for the others.",
      "Two runs that publish the same event type do not run at once; previews block nobody.",
    ].join("\n"),
    body: {
      schema: body,
      example: { event_type: "BarcodeScanned", only: "outdated", mode: "preview", reason: "barcode_type is known now" },
    },
    answers: {
      202: {
        description: "It is stored and will be done.",
        schema: runHeaderSchema,
        example: exampleQueued,
        headers: { Location: "Where to follow it." },
      },
    },
    problems: {
      403: ["key.limited"],
      404: ["schema.not_found", "load.not_found"],
      409: ["reprocess.running"],
      422: ["range.reversed"],
    },
    async handle({ body: asked, principal, requestId, keepAnswer }) {
      requireUnlimited(principal);
      const answerOf = (run: RunView) =>
        json(202, presentRunHeader(run), { headers: { location: `/v1/reprocess-runs/${run.runId}` } });
      const run = await ask(deps, {
        eventType: asked.event_type,
        from: beginOf(asked.from ?? undefined),
        to: behind(asked.to ?? undefined),
        loadId: (asked.load_id ?? null) as LoadId | null,
        eventIds: (asked.event_ids ?? null) as EventId[] | null,
        selection: asked.only,
        mode: asked.mode,
        trigger: "api",
        reason: asked.reason ?? null,
        requestedBy: principal.actor,
        requestId,
        onStored: (tx, stored) => keepAnswer(tx, answerOf(stored)),
      });
      return answerOf(run);
    },
  });
}
