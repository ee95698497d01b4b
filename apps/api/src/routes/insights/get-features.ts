// GET /v1/insights/features: what a model may be trained on: each day with what was known some days before it.
import { countLocations, type FeatureRow, readFeatures } from "@almanac/db/insights/features";
import { AppError } from "@almanac/domain/errors";
import { parquetOf } from "@almanac/gate/parquet-writing";
import { z } from "@hono/zod-openapi";
import { bytes, json } from "../../http/answer.ts";
import { cursor, date, limit, uuid, whole } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { askedByCursor, type EventReadDeps } from "../../snapshot/event-pin.ts";
import { toldInstant } from "../events/fields.ts";
import { checkAsked } from "../holidays/fields.ts";
import { exampleFeatures, featureColumns, featuresSchema } from "./features-json.ts";
import {
  checkMostDays,
  csvAnswer,
  examplePins,
  exampleSql,
  insightProblems,
  pinFields,
  pinnedQuestion,
  question,
} from "./insight-fields.ts";

const mostDays = 400;
const mostRows = 40_000;

const query = z
  .object({
    ...question,
    lead_days: whole({
      min: 0,
      max: 60,
      default: 7,
      description: "How many days before its day a row's features were known.",
    }),
    format: z.enum(["json", "csv", "parquet"]).default("json").openapi({
      description: "`csv` and `parquet` give all rows at once; `json` gives pages.",
    }),
    limit,
    cursor,
  })
  .superRefine((asked, check) => {
    checkAsked(asked, check);
    checkMostDays(asked, mostDays, check);
  });

const position = z.tuple([date, uuid, z.union([toldInstant, uuid])]);

export function getFeatures(deps: EventReadDeps): AnyRoute {
  return defineRoute({
    operationId: "getFeatures",
    method: "get",
    path: "/v1/insights/features",
    tag: "Insights",
    summary: "Features for forecasting, as they were known at the time",
    description: [
      "A row for each day and location. Its features use only what was known at `known_at`: event batches committed and",
      "calendar versions synced by the end of the day `lead_days` before, in UTC. What was not known then is null, never a",
      "guess and never later knowledge: a file that is loaded late was not known. Only the target is read as of `as_of` or the",
      "snapshot, and is null until its day is over. At most 400 days and 40,000 rows.",
    ].join("\n"),
    query,
    answers: {
      200: {
        description: "By date, then location.",
        schema: pageOf(featuresSchema).extend(pinFields).openapi("FeaturePage"),
        example: { data: [exampleFeatures], next_cursor: null, ...examplePins, sql: exampleSql("forecast_features") },
        media: {
          "text/csv": { description: "A header, then all rows." },
          "application/vnd.apache.parquet": {
            description: "All rows; known_at is a timestamp, holiday_names is JSON.",
          },
        },
      },
    },
    problems: { ...insightProblems, 422: [...insightProblems[422], "rows.too_many"] },
    async handle({ query: asked, principal }) {
      const after = asked.format === "json" ? decodeCursor(asked.cursor, position) : null;
      const pinnedTo =
        after === null ? {} : { as_of: undefined, snapshot: undefined, ...askedByCursor(asked, after[2]) };
      const { question, told, headers, pinned } = await pinnedQuestion(deps, principal, { ...asked, ...pinnedTo });
      const { rows, sql } = await deps.database.transaction(async (tx) => {
        const days = (Date.parse(asked.to) - Date.parse(asked.from)) / 86_400_000 + 1;
        if (days * (await countLocations(tx, question)) > mostRows) throw tooManyRows();
        return readFeatures(tx, {
          ...question,
          leadDays: asked.lead_days,
          after: after && { date: after[0], locationId: after[1] },
          limit: asked.format === "json" ? asked.limit + 1 : null,
        });
      });
      switch (asked.format) {
        case "json": {
          const shown = page(rows, asked.limit, presented, (row) => [row.date, row.location_id, pinned]);
          return json(200, { ...shown, ...told, sql }, { headers });
        }
        case "csv":
          return csvAnswer(Object.keys(featureColumns), rows.map(presented), headers);
        case "parquet":
          return bytes(200, parquetOf(columnsOf(rows)), "application/vnd.apache.parquet", { headers });
      }
    },
  });
}

const presented = (row: FeatureRow) => ({ ...row });

function columnsOf(rows: readonly FeatureRow[]) {
  return Object.entries(featureColumns).map(([name, type]) => {
    const data = rows.map((row) => row[name as keyof FeatureRow]);
    return { name, type, data: type === "TIMESTAMP" ? data.map((text) => new Date(text as string)) : data };
  });
}

function tooManyRows(): AppError {
  return new AppError("incorrect", {
    code: "rows.too_many",
    detail: `More than ${mostRows} rows: ask for fewer days, or name fewer locations.`,
  });
}
