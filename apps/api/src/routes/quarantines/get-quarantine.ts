// GET /v1/quarantines/{quarantine_id}: what an approval would change.
import { isOvertaken, readQuarantineStories } from "@almanac/db/quarantines";
import { AppError } from "@almanac/domain/errors";
import { planHeld } from "@almanac/usecases/decide-quarantine";
import { z } from "@hono/zod-openapi";
import { requireUnlimited } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { presentDiff } from "../../holiday/diff-json.ts";
import { json } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { exampleHeldQuarantine, heldQuarantineSchema, presentQuarantine } from "./present.ts";

export function getQuarantine({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getQuarantine",
    method: "get",
    path: "/v1/quarantines/{quarantine_id}",
    tag: "Syncs",
    summary: "One answer that was held back, and what it would change",
    params: z.object({ quarantine_id: uuid }),
    answers: {
      200: { description: "As it is now.", schema: heldQuarantineSchema, example: exampleHeldQuarantine },
    },
    problems: { 403: ["key.limited"], 404: ["quarantine.not_found"] },
    async handle({ params: { quarantine_id: quarantineId }, principal }) {
      requireUnlimited(principal);
      const [story] = await readQuarantineStories(database, { quarantineId, limit: 1 });
      if (story === undefined) {
        throw new AppError("not-found", {
          code: "quarantine.not_found",
          detail: `There is no quarantine ${quarantineId}.`,
        });
      }
      const plan = await planHeld(database, story, Temporal.Now.instant());
      const overtaken =
        story.status === "superseded" || (story.status === "open" && (await isOvertaken(database, story)));
      return json(200, { ...presentQuarantine(story), is_overtaken: overtaken, changes: presentDiff(plan.diff) });
    },
  });
}
