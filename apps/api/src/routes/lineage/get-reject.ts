// GET /v1/loads/{load_id}/rejects/{line}: the story of one refused line.
import { readLoadsBack } from "@almanac/db/lineage/loads";
import { findReject, readRetakings } from "@almanac/db/lineage/reject";
import { AppError } from "@almanac/domain/errors";
import { z } from "@hono/zod-openapi";
import type { ApiDeps } from "../../deps.ts";
import { json } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { mayReadLines } from "../loads/rejects.ts";
import { visibleLoad } from "../loads/visible-load.ts";
import {
  exampleLineageLoad,
  exampleStoriedReject,
  lineageLoadSchema,
  presentLineageLoad,
  presentStoriedReject,
  storiedRejectSchema,
} from "./present.ts";

const rejectPath = z.object({
  load_id: uuid,
  line: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, "Not a line's number.")
    .transform(Number)
    .openapi({ type: "integer", minimum: 1, example: 3 }),
});

const answerSchema = storiedRejectSchema
  .extend({
    loads: z
      .array(lineageLoadSchema)
      .openapi({ description: "Its load, those whose bytes that one took again, and the replays that took it again." }),
  })
  .openapi("RejectLineage");

export function getReject({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "getReject",
    method: "get",
    path: "/v1/loads/{load_id}/rejects/{line}",
    tag: "Loads",
    summary: "One reject, and what became of it",
    params: rejectPath,
    answers: {
      200: {
        description: "The line, its reason, its load, and each time that it was taken again.",
        schema: answerSchema,
        example: { ...exampleStoriedReject, loads: [exampleLineageLoad] },
      },
    },
    problems: { 403: ["key.limited"], 404: ["load.not_found", "reject.not_found"] },
    async handle({ params, principal }) {
      const { loadId, dataset } = await visibleLoad(database, principal, params.load_id);
      const reject = await findReject(database, loadId, params.line);
      if (reject === null) {
        throw new AppError("not-found", {
          code: "reject.not_found",
          detail: `Line ${params.line} of load ${loadId} was not rejected.`,
        });
      }
      const again = await readRetakings(database, loadId, params.line);
      const loads = await readLoadsBack(database, [loadId, ...again.map((each) => each.loadId)]);
      const shown = mayReadLines(principal, dataset) ? reject : { ...reject, raw: null, rawBytes: null };
      return json(200, { ...presentStoriedReject(shown, again), loads: loads.map(presentLineageLoad) });
    },
  });
}
