// GET /v1/events: events by what they say, newest first, as they are or as they were.
import { type EventView, listEvents as listRows } from "@almanac/db/events";
import type { EventId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import type { ApiDeps } from "../../deps.ts";
import { eventSchema, eventText, exampleEvent, pageText } from "../../event/json.ts";
import { settleAsOf } from "../../holiday/as-of.ts";
import { bytes } from "../../http/answer.ts";
import { cursor, instant, limit, uuid } from "../../http/fields.ts";
import { decodeCursor, nextCursor, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { asOf, beginOf, behind, moment } from "./fields.ts";

const query = z.object({
  event_type: z.string().min(1).max(200).optional().openapi({ example: "PaymentSuccessful" }),
  from: moment("First instant of `event_timestamp`, or day in UTC; inclusive."),
  to: moment("Last instant, or day in UTC; inclusive."),
  user_id: uuid.optional(),
  related_id: uuid.optional(),
  location_id: uuid.optional(),
  as_of: asOf,
  limit,
  cursor,
});

const pageSchema = pageOf(eventSchema)
  .extend({
    as_of: z.string().nullable().openapi({
      format: "date-time",
      description: "The instant that was used; the pages behind a cursor keep to it.",
    }),
  })
  .openapi("EventPage");

/** Behind which event the page begins, and as of when the list is. */
const position = z.tuple([instant, uuid, instant.nullable()]);

export function listEvents({ database }: ApiDeps): AnyRoute {
  return defineRoute({
    operationId: "listEvents",
    method: "get",
    path: "/v1/events",
    tag: "Events",
    summary: "Events, newest first",
    description: [
      "By falling `event_timestamp`. What is added while you page is on the pages where it belongs; nothing is left out or",
      "shown twice, unless an event's time is corrected meanwhile. With `as_of` the list stands still.",
      "A key that is limited to locations sees only events of those.",
    ].join("\n"),
    query,
    answers: {
      200: {
        description: "One page.",
        schema: pageSchema,
        example: { data: [exampleEvent], next_cursor: null, as_of: null },
      },
    },
    problems: { 404: ["location.not_found"], 422: ["as_of.future"] },
    async handle({ query: asked, principal }) {
      const { location_id: locationId } = asked;
      if (locationId !== undefined && !mayAccess(principal, locationId)) {
        throw locationNotFound(locationId);
      }
      const after = decodeCursor(asked.cursor, position);
      const asOfInstant =
        after !== null
          ? after[2]
          : asked.as_of === undefined
            ? null
            : (await settleAsOf(database, asked.as_of)).instant;
      // A transaction is ended after a while, whatever a question turns out to cost.
      const rows = await database.transaction((tx) =>
        listRows(tx, {
          eventType: asked.event_type,
          from: beginOf(asked.from),
          to: behind(asked.to),
          userId: asked.user_id,
          relatedId: asked.related_id,
          locationId,
          locationIds: principal.locationIds === null ? null : [...principal.locationIds],
          asOf: asOfInstant,
          after: after === null ? null : { eventTimestamp: after[0], eventId: after[1] as EventId },
          limit: asked.limit + 1,
        }),
      );
      const shown = rows.slice(0, asked.limit);
      const rest = {
        next_cursor: nextCursor(rows, asked.limit, (row: EventView) => [row.eventTimestamp, row.eventId, asOfInstant]),
        as_of: asOfInstant,
      };
      return bytes(
        200,
        pageText(
          shown.map((row) => eventText(row)),
          rest,
        ),
        "application/json",
      );
    },
  });
}
