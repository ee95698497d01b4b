import { dailyBases } from "@almanac/db/insights";
// What the insights of the mart share: the question, the instants that it is pinned to, and the forms of its answer.
import { settledNow, type InsightQuestion } from "@almanac/db/insights/asked";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { stringify } from "csv-stringify/sync";
import { type Principal, visibleLocations } from "../../access/principal.ts";
import { bytes } from "../../http/answer.ts";
import { uuid } from "../../http/fields.ts";
import { negotiate } from "../../http/negotiate.ts";
import { pinsSchema, presentPins, snapshot, snapshotProblems } from "../../snapshot/asked.ts";
import { cachingOf, type EventReadDeps, eventPinOf } from "../../snapshot/event-pin.ts";
import { asOf } from "../events/fields.ts";
import { range, refuse } from "../holidays/fields.ts";

export const question = {
  ...range,
  location_id: z.array(uuid).min(1).max(100).optional().openapi({ description: "Up to 100; without it, all." }),
  event_type: z.string().min(1).max(200).default("PaymentSuccessful").openapi({ example: "PaymentSuccessful" }),
  basis: z.enum(dailyBases).default("visit").openapi({
    description:
      "`visit`: the day that was bought (`visit_date`), which is the day that is or is no holiday; `event`: the location's day on which it happened.",
  }),
  as_of: asOf,
  snapshot,
};

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "Not an ISO 4217 code.")
  .optional()
  .openapi({ description: "Amounts in this currency; sums of several would be no amount.", example: "EUR" });

export const format = z.enum(["json", "csv"]).optional().openapi({ description: "Instead of an Accept header." });

export const pinFields = {
  as_of: z.string().nullable().openapi({
    format: "date-time",
    description: "The instant that events and calendars were read as of, null with a snapshot, which has one for each.",
  }),
  snapshot: pinsSchema.nullable().openapi({ description: "The snapshot, when one was asked for." }),
  sql: z.string().openapi({
    description:
      "The statement that gave these numbers; a login with the rights of a BI tool gets the same rows by it.",
  }),
};

export const exampleSql = (call: string) =>
  `select * from mart.${call}(\n  first_day => '2026-01-01'::date,\n  last_day => '2026-12-31'::date,\n  of_type => 'PaymentSuccessful'::text,\n  by_basis => 'visit'::text,\n  events_as_of => '2027-01-04T09:00:00.000000Z'::timestamptz,\n  calendar_as_of => '2027-01-04T09:00:00.000000Z'::timestamptz\n)`;

export const examplePins = { as_of: "2027-01-04T09:00:00.000000Z", snapshot: null };

export const insightProblems = {
  404: ["location.not_found", ...snapshotProblems[404]],
  422: ["range.reversed", "range.too_long", "as_of.future", ...snapshotProblems[422]],
} as const;

interface Asked {
  from: string;
  to: string;
  location_id?: string[] | undefined;
  event_type: string;
  basis: InsightQuestion["basis"];
  as_of?: string | undefined;
  snapshot?: string | undefined;
}

/** The question with settled instants, and how the answer tells them. */
export async function pinnedQuestion(deps: EventReadDeps, principal: Principal, asked: Asked) {
  const locationIds = visibleLocations(principal, asked.location_id) as LocationId[] | null;
  const pin = await eventPinOf(deps, asked);
  const eventsAsOf = pin?.asOf ?? (await settledNow(deps.database));
  const { from, to, event_type: eventType, basis } = asked;
  const pins = pin?.snapshot ?? null;
  const calendarAsOf = pins?.calendarAsOf ?? eventsAsOf;
  return {
    question: { from, to, eventType, basis, locationIds, eventsAsOf, calendarAsOf } satisfies InsightQuestion,
    told: { as_of: pins === null ? eventsAsOf : null, snapshot: pins && presentPins(pins) },
    headers: { ...cachingOf(pin), vary: "accept, authorization" },
    pinned: pins?.snapshotId ?? eventsAsOf,
  };
}

/** A check for `superRefine`: not more than a chart shows, or a file holds in memory. */
export function checkMostDays(asked: { from: string; to: string }, most: number, check: z.RefinementCtx): void {
  const days = (Date.parse(asked.to) - Date.parse(asked.from)) / 86_400_000;
  if (days >= most && days <= 3_653) refuse(check, "to", "range.too_long", `More than ${most} days.`);
}

const formatOfMedia = { "application/json": "json", "text/csv": "csv", "*/*": "json", "text/*": "csv" } as const;

export function wantsCsv(asked: "json" | "csv" | undefined, accept: string | undefined): boolean {
  return (asked ?? negotiate(accept ?? "*/*", formatOfMedia)) === "csv";
}

/** A header, then a row each; lists are joined by `; `. */
export function csvAnswer(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
  headers: Record<string, string>,
) {
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])));
  const text = stringify([[...columns], ...cells], { record_delimiter: "\r\n", escape_formulas: true });
  return bytes(200, text, "text/csv; charset=utf-8", { headers });
}

function cellOf(value: unknown): unknown {
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? value.join("; ") : value;
}
