// What changed between two versions of an event, as an RFC 6902 patch of what was received: not of what we noted about it.
import type { EventView } from "@almanac/db/events";
import { createPatch, type Operation } from "rfc6902";
import { parseExactly, stringifyExactly } from "./exact-json.ts";

// Comparing lists takes their lengths' product: what is longer is replaced as a whole.
const mostCells = 10_000;

/** JSON text of the patch from `before` to `after`; `null` where there is nothing before. */
export function patchText(before: EventView | undefined, after: EventView): string {
  if (before === undefined) {
    return "null";
  }
  const operations = createPatch(contentOf(before), contentOf(after), (from: unknown, to: unknown, pointer) =>
    Array.isArray(from) && Array.isArray(to) && from.length * to.length > mostCells
      ? replacement(from, to, pointer.toString())
      : undefined,
  );
  return stringifyExactly(operations);
}

function replacement(from: unknown[], to: unknown[], path: string): Operation[] {
  return stringifyExactly(from) === stringifyExactly(to) ? [] : [{ op: "replace", path, value: to }];
}

/** What the sender said. The order of keys is the database's, so equal content is equal text. */
function contentOf(event: EventView) {
  return {
    event_type: event.eventType,
    event_timestamp: event.eventTimestamp,
    user_id: event.userId,
    related_id: event.relatedId,
    location_id: event.locationId,
    visit_date: event.visitDate,
    metadata: parseExactly(event.metadata),
    extra: event.extra === null ? null : parseExactly(event.extra),
  };
}
