// POST /v1/reprocess-runs/{run_id}/publish, /pause, /resume and /cancel: an operator's word on a run.
import type { RunView } from "@almanac/db/reprocess/runs";
import type { SteerDeps } from "@almanac/usecases/reprocess/deps";
import {
  cancelRun,
  pauseRun,
  publishPreview,
  resumeRun,
  type SteerRequest,
} from "@almanac/usecases/reprocess/steer-run";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleHeader, exampleQueued, presentRunHeader, runHeaderSchema } from "./present.ts";
import { reasonBody } from "./reason.ts";
import { runPath, visibleRun } from "./visible-run.ts";

interface Steering {
  operationId: "publishReprocessRun" | "pauseReprocessRun" | "resumeReprocessRun" | "cancelReprocessRun";
  verb: string;
  summary: string;
  description: string;
  status: 200 | 202;
  example: typeof exampleHeader | Record<string, unknown>;
  codes: readonly string[];
  steer: (deps: SteerDeps, request: SteerRequest) => Promise<RunView>;
}

const queuedAgain = { ...exampleQueued, mode: "publish" as const };

export function steeringRoutes(deps: SteerDeps): AnyRoute[] {
  return [
    steering(deps, {
      operationId: "publishReprocessRun",
      verb: "publish",
      summary: "Publish what a preview has shown",
      description: "The same run goes on as one that publishes. It looks at the events as they are then.",
      status: 202,
      example: queuedAgain,
      codes: ["reprocess.no_preview", "reprocess.running"],
      steer: publishPreview,
    }),
    steering(deps, {
      operationId: "pauseReprocessRun",
      verb: "pause",
      summary: "Pause a run",
      description: "Once it is answered nothing more of the run is committed; what was stays.",
      status: 200,
      example: { ...queuedAgain, status: "paused" as const },
      codes: ["reprocess.paused", "reprocess.finished"],
      steer: pauseRun,
    }),
    steering(deps, {
      operationId: "resumeReprocessRun",
      verb: "resume",
      summary: "Resume a paused run",
      description: "It goes on where it stopped, over the events that were there when it began.",
      status: 202,
      example: queuedAgain,
      codes: ["reprocess.not_paused"],
      steer: resumeRun,
    }),
    steering(deps, {
      operationId: "cancelReprocessRun",
      verb: "cancel",
      summary: "End a run",
      description: "What it has published stays; `revert` takes it back.",
      status: 200,
      example: { ...exampleHeader, mode: "publish" as const, status: "cancelled" as const },
      codes: ["reprocess.finished"],
      steer: cancelRun,
    }),
  ];
}

function steering(deps: SteerDeps, route: Steering): AnyRoute {
  const { operationId, verb, summary, description, status } = route;
  const example = route.example as typeof exampleHeader;
  return defineRoute({
    operationId,
    method: "post",
    path: `/v1/reprocess-runs/{run_id}/${verb}`,
    tag: "Reprocessing",
    summary,
    description,
    params: runPath,
    body: { schema: reasonBody, optional: true, example: { reason: "as agreed with finance" } },
    answers: {
      [status]: {
        description: "The run as it is now.",
        schema: runHeaderSchema,
        example,
        headers: { Location: "Where to follow it." },
      },
    },
    problems: { 403: ["key.limited"], 404: ["reprocess.not_found"], 409: route.codes },
    async handle({ params, body: asked, principal, requestId, keepAnswer }) {
      const { runId } = await visibleRun(deps.database, principal, params.run_id);
      const answerOf = (run: RunView) =>
        json(status, presentRunHeader(run), { headers: { location: `/v1/reprocess-runs/${run.runId}` } });
      const run = await route.steer(deps, {
        runId,
        reason: asked.reason ?? null,
        actor: principal.actor,
        requestId,
        onStored: (tx, stored) => keepAnswer(tx, answerOf(stored)),
      });
      return answerOf(run);
    },
  });
}
