// GET /v1/insights/daily: what happened on each day at each location, beside what kind of day it was.
import { dailyBases, type DailyRow, readDaily } from "@almanac/db/insights";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { visibleLocations } from "../../access/principal.ts";
import { json } from "../../http/answer.ts";
import { cursor, date, limit, uuid } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { pinsSchema, presentPins, snapshot, snapshotProblems } from "../../snapshot/asked.ts";
import { askedByCursor, cachingOf, type EventReadDeps, eventPinOf, pinInCursor } from "../../snapshot/event-pin.ts";
import { asOf, toldInstant } from "../events/fields.ts";
import { checkAsked, range } from "../holidays/fields.ts";

const query = z
  .object({
    ...range,
    location_id: z.array(uuid).min(1).max(100).optional().openapi({ description: "Up to 100; without it, all." }),
    event_type: z.string().min(1).max(200).optional().openapi({ example: "PaymentSuccessful" }),
    basis: z.enum(dailyBases).default("event").openapi({
      description: "`event`: the location's day on which it happened; `visit`: the day that was bought (`visit_date`).",
    }),
    as_of: asOf,
    snapshot,
    limit,
    cursor,
  })
  .superRefine(checkAsked);

const rowSchema = z
  .object({
    date: z.string().openapi({ format: "date" }),
    location_id: z.uuid().nullable().openapi({ description: "Null: the events name none." }),
    event_type: z.string(),
    currency: z.string().nullable(),
    events: z.int().min(0),
    users: z.int().min(0).openapi({ description: "Different users among them." }),
    amount: z.string().nullable().openapi({
      description: "Sum of the amounts in `currency`, a decimal number as text; null where no event has one.",
      example: "1490.50",
    }),
    is_public_holiday: z.boolean().nullable().openapi({ description: "Null where nobody can know." }),
    is_school_holiday: z.boolean().nullable().openapi({ description: "Null where the source does not know." }),
    is_weekend: z.boolean().nullable(),
    holiday_names: z.array(z.string()).nullable(),
  })
  .openapi("DailyInsight");

const exampleRow = {
  date: "2026-12-26",
  location_id: "5f0c7a52-3f0e-4a0c-9d0e-0c7a523f0e4a",
  event_type: "PaymentSuccessful",
  currency: "EUR",
  events: 31,
  users: 29,
  amount: "1490.50",
  is_public_holiday: true,
  is_school_holiday: null,
  is_weekend: true,
  holiday_names: ["Boxing Day"],
};

const pageSchema = pageOf(rowSchema)
  .extend({
    as_of: z.string().nullable().openapi({
      format: "date-time",
      description:
        "The instant that was used for events and calendars alike, null with a snapshot, which has one for each; the pages behind a cursor keep to it.",
    }),
    snapshot: pinsSchema.nullable().openapi({ description: "The snapshot, when one was asked for." }),
  })
  .openapi("DailyInsightPage");

const position = z.tuple([
  date,
  uuid.nullable(),
  z.string().max(200),
  z.string().max(200).nullable(),
  z.union([toldInstant, uuid]).nullable(),
]);

export function getDailyInsights(deps: EventReadDeps): AnyRoute {
  const { database } = deps;
  return defineRoute({
    operationId: "getDailyInsights",
    method: "get",
    path: "/v1/insights/daily",
    tag: "Insights",
    summary: "Events by day, location, type and holiday",
    description: [
      "A row for each day, location, type and currency that something happened in, by rising day. A day's holidays are told",
      "beside it and never double its events. A key that is limited to locations sees only those.",
    ].join("\n"),
    query,
    answers: {
      200: {
        description: "One page.",
        schema: pageSchema,
        example: { data: [exampleRow], next_cursor: null, as_of: null, snapshot: null },
      },
    },
    problems: {
      404: ["location.not_found", ...snapshotProblems[404]],
      422: ["range.reversed", "range.too_long", "as_of.future", ...snapshotProblems[422]],
    },
    async handle({ query: asked, principal }) {
      const locationIds = visibleLocations(principal, asked.location_id) as LocationId[] | null;
      const after = decodeCursor(asked.cursor, position);
      const pin = await eventPinOf(deps, after === null ? asked : askedByCursor(asked, after[4]));
      // A transaction is ended after a while, whatever a question turns out to cost.
      const rows = await database.transaction((tx) =>
        readDaily(tx, {
          locationIds,
          from: asked.from,
          to: asked.to,
          eventType: asked.event_type ?? null,
          basis: asked.basis,
          eventsAsOf: pin?.asOf ?? null,
          calendarAsOf: pin?.snapshot?.calendarAsOf ?? pin?.asOf ?? null,
          after:
            after === null
              ? null
              : { date: after[0], locationId: after[1] as LocationId | null, eventType: after[2], currency: after[3] },
          limit: asked.limit + 1,
        }),
      );
      const shown = page(rows, asked.limit, present, (row) => [
        row.date,
        row.locationId,
        row.eventType,
        row.currency,
        pinInCursor(pin),
      ]);
      const pins = pin?.snapshot ?? null;
      const told = { as_of: pins === null ? (pin?.asOf ?? null) : null, snapshot: pins && presentPins(pins) };
      return json(200, { ...shown, ...told }, { headers: cachingOf(pin) });
    },
  });
}

function present(row: DailyRow): z.input<typeof rowSchema> {
  return {
    date: row.date,
    location_id: row.locationId,
    event_type: row.eventType,
    currency: row.currency,
    events: row.events,
    users: row.users,
    amount: row.amount,
    is_public_holiday: row.isPublicHoliday,
    is_school_holiday: row.isSchoolHoliday,
    is_weekend: row.isWeekend,
    holiday_names: row.holidayNames,
  };
}
