// GET /v1/events/{event_id}/versions: every version that was received and every interpretation of it, each with what it changed.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "@almanac/db/database";
import { type EventView, listEventVersions as listRows } from "@almanac/db/events";
import type { EventId } from "@almanac/domain/ids";
import { z } from "@hono/zod-openapi";
import type { Principal } from "../../access/principal.ts";
import { eventSchema, eventText, exampleEvent, pageText } from "../../event/json.ts";
import { patchText } from "../../event/patch.ts";
import { bytes } from "../../http/answer.ts";
import { cursor, limit } from "../../http/fields.ts";
import { decodeCursor, encodeCursor, pageOf } from "../../http/pagination.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";
import { pinsSchema, presentPins, snapshot } from "../../snapshot/asked.ts";
import { cachingOf, type EventReadDeps, eventPinOf } from "../../snapshot/event-pin.ts";
import { eventPath } from "./fields.ts";
import { mayRead, visibleEvent } from "./visible.ts";

const operation = z
  .object({
    op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
    path: z.string(),
    from: z.string().optional(),
    value: z.unknown().optional(),
  })
  .openapi("PatchOperation");

const versionSchema = eventSchema
  .extend({
    patch: z.array(operation).nullable().openapi({
      description:
        "RFC 6902, from the next lower revision, or else version, to this one: of `event_type`, `event_timestamp`, `user_id`, `related_id`, `location_id`, `visit_date`, `metadata` and `extra`. Null where nothing is lower.",
    }),
  })
  .openapi("EventVersion");

const pageSchema = pageOf(versionSchema)
  .extend({ snapshot: pinsSchema.optional().openapi({ description: "The snapshot, when one was asked for." }) })
  .openapi("EventVersionPage");

export function listEventVersions(deps: EventReadDeps): AnyRoute {
  const { database } = deps;
  return defineRoute({
    operationId: "listEventVersions",
    method: "get",
    path: "/v1/events/{event_id}/versions",
    tag: "Events",
    summary: "All versions of an event, highest first",
    description:
      "A version that reprocess runs have changed is there in all its revisions, the newest first, each with its `run_id`. Pages are shorter where versions are long.",
    params: eventPath,
    query: z.object({ snapshot, limit, cursor }),
    answers: {
      200: {
        description: "One page, current and late ones alike.",
        schema: pageSchema,
        example: {
          data: [
            { ...exampleEvent, patch: [{ op: "replace" as const, path: "/metadata/article_price", value: 24.5 }] },
          ],
          next_cursor: null,
        },
      },
    },
    problems: { 404: ["event.not_found", "version.not_found", "snapshot.not_found"] },
    async handle({ params, query, principal }) {
      const below = decodeCursor(query.cursor, z.object({ version: place, revision: place }));
      const pin = await eventPinOf(deps, query);
      const rows = visibleVersions(database, principal, params.event_id, below);
      const { items, next } = await onePage(pin === null ? rows : knownBy(pin.asOf, rows), query.limit);
      if (
        items.length === 0 &&
        (pin !== null || below === null || !(await isAny(database, principal, params.event_id)))
      ) {
        // Tells an event that there is not from one that was not known then.
        await visibleEvent(database, principal, params.event_id, pin);
      }
      const rest = { next_cursor: next, ...(pin?.snapshot == null ? {} : { snapshot: presentPins(pin.snapshot) }) };
      return bytes(200, pageText(items, rest), "application/json", { headers: cachingOf(pin) });
    },
  });
}

const place = z.int().min(1).max(2_147_483_647);

// A version may have a mebibyte: few are read at a time, and a page of long ones ends early.
const atATime = 8;
const mostPageBytes = 8 * 1_048_576;

interface Place {
  version: number;
  revision: number;
}

const placeOf = ({ version, revision }: Place): Place => ({ version, revision });

/** By falling number, as far as they are asked for. */
async function* visibleVersions(
  database: Database,
  principal: Principal,
  eventId: EventId,
  start: Place | null,
): AsyncGenerator<EventView> {
  for (let below = start; ;) {
    const rows = await listRows(database, eventId, { below, limit: atATime });
    yield* rows.filter((event) => mayRead(principal, event));
    if (rows.length < atATime) {
      return;
    }
    below = placeOf(rows.at(-1)!);
  }
}

/** What was known at an instant (microseconds, as the views have them): nothing that came later, not even an end. */
async function* knownBy(asOf: string, versions: AsyncIterable<EventView>): AsyncGenerator<EventView> {
  for await (const version of versions) {
    if (version.recordedAt > asOf) continue;
    const { supersededAt } = version;
    yield supersededAt !== null && supersededAt > asOf ? { ...version, supersededAt: null } : version;
  }
}

async function isAny(database: Database, principal: Principal, eventId: EventId): Promise<boolean> {
  const { done } = await visibleVersions(database, principal, eventId, null).next();
  return done !== true;
}

/** The texts of a page, each with its patch from the version that follows it. */
async function onePage(versions: AsyncIterable<EventView>, limit: number) {
  const items: string[] = [];
  let size = 0;
  let last: EventView | null = null;
  for await (const event of versions) {
    if (last !== null) {
      const text = eventText(last, { patch: patchText(event, last) });
      // A patch may cost a tenth of a second; others get their turn between two.
      await nextTurn();
      items.push(text);
      size += text.length;
      if (items.length === limit || size >= mostPageBytes) {
        return { items, next: encodeCursor(placeOf(last)) };
      }
    }
    last = event;
  }
  if (last !== null) items.push(eventText(last, { patch: patchText(undefined, last) }));
  return { items, next: null };
}
