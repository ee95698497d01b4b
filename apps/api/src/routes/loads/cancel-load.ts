// POST /v1/loads/{load_id}/cancel: stops a load; what it has committed stays, and posting the bytes again resumes it.
import { recordAudit } from "@almanac/db/audit";
import { requestCancel } from "@almanac/db/loads";
import { AppError } from "@almanac/domain/errors";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleQueued, loadSchema, presentLoad } from "./present.ts";
import { loadPath, visibleLoad } from "./visible-load.ts";

export function cancelLoad({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "cancelLoad",
    method: "post",
    path: "/v1/loads/{load_id}/cancel",
    tag: "Loads",
    summary: "Stop a load",
    description: "It ends as `failed` with `load.cancelled` at its next chunk; the lines before that stay loaded.",
    params: loadPath,
    answers: {
      202: {
        description: "It will stop.",
        schema: loadSchema,
        example: { ...exampleQueued, status: "running" as const, cancel_requested: true },
        headers: { Location: "Where to follow it." },
      },
    },
    problems: { 403: ["key.limited"], 404: ["load.not_found"], 409: ["load.finished"] },
    async handle({ params, principal, requestId, keepAnswer }) {
      const load = await visibleLoad(database, principal, params.load_id);
      return database.transaction(async (tx) => {
        const stopping = await requestCancel(tx, load.loadId);
        if (stopping === null) {
          throw new AppError("conflict", { code: "load.finished", detail: "This load has finished already." });
        }
        await recordAudit(tx, {
          actor: principal.actor,
          action: "load.cancel_requested",
          objectType: "load",
          objectId: load.loadId,
          requestId,
        });
        const answer = json(202, presentLoad(stopping), { headers: { location: `/v1/loads/${load.loadId}` } });
        await keepAnswer(tx, answer);
        return answer;
      });
    },
  });
}
