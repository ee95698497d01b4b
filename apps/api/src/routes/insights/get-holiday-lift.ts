// GET /v1/insights/holiday-lift: how much more do we sell on holidays, where?
import { liftDays, liftGroups, readHolidayLift } from "@almanac/db/insights/lift";
import { z } from "@hono/zod-openapi";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import type { EventReadDeps } from "../../snapshot/event-pin.ts";
import { checkAsked } from "../holidays/fields.ts";
import {
  csvAnswer,
  currency,
  examplePins,
  exampleSql,
  format,
  insightProblems,
  pinFields,
  pinnedQuestion,
  question,
  wantsCsv,
} from "./insight-fields.ts";

const query = z
  .object({
    ...question,
    days: z.enum(liftDays).default("public").openapi({
      description: "`public`: public holidays; `bridge`: working days between them and a weekend.",
    }),
    holiday: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: "One holiday by its name, whatever its case.", example: "King's Day" }),
    currency,
    group_by: z
      .array(z.enum(liftGroups))
      .min(1)
      .optional()
      .openapi({ description: "The rows that are wanted; without it, all kinds." }),
    format,
  })
  .superRefine(checkAsked);

const decimal = (description: string) => z.string().openapi({ description: `${description} A decimal as text.` });

const rowSchema = z
  .object({
    group: z.enum(liftGroups),
    location_id: z.uuid().nullable().openapi({ description: "Null: over all locations." }),
    holiday: z.string().nullable().openapi({ description: "Null: over all holidays." }),
    event_type: z.string(),
    n: z.int().min(0).openapi({ description: "Holiday days that were compared: a date at a location is one." }),
    left_out: z.int().min(0).openapi({
      description:
        "Holiday days without a comparison: not over, outside of the sales, or without ordinary days beside.",
    }),
    dates: z.int().min(0).openapi({ description: "Different dates among the compared." }),
    matched_days: z.int().min(0).openapi({ description: "Ordinary days that they were compared with." }),
    observed: decimal("Sold on the compared holidays."),
    expected: decimal("Sold had they been ordinary days."),
    ratio: decimal("observed / expected.").nullable(),
    low: decimal("Lower end of the interval.").nullable(),
    high: decimal("Upper end of the interval.").nullable(),
    level: decimal("How often such an interval holds the truth."),
    note: z.string().nullable().openapi({ description: "What to know before believing it." }),
  })
  .openapi("HolidayLift");

const exampleRow: z.input<typeof rowSchema> = {
  group: "total",
  location_id: null,
  holiday: null,
  event_type: "PaymentSuccessful",
  n: 118,
  left_out: 13,
  dates: 12,
  matched_days: 460,
  observed: "2384.00",
  expected: "1311.25",
  ratio: "1.8181",
  low: "1.6902",
  high: "1.9557",
  level: "0.95",
  note: null,
};

const columns = Object.keys(exampleRow);

export function getHolidayLift(deps: EventReadDeps): AnyRoute {
  return defineRoute({
    operationId: "getHolidayLift",
    method: "get",
    path: "/v1/insights/holiday-lift",
    tag: "Insights",
    summary: "How much more is sold on holidays",
    description: [
      "Each holiday at each location is compared with ordinary days of the same location and weekday: up to two before and two",
      "after it, within five weeks. Ordinary is what is known to be no public holiday and no bridge day, and is not known to be",
      "a school holiday. The ratio comes with a 95 % interval: over five dates or more by leaving out one date at a time, over",
      "fewer by how much ordinary days differ. `basis` is `visit` here by default: people buy before a holiday, for the holiday.",
      "A key that is limited to locations sees only those, and its totals are theirs.",
    ].join("\n"),
    query,
    answers: {
      200: {
        description: "A row for the total, for each location, for each holiday, and for each holiday of each location.",
        schema: z.object({ data: z.array(rowSchema), ...pinFields }).openapi("HolidayLifts"),
        example: { data: [exampleRow], ...examplePins, sql: exampleSql("holiday_lift") },
        media: { "text/csv": { description: "A header, then a row each." } },
      },
    },
    problems: insightProblems,
    async handle({ query: asked, principal, header }) {
      const { question, told, headers } = await pinnedQuestion(deps, principal, asked);
      const lift = {
        ...question,
        days: asked.days,
        holiday: asked.holiday ?? null,
        currency: asked.currency ?? null,
        groups: asked.group_by ?? liftGroups,
      };
      const { rows, sql } = await deps.database.transaction((tx) => readHolidayLift(tx, lift));
      return wantsCsv(asked.format, header("accept"))
        ? csvAnswer(
            columns,
            rows.map((row) => ({ ...row })),
            headers,
          )
        : json(200, { data: rows, ...told, sql }, { headers });
    },
  });
}
