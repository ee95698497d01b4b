// GET /v1/snapshots/{a}/diff/{b}: what became of the days' figures between two pins, and why.
import type { Database } from "@almanac/db/database";
import { dailyBases } from "@almanac/db/insights";
import { readSnapshotDiff } from "@almanac/db/snapshots/diff";
import type { LocationId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { visibleLocations } from "../../access/principal.ts";
import { json } from "../../http/answer.ts";
import { cursor, date, limit, uuid } from "../../http/fields.ts";
import { decodeCursor, page, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { keptForEver, pinsSchema, presentPins } from "../../snapshot/asked.ts";
import {
  exampleFigure,
  exampleTotal,
  figureSchema,
  presentFigure,
  presentTotal,
  totalSchema,
} from "../../snapshot/diff-json.ts";
import { exampleHolidayChanges, holidayChanges, holidayChangesSchema } from "../../snapshot/holiday-changes.ts";
import type { SnapshotLookup } from "../../snapshot/pins.ts";
import { checkDays } from "../holidays/fields.ts";

const query = z
  .object({
    from: date.optional().openapi({ description: "First day, inclusive; without it, of all events." }),
    to: date
      .optional()
      .openapi({ description: "Last day, inclusive, at most ten years after the first; without it, of all events." }),
    location_id: z.array(uuid).min(1).max(100).optional().openapi({ description: "Up to 100; without it, all." }),
    event_type: z.string().min(1).max(200).optional().openapi({ example: "PaymentSuccessful" }),
    basis: z.enum(dailyBases).default("event").openapi({
      description: "`event`: the location's day on which it happened; `visit`: the day that was bought (`visit_date`).",
    }),
    limit,
    cursor,
  })
  .superRefine((asked, check) => checkDays(asked, check));

const causesSchema = z
  .object({
    added: z.int().min(0).openapi({ description: "Events that only one of the two knows." }),
    corrected: z.int().min(0).openapi({ description: "Events of which they know different versions." }),
    reprocessed: z.int().min(0).openapi({ description: "Events of which they read the same version differently." }),
    rezoned: z.int().min(0).openapi({ description: "Events that another time zone puts on another day." }),
  })
  .openapi("SnapshotDiffEvents");

const firstPage = "Null behind the first page.";

const diffSchema = pageOf(figureSchema)
  .extend({
    before: pinsSchema,
    after: pinsSchema,
    from: z.iso.date().nullable().openapi({ description: "As asked." }),
    to: z.iso.date().nullable().openapi({ description: "As asked." }),
    basis: z.enum(dailyBases),
    events: causesSchema
      .nullable()
      .openapi({ description: `How many events of these days each cause is about. ${firstPage}` }),
    totals: z.array(totalSchema).nullable().openapi({ description: firstPage }),
    holidays: holidayChangesSchema
      .nullable()
      .openapi({ description: `Holidays of these days that differ. ${firstPage}` }),
  })
  .openapi("SnapshotDiff");

const place = z.tuple([
  date,
  uuid.nullable(),
  z.string().max(200),
  z.string().max(200).nullable(),
  z.boolean().nullable(),
  z.boolean().nullable(),
]);

export function diffSnapshots({ database, snapshots }: { database: Database; snapshots: SnapshotLookup }): AnyRoute {
  return defineRoute({
    operationId: "diffSnapshots",
    method: "get",
    path: "/v1/snapshots/{a}/diff/{b}",
    tag: "Snapshots",
    summary: "What changed between two snapshots, and what it did to the daily figures",
    description: [
      "Each figure of the daily insights that differs, by day, location, type, currency and the day's holiday flags, with the",
      "difference split exactly. First the events change and the calendar of `a` stays: events that were added, then those",
      "corrected, reprocessed, and put on other days by another time zone. Then, with the events of `b`, the calendar changes:",
      "a day that became a holiday is two figures, and one loses what the other one gets. Figures whose causes cancel each",
      "other are told, too. A key that is limited to locations sees only those.",
    ].join("\n"),
    params: z.object({ a: uuid, b: uuid }),
    query,
    answers: {
      200: {
        description: "One page of figures; the first one tells totals, events and holidays, too.",
        schema: diffSchema,
        example: {
          data: [exampleFigure],
          next_cursor: null,
          before: examplePins(1),
          after: examplePins(2),
          from: "2026-12-01",
          to: "2026-12-31",
          basis: "visit" as const,
          events: { added: 0, corrected: 1, reprocessed: 0, rezoned: 0 },
          totals: [exampleTotal],
          holidays: exampleHolidayChanges,
        },
      },
    },
    problems: {
      404: ["snapshot.not_found", "location.not_found"],
      422: ["range.reversed", "range.too_long"],
    },
    async handle({ params, query: asked, principal }) {
      const locationIds = visibleLocations(principal, asked.location_id) as LocationId[] | null;
      const after = decodeCursor(asked.cursor, place);
      const [a, b] = [await snapshots.pins(params.a), await snapshots.pins(params.b)];
      // A transaction is ended after a while, whatever a question turns out to cost.
      const { diff, holidays } = await database.transaction(async (tx) => ({
        diff: await readSnapshotDiff(tx, {
          from: a,
          to: b,
          firstDay: asked.from ?? null,
          lastDay: asked.to ?? null,
          locationIds,
          eventType: asked.event_type ?? null,
          basis: asked.basis,
          after: after && placeOf(after),
          limit: asked.limit + 1,
        }),
        holidays:
          after === null
            ? await holidayChanges(tx, { ...asked, locationIds, before: a.calendarAsOf, after: b.calendarAsOf })
            : null,
      }));
      const figures = page(diff.figures, asked.limit, presentFigure, (last) => [
        last.date,
        last.locationId,
        last.eventType,
        last.currency,
        last.isPublicHoliday,
        last.isSchoolHoliday,
      ]);
      const told = {
        ...figures,
        before: presentPins(a),
        after: presentPins(b),
        from: asked.from ?? null,
        to: asked.to ?? null,
        basis: asked.basis,
        events: diff.overview && diff.overview.causes,
        totals: diff.overview && diff.overview.totals.map(presentTotal),
        holidays,
      };
      return json(200, told, { headers: keptForEver });
    },
  });
}

function placeOf([day, locationId, eventType, currency, isPublicHoliday, isSchoolHoliday]: z.output<typeof place>) {
  return {
    date: day,
    locationId: locationId as LocationId | null,
    eventType,
    currency,
    isPublicHoliday,
    isSchoolHoliday,
  };
}

function examplePins(day: number) {
  return {
    snapshot_id: `0190b8a0-4c3e-7d20-9a53-00000000000${day}`,
    events_as_of: `2026-12-0${day}T12:00:00.000000Z`,
    calendar_as_of: `2026-12-0${day}T12:00:00.000000Z`,
  };
}
