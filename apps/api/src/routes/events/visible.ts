// Which events may a caller see? A key that is limited to locations sees the versions that name one of them, and nothing
// of the others: not even that they are there.
import type { Database } from "@almanac/db/database";
import { type EventView, findEvent } from "@almanac/db/events";
import { AppError } from "@almanac/domain/errors";
import type { EventId } from "@almanac/domain/ids";
import { mayAccess, type Principal } from "../../access/principal.ts";

export function mayRead(principal: Principal, event: EventView): boolean {
  return principal.locationIds === null || (event.locationId !== null && mayAccess(principal, event.locationId));
}

export type EventPin = Parameters<typeof findEvent>[2];

/** Throws `event.not_found`, or `version.not_found` where the event is known and that state of it is not. */
export async function visibleEvent(
  database: Database,
  principal: Principal,
  eventId: EventId,
  pin: EventPin,
): Promise<EventView> {
  const event = await findEvent(database, eventId, pin);
  if (event !== null && mayRead(principal, event)) {
    return event;
  }
  const current = pin === null || event !== null ? null : await findEvent(database, eventId, null);
  throw current !== null && mayRead(principal, current) ? noSuchVersion(eventId) : noSuchEvent(eventId);
}

export function noSuchEvent(eventId: EventId): AppError {
  return new AppError("not-found", { code: "event.not_found", detail: `There is no event ${eventId}.` });
}

function noSuchVersion(eventId: EventId): AppError {
  return new AppError("not-found", {
    code: "version.not_found",
    detail: `The event ${eventId} has no such version, or had none then.`,
  });
}
