// GET /v1/events: events by what they say, newest first, as they are or as they were.
import type { Database } from "@almanac/db/database";
import { type EventCursor, type EventFilter, type EventView, listEvents as listRows } from "@almanac/db/events";
import type { EventId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import { locationNotFound, mayAccess } from "../../access/principal.ts";
import { eventSchema, eventText, exampleEvent, pageText } from "../../event/json.ts";
import { bytes } from "../../http/answer.ts";
import { cursor, limit, uuid } from "../../http/fields.ts";
import { decodeCursor, encodeCursor, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { checkOneState, pinsSchema, presentPins, snapshot, snapshotProblems } from "../../snapshot/asked.ts";
import { askedByCursor, cachingOf, type EventReadDeps, eventPinOf, pinInCursor } from "../../snapshot/event-pin.ts";
import { asOf, beginOf, behind, moment, toldInstant } from "./fields.ts";

const query = z
  .object({
    event_type: z.string().min(1).max(200).optional().openapi({ example: "PaymentSuccessful" }),
    from: moment("First instant of `event_timestamp`, or day in UTC; inclusive."),
    to: moment("Last instant, or day in UTC; inclusive."),
    user_id: uuid.optional(),
    related_id: uuid.optional(),
    location_id: uuid.optional(),
    as_of: asOf,
    snapshot,
    limit,
    cursor,
  })
  .superRefine(checkOneState);

const pageSchema = pageOf(eventSchema)
  .extend({
    as_of: z.string().nullable().openapi({
      format: "date-time",
      description: "The instant that was used; the pages behind a cursor keep to it.",
    }),
    snapshot: pinsSchema.nullable().openapi({ description: "The snapshot, when one was asked for." }),
  })
  .openapi("EventPage");

/** Behind which event the page begins, and as of when, or of which snapshot, the list is. */
const position = z.tuple([toldInstant, uuid, z.union([toldInstant, uuid]).nullable()]);

export function listEvents(deps: EventReadDeps): AnyRoute {
  const { database } = deps;
  return defineRoute({
    operationId: "listEvents",
    method: "get",
    path: "/v1/events",
    tag: "Events",
    summary: "Events, newest first",
    description: [
      "By falling `event_timestamp`. What is added while you page is on the pages where it belongs; nothing is left out or",
      "shown twice, unless an event's time is corrected meanwhile. With `as_of` or `snapshot` the list stands still.",
      "A key that is limited to locations sees only events of those. Pages are shorter where events are long.",
    ].join("\n"),
    query,
    answers: {
      200: {
        description: "One page.",
        schema: pageSchema,
        example: { data: [exampleEvent], next_cursor: null, as_of: null, snapshot: null },
      },
    },
    problems: {
      404: ["location.not_found", ...snapshotProblems[404]],
      422: ["as_of.future", ...snapshotProblems[422]],
    },
    async handle({ query: asked, principal }) {
      const { location_id: locationId } = asked;
      if (locationId !== undefined && !mayAccess(principal, locationId)) {
        throw locationNotFound(locationId);
      }
      const after = decodeCursor(asked.cursor, position);
      const pin = await eventPinOf(deps, after === null ? asked : askedByCursor(asked, after[2]));
      const filter = {
        eventType: asked.event_type,
        from: beginOf(asked.from),
        to: behind(asked.to),
        userId: asked.user_id,
        relatedId: asked.related_id,
        locationId,
        locationIds: principal.locationIds === null ? null : [...principal.locationIds],
        asOf: pin?.asOf ?? null,
      };
      const start = after === null ? null : { eventTimestamp: after[0], eventId: after[1] as EventId };
      const { rows, isMore } = await readPage(database, filter, start, asked.limit);
      const last = rows.at(-1);
      const next = isMore && last !== undefined ? [last.eventTimestamp, last.eventId, pinInCursor(pin)] : null;
      const items = rows.map((row) => eventText(row));
      const rest = {
        next_cursor: next === null ? null : encodeCursor(next),
        as_of: pin?.asOf ?? null,
        snapshot: pin?.snapshot == null ? null : presentPins(pin.snapshot),
      };
      return bytes(200, pageText(items, rest), "application/json", { headers: cachingOf(pin) });
    },
  });
}

// An event may have a mebibyte: a page ends early rather than fill the memory.
const atATime = 100;
const mostPageBytes = 8 * 1_048_576;

async function readPage(
  database: Database,
  filter: Omit<EventFilter, "after" | "limit">,
  start: EventCursor | null,
  limit: number,
): Promise<{ rows: EventView[]; isMore: boolean }> {
  // A transaction is ended after a while, whatever a question turns out to cost.
  return database.transaction(async (tx) => {
    const rows: EventView[] = [];
    let size = 0;
    for (let after = start; ;) {
      const wanted = Math.min(limit - rows.length, atATime);
      const some = await listRows(tx, { ...filter, after, limit: wanted + 1 });
      rows.push(...some.slice(0, wanted));
      size += some.reduce((sum, { metadata, extra }) => sum + metadata.length + (extra?.length ?? 0), 0);
      const isMore = some.length > wanted;
      if (!isMore || rows.length >= limit || size >= mostPageBytes) {
        return { rows, isMore };
      }
      after = rows.at(-1) ?? null;
    }
  });
}
