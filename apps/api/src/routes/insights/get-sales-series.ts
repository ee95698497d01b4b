// GET /v1/insights/series: one row a day over the chosen locations, beside whose holiday it is. For a chart.
import { readSeries } from "@almanac/db/insights/series";
import { z } from "@hono/zod-openapi";
import { json } from "../../http/answer.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import type { EventReadDeps } from "../../snapshot/event-pin.ts";
import { checkAsked } from "../holidays/fields.ts";
import {
  checkMostDays,
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

const mostDays = 400;

const query = z.object({ ...question, currency, format }).superRefine((asked, check) => {
  checkAsked(asked, check);
  checkMostDays(asked, mostDays, check);
});

const rowSchema = z
  .object({
    date: z.string().openapi({ format: "date" }),
    weekday: z.int().min(1).max(7).openapi({ description: "ISO: 1 is Monday." }),
    is_weekend: z.boolean(),
    events: z.int().min(0),
    amount: z.string().nullable().openapi({ description: "In `currency`, a decimal as text; null without one." }),
    locations: z.int().min(0).openapi({ description: "Locations that have a calendar." }),
    complete_locations: z.int().min(0).openapi({
      description: "Those of which the day is over and sales are known up to it; where it is fewer, more may come.",
    }),
    holidays: z
      .array(z.object({ holiday: z.string(), location_ids: z.array(z.uuid()) }))
      .openapi({ description: "Public holidays of the day, each with the locations that have it." }),
    bridge_locations: z.array(z.uuid()),
    school_locations: z.array(z.uuid()),
  })
  .openapi("SalesDay");

const exampleRow: z.input<typeof rowSchema> = {
  date: "2026-04-27",
  weekday: 1,
  is_weekend: false,
  events: 412,
  amount: "19320.50",
  locations: 13,
  complete_locations: 13,
  holidays: [{ holiday: "King's Day", location_ids: ["9415913d-fffa-41f9-9323-6d62e6100a31"] }],
  bridge_locations: [],
  school_locations: [],
};

const columns = Object.keys(exampleRow);

export function getSalesSeries(deps: EventReadDeps): AnyRoute {
  return defineRoute({
    operationId: "getSalesSeries",
    method: "get",
    path: "/v1/insights/series",
    tag: "Insights",
    summary: "Sales by the day, over locations",
    description: [
      "Every day of the range, zeros included, summed over the locations that have a calendar; not paged, at most 400 days.",
      "By `visit` a day that lies ahead shows what is sold for it already. For rows by location and type see the daily insights.",
    ].join("\n"),
    query,
    answers: {
      200: {
        description: "The days in order.",
        schema: z.object({ data: z.array(rowSchema), ...pinFields }).openapi("SalesSeries"),
        example: { data: [exampleRow], ...examplePins, sql: exampleSql("sales_series") },
        media: { "text/csv": { description: "A header, then a row a day; holidays by their names, joined by `; `." } },
      },
    },
    problems: insightProblems,
    async handle({ query: asked, principal, header }) {
      const { question, told, headers } = await pinnedQuestion(deps, principal, asked);
      const series = { ...question, currency: asked.currency ?? null };
      const { rows, sql } = await deps.database.transaction((tx) => readSeries(tx, series));
      if (!wantsCsv(asked.format, header("accept"))) return json(200, { data: rows, ...told, sql }, { headers });
      const named = rows.map((row) => ({ ...row, holidays: row.holidays.map(({ holiday }) => holiday) }));
      return csvAnswer(columns, named, headers);
    },
  });
}
