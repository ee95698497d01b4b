// What every insight of the mart is asked: which days, what is counted, where, and as of which instants.
import type { LocationId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";
import type { ArgumentOf } from "./call-sql.ts";
import type { DailyBasis } from "./daily.ts";

export interface InsightQuestion {
  /** First and last day, both inclusive, `YYYY-MM-DD`. */
  from: string;
  to: string;
  eventType: string;
  basis: DailyBasis;
  /** Null: all of them. */
  locationIds: readonly LocationId[] | null;
  /** Settled instants, RFC 3339. Always given, so that the statement gives the same rows tomorrow. */
  eventsAsOf: string;
  calendarAsOf: string;
}

export function argumentsOf(question: InsightQuestion): Record<string, ArgumentOf> {
  return {
    first_day: { type: "date", value: question.from },
    last_day: { type: "date", value: question.to },
    of_type: { type: "text", value: question.eventType },
    by_basis: { type: "text", value: question.basis },
    of_locations: { type: "uuid[]", value: question.locationIds },
    events_as_of: { type: "timestamptz", value: question.eventsAsOf },
    calendar_as_of: { type: "timestamptz", value: question.calendarAsOf },
  };
}

/** An answer of the mart, and the statement that gave it. */
export interface InsightAnswer<Row> {
  rows: Row[];
  sql: string;
}

/** The present, once nothing can appear at or before it any more. */
export async function settledNow(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ now: string }>("select mart.settled_now() as now");
  return instantOf(rows[0]!.now);
}
