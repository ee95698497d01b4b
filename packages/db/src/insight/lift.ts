// How much more is sold on holidays, where? The numbers are made by mart.holiday_lift alone (docs/adr/0027-lift.md).
import type { Queryable } from "../database.ts";
import { argumentsOf, type InsightAnswer, type InsightQuestion } from "./asked.ts";
import { callSql } from "./call-sql.ts";

export const liftGroups = ["total", "location", "holiday", "location_holiday"] as const;
export type LiftGroup = (typeof liftGroups)[number];

/** Which days are compared: public holidays, or the bridge days beside them. */
export const liftDays = ["public", "bridge"] as const;

export interface LiftQuestion extends InsightQuestion {
  days: (typeof liftDays)[number];
  /** A holiday by its name, whatever its case; null: all. */
  holiday: string | null;
  /** Amounts in this currency instead of numbers of events. */
  currency: string | null;
  groups: readonly LiftGroup[];
}

/** Decimals are text, with all their digits. */
export interface LiftRow {
  group: LiftGroup;
  location_id: string | null;
  holiday: string | null;
  event_type: string;
  n: number;
  left_out: number;
  dates: number;
  matched_days: number;
  observed: string;
  expected: string;
  ratio: string | null;
  low: string | null;
  high: string | null;
  level: string;
  note: string | null;
}

export async function readHolidayLift(database: Queryable, question: LiftQuestion): Promise<InsightAnswer<LiftRow>> {
  const sql = callSql("holiday_lift", {
    ...argumentsOf(question),
    of_days: { type: "text", value: question.days },
    of_holiday: { type: "text", value: question.holiday },
    in_currency: { type: "text", value: question.currency },
    groups: { type: "text[]", value: question.groups },
  });
  return { sql, rows: (await database.query<LiftRow & Record<string, unknown>>(sql)).rows };
}
