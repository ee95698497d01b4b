// What was known when, for training: mart.forecast_features makes the rows (docs/adr/0028-features.md).
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";
import { argumentsOf, type InsightAnswer, type InsightQuestion } from "./asked.ts";
import { callSql } from "./call-sql.ts";

export interface FeaturesQuestion extends InsightQuestion {
  leadDays: number;
  /** The last row of the page before. */
  after: { date: string; locationId: string } | null;
  /** Null: all of them. */
  limit: number | null;
}

export interface FeatureRow {
  location_id: string;
  date: string;
  target: number | null;
  target_amount: string | null;
  target_currency: string | null;
  known_at: string;
  weekday: number;
  month: number;
  is_weekend: boolean;
  is_public_holiday: boolean | null;
  is_bridge_day: boolean | null;
  is_school_holiday: boolean | null;
  holiday_names: string[] | null;
  days_to_next_holiday: number | null;
  days_since_previous_holiday: number | null;
  sold_ahead: number | null;
  sold_1_day_before: number | null;
  sold_7_days_before: number | null;
  sold_14_days_before: number | null;
  sold_28_days_before: number | null;
  mean_7_days: number | null;
  mean_28_days: number | null;
  mean_same_weekday: number | null;
}

/** Counts and means come as text from the driver: 64 bits and decimals. */
const numbers = [
  "target",
  "sold_ahead",
  "sold_1_day_before",
  "sold_7_days_before",
  "sold_14_days_before",
  "sold_28_days_before",
  "mean_7_days",
  "mean_28_days",
  "mean_same_weekday",
] as const;

type Row = Omit<FeatureRow, (typeof numbers)[number]> & Record<(typeof numbers)[number], string | null>;

/** By date, then location. `sql` gives all rows of the question, whatever page this is. */
export async function readFeatures(
  database: Queryable,
  question: FeaturesQuestion,
): Promise<InsightAnswer<FeatureRow>> {
  const { after, limit } = question;
  const call = (from: string) =>
    callSql("forecast_features", {
      ...argumentsOf({ ...question, from }),
      lead_days: { type: "int", value: question.leadDays },
    });
  const { rows } = await database.query<Row>(
    `select * from (${call(after?.date ?? question.from)}) f
     where $1::date is null or (f.date, f.location_id) > ($1, $2::uuid) order by f.date, f.location_id limit $3`,
    [after?.date ?? null, after?.locationId ?? null, limit],
  );
  return { sql: call(question.from), rows: rows.map(numbered) };
}

function numbered(row: Row): FeatureRow {
  const counts = numbers.map((name) => [name, row[name] === null ? null : Number(row[name])] as const);
  const told = { ...row, known_at: instantOf(row.known_at) };
  return { ...told, ...(Object.fromEntries(counts) as Record<(typeof numbers)[number], number | null>) };
}

/** How many locations a question is about: rows are this many times its days. */
export async function countLocations(
  database: Queryable,
  { locationIds, eventsAsOf }: Pick<FeaturesQuestion, "locationIds" | "eventsAsOf">,
): Promise<number> {
  const { rows } = await database.query<{ locations: number }>(
    `select count(distinct location_id)::int as locations from mart.location_states
     where recorded_at <= $1 and ($2::uuid[] is null or location_id = any($2))`,
    [eventsAsOf, locationIds],
  );
  return rows[0]!.locations;
}
