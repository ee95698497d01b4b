// POST /v1/holidays/query: one question about up to a thousand locations. A read whose list does not fit into a URL.
import { holidayTypes } from "@almanac/domain/holiday";
import { holidayBases } from "@almanac/domain/holiday/select";
import { z } from "@hono/zod-openapi";
import { questionOf } from "../../holiday/question.ts";
import type { HolidayReads } from "../../holiday/reads.ts";
import { json } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { snapshot } from "../../snapshot/asked.ts";
import { asOf, checkAsked, language, range, readProblems, type } from "./fields.ts";
import { exampleMany, holidaysOfMany, manySchema } from "./many.ts";

const typeList = z
  .array(z.enum(holidayTypes))
  .min(1)
  .transform((types) => holidayTypes.filter((each) => types.includes(each)));

const body = z
  .strictObject({
    location_ids: z.array(uuid).min(1).max(1_000),
    ...range,
    as_of: asOf,
    snapshot,
    type: z.union([typeList, type]).openapi({
      description: "As in a query string, or a list.",
      example: "public,bank",
    }),
    basis: z.enum(holidayBases).default("both"),
    language,
  })
  .superRefine((asked, check) => checkAsked(asked, check))
  .openapi("HolidaysQuery");

export function queryHolidays({ reads }: { reads: HolidayReads }): AnyRoute {
  return defineRoute({
    operationId: "queryHolidays",
    method: "post",
    path: "/v1/holidays/query",
    tag: "Holidays",
    summary: "Holidays of up to 1,000 locations",
    description: "In the order asked. One location that cannot be answered refuses all of them. It changes nothing.",
    body: {
      schema: body,
      example: {
        location_ids: [exampleMany.data[0]!.location_id],
        from: "2026-12-01",
        to: "2026-12-31",
        type: "public",
      },
    },
    answers: { 200: { description: "One answer a location.", schema: manySchema, example: exampleMany } },
    problems: readProblems,
    async handle({ body: asked, principal }) {
      return json(
        200,
        await holidaysOfMany(reads, {
          locationIds: asked.location_ids,
          question: questionOf(asked),
          principal,
          pointer: (place) => `/location_ids/${place}`,
        }),
      );
    },
  });
}
