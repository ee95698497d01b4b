// GET /v1/locations/{location_id}/holidays: the question that this product exists to answer.
import { AppError } from "@almanac/domain/errors";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { HolidayAnswers } from "../../holiday/answers.ts";
import { exampleHolidays, holidaysSchema } from "../../holiday/json.ts";
import { type HolidayQuestion, questionOf } from "../../holiday/question.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { snapshot } from "../../snapshot/asked.ts";
import { acceptedFormat } from "./accept.ts";
import {
  asOf,
  basis,
  checkAsked,
  format,
  language,
  locationPath,
  range,
  readProblems,
  type,
  version,
} from "./fields.ts";

const query = z
  .object({ ...range, version, as_of: asOf, snapshot, type, basis, language, format })
  .superRefine((asked, check) => checkAsked(asked, check));

export function getHolidays({ answers }: { answers: HolidayAnswers }): AnyRoute {
  // A query that is asked again is the same object again (see http/parse.ts), so its question is made once.
  const questions = new WeakMap<object, HolidayQuestion>();
  return defineRoute({
    operationId: "getHolidays",
    method: "get",
    path: "/v1/locations/{location_id}/holidays",
    tag: "Holidays",
    summary: "Holidays of a location",
    description:
      "Now, or as of any earlier state. Sorted by date, then name. Days outside what was synced are told in `coverage`, never left out in silence. A deactivated location still answers, with `active: false`.",
    params: locationPath,
    query,
    answers: {
      200: {
        description: "The holidays in the range.",
        schema: holidaysSchema,
        example: exampleHolidays,
        media: {
          "text/csv": {
            description: "A header, then a row a holiday.",
            example:
              "location_id,version,date,observed_date,end_date,name,local_name,type,holiday_id\r\n5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a,3,2026-12-26,2026-12-28,,Boxing Day,Boxing Day,public,0190b8a0-4c3e-7d20-9a53-6b1f2f3c4d5e\r\n",
          },
          "text/calendar": { description: "All-day events (RFC 5545) whose UIDs follow the holidays." },
        },
        headers: { Vary: "The Accept header." },
      },
    },
    problems: { ...readProblems, 406: ["request.not_acceptable"] },
    handle({ params, query: asked, principal, header }) {
      if (!mayAccess(principal, params.location_id)) {
        throw locationNotFound(params.location_id);
      }
      const wanted = asked.format ?? acceptedFormat(header("accept"));
      if (wanted === null) {
        throw notAcceptable();
      }
      let question = questions.get(asked);
      if (question === undefined) {
        question = questionOf(asked);
        questions.set(asked, question);
      }
      return answers.answer(params.location_id as LocationId, question, wanted, header("if-none-match"));
    },
  });
}

function notAcceptable(): AppError {
  return new AppError("incorrect", {
    code: "request.not_acceptable",
    detail: "Holidays come as application/json, text/csv or text/calendar.",
  });
}
