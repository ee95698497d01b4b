// A key that is limited to locations may post events of those alone: each must name one of them, and must not be another
// place's event that is known already. One that is not refuses the body, as it does in every list.
import type { Database } from "@almanac/db/database";
import { readEventSchemas } from "@almanac/db/event-schemas";
import { findEvent } from "@almanac/db/events";
import { AppError, type ErrorItem } from "@almanac/domain/errors";
import type { MediaType } from "@almanac/domain/load/media";
import { type GatedEvent, gateEvents } from "@almanac/gate/events";
import { compileSchemas } from "@almanac/gate/schemas";
import type { Principal } from "../../access/principal.ts";
import { mayRead } from "./visible.ts";

export interface PostedBody {
  body: Uint8Array;
  mediaType: MediaType;
}

/** Throws 404 `location.not_found` with a pointer to each event that is not the key's. What is no event is let through. */
export async function requireOwn(database: Database, principal: Principal, posted: PostedBody): Promise<void> {
  const { locationIds } = principal;
  if (locationIds === null) {
    return;
  }
  const events = await eventsIn(database, posted);
  const foreign = events.filter(({ event }) => event.locationId === null || !locationIds.has(event.locationId));
  const taken = foreign.length > 0 ? [] : await ofOthers(database, principal, events);
  const errors = [...foreign, ...taken].map(itemOf);
  if (errors[0] !== undefined) {
    throw new AppError("not-found", { code: errors[0].code, detail: errors[0].detail, errors });
  }
}

async function eventsIn(database: Database, { body, mediaType }: PostedBody): Promise<GatedEvent[]> {
  const schemas = compileSchemas(await readEventSchemas(database));
  const events: GatedEvent[] = [];
  for await (const lines of gateEvents(whole(body), { mediaType, timeZone: null, schemas })) {
    events.push(...lines.filter((line) => "event" in line));
  }
  return events;
}

async function* whole(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

const atATime = 8;

async function ofOthers(database: Database, principal: Principal, events: readonly GatedEvent[]) {
  const found: GatedEvent[] = [];
  for (let start = 0; start < events.length; start += atATime) {
    const some = events.slice(start, start + atATime);
    const known = await Promise.all(some.map(({ event }) => findEvent(database, event.eventId, null)));
    found.push(
      ...some.filter((_event, place) => {
        const current = known[place];
        return current !== null && current !== undefined && !mayRead(principal, current);
      }),
    );
  }
  return found;
}

function itemOf({ line, event }: GatedEvent): ErrorItem {
  return {
    pointer: `/${line - 1}/location_id`,
    code: "location.not_found",
    detail:
      event.locationId === null
        ? "The key is limited to locations, and the event names none."
        : `There is no location ${event.locationId} for this event.`,
  };
}
