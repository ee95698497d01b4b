// GET /v1/locations/{location_id}/days: a row a day, for forecasting.
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import { type DaysDeps, daysOf, daysSchema, exampleDay } from "../../holiday/days.ts";
import { examplePinned } from "../../holiday/json.ts";
import { selectorOf } from "../../holiday/question.ts";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { keptForEver, snapshot } from "../../snapshot/asked.ts";
import { asOf, checkAsked, locationPath, range, readProblems, version } from "./fields.ts";

const query = z
  .object({ ...range, version, as_of: asOf, snapshot })
  .superRefine((asked, check) => checkAsked(asked, check));

export function getDays(deps: DaysDeps): AnyRoute {
  return defineRoute({
    operationId: "getDays",
    method: "get",
    path: "/v1/locations/{location_id}/days",
    tag: "Holidays",
    summary: "A row a day",
    description: "Flags the nominal and the observed day of a holiday. What is not known is null, never false.",
    params: locationPath,
    query,
    answers: {
      200: {
        description: "Every day of the range, in order.",
        schema: daysSchema,
        example: { ...examplePinned, from: exampleDay.date, to: exampleDay.date, data: [exampleDay] },
      },
    },
    problems: readProblems,
    async handle({ params, query: asked, principal }) {
      if (!mayAccess(principal, params.location_id)) {
        throw locationNotFound(params.location_id);
      }
      const pinned = await deps.reads.pin(params.location_id as LocationId, selectorOf(asked));
      const headers = asked.snapshot === undefined ? {} : keptForEver;
      return json(200, await daysOf(deps, pinned, asked), { headers });
    },
  });
}
