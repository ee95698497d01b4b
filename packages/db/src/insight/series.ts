// The days of a chart: one row a day over all locations, beside whose holiday it is.
import type { Queryable } from "../database.ts";
import { argumentsOf, type InsightAnswer, type InsightQuestion } from "./asked.ts";
import { callSql } from "./call-sql.ts";

export interface SeriesQuestion extends InsightQuestion {
  /** Tells amounts in this currency beside the numbers of events. */
  currency: string | null;
}

export interface SeriesRow {
  date: string;
  weekday: number;
  is_weekend: boolean;
  events: number;
  /** A decimal as text; null without a currency. */
  amount: string | null;
  locations: number;
  /** Locations of which the day's sales are known in full. */
  complete_locations: number;
  holidays: { holiday: string; location_ids: string[] }[];
  bridge_locations: string[];
  school_locations: string[];
}

export async function readSeries(database: Queryable, question: SeriesQuestion): Promise<InsightAnswer<SeriesRow>> {
  const sql = callSql("sales_series", {
    ...argumentsOf(question),
    in_currency: { type: "text", value: question.currency },
  });
  const { rows } = await database.query<Omit<SeriesRow, "events"> & { events: string }>(sql);
  return { sql, rows: rows.map((row) => ({ ...row, events: Number(row.events) })) };
}
