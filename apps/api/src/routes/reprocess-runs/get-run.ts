// GET /v1/reprocess-runs/{run_id}: how far it is, what its events came to, and the first patches and failures.
import { readTally } from "@almanac/db/reprocess/runs";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { bytes } from "../../http/answer.ts";
import { wait } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { waitUntil } from "../../http/wait.ts";
import { exampleRun, runSchema, runText } from "./present.ts";
import { runPath, visibleRun } from "./visible-run.ts";

export function getReprocessRun({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getReprocessRun",
    method: "get",
    path: "/v1/reprocess-runs/{run_id}",
    tag: "Reprocessing",
    summary: "One run",
    params: runPath,
    query: z.object({ wait }),
    waits: true,
    answers: {
      200: { description: "It has finished.", schema: runSchema, example: exampleRun },
      202: {
        description: "It is queued, running or paused.",
        schema: runSchema,
        example: { ...exampleRun, status: "running" as const, finished_at: null, progress: 0.4 },
        headers: { Location: "Where to look again.", "Retry-After": "Seconds." },
      },
    },
    problems: { 403: ["key.limited"], 404: ["reprocess.not_found"] },
    async handle({ params, query, principal, signal }) {
      const run = await waitUntil({
        seconds: query.wait,
        read: () => visibleRun(database, principal, params.run_id),
        done: (state) => state.finishedAt !== null,
        signal,
      });
      const text = runText(run, await readTally(database, run.runId));
      return run.finishedAt === null
        ? bytes(202, text, "application/json", {
            headers: { location: `/v1/reprocess-runs/${run.runId}`, "retry-after": "1" },
          })
        : bytes(200, text, "application/json");
    },
  });
}
