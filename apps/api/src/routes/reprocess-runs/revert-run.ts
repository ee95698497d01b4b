// POST /v1/reprocess-runs/{run_id}/revert: takes back what a run has published; that is a run of its own.
import type { RunView } from "@almanac/db/reprocess/runs";
import type { SteerDeps } from "@almanac/usecases/reprocess/deps";
import { requestRevert } from "@almanac/usecases/reprocess/request-run";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleQueued, presentRunHeader, runHeaderSchema } from "./present.ts";
import { reasonBody } from "./reason.ts";
import { runPath, visibleRun } from "./visible-run.ts";

export function revertReprocessRun(deps: SteerDeps): AnyRoute {
  return defineRoute({
    operationId: "revertReprocessRun",
    method: "post",
    path: "/v1/reprocess-runs/{run_id}/revert",
    tag: "Reprocessing",
    summary: "Take a run back",
    description: [
      "Each event that still is what the run made of it gets the interpretation that it had before, as a new revision. Events",
      "for which something newer came since are left as they are: `rows.scanned` says how many were not.",
    ].join("\n"),
    params: runPath,
    body: { schema: reasonBody, optional: true, example: { reason: "the default was wrong" } },
    answers: {
      202: {
        description: "The new run is stored and will be done.",
        schema: runHeaderSchema,
        example: {
          ...exampleQueued,
          mode: "publish" as const,
          only: "all" as const,
          to_version: null,
          reverts: "0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5d",
        },
        headers: { Location: "Where to follow the new run." },
      },
    },
    problems: {
      403: ["key.limited"],
      404: ["reprocess.not_found"],
      409: ["reprocess.not_revertible", "reprocess.already_reverted", "reprocess.running"],
    },
    async handle({ params, body: asked, principal, requestId, keepAnswer }) {
      const { runId } = await visibleRun(deps.database, principal, params.run_id);
      const answerOf = (run: RunView) =>
        json(202, presentRunHeader(run), { headers: { location: `/v1/reprocess-runs/${run.runId}` } });
      const run = await requestRevert(deps, {
        runId,
        reason: asked.reason ?? null,
        requestedBy: principal.actor,
        requestId,
        onStored: (tx, stored) => keepAnswer(tx, answerOf(stored)),
      });
      return answerOf(run);
    },
  });
}
