// GET /v1/holidays: one question about up to a hundred locations.
import { z } from "@hono/zod-openapi";
import { questionOf } from "../../holiday/question.ts";
import type { HolidayReads } from "../../holiday/reads.ts";
import { json } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { keptForEver, snapshot } from "../../snapshot/asked.ts";
import { asOf, basis, checkAsked, language, range, readProblems, type } from "./fields.ts";
import { exampleMany, holidaysOfMany, manySchema } from "./many.ts";

const query = z
  .object({
    location_id: z
      .array(uuid)
      .min(1)
      .max(100)
      .openapi({ description: "May be given up to a hundred times.", example: [exampleMany.data[0]!.location_id] }),
    ...range,
    as_of: asOf,
    snapshot,
    type,
    basis,
    language,
  })
  .superRefine((asked, check) => checkAsked(asked, check));

export function getHolidaysOfMany({ reads }: { reads: HolidayReads }): AnyRoute {
  return defineRoute({
    operationId: "getHolidaysOfMany",
    method: "get",
    path: "/v1/holidays",
    tag: "Holidays",
    summary: "Holidays of up to 100 locations",
    description: "In the order asked. One location that cannot be answered refuses all of them.",
    query,
    answers: { 200: { description: "One answer a location.", schema: manySchema, example: exampleMany } },
    problems: readProblems,
    async handle({ query: asked, principal }) {
      return json(
        200,
        await holidaysOfMany(reads, {
          locationIds: asked.location_id,
          question: questionOf(asked),
          principal,
          pointer: () => "?location_id",
        }),
        { headers: asked.snapshot === undefined ? {} : keptForEver },
      );
    },
  });
}
