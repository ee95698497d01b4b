// What changed between two versions of an event, as an RFC 6902 patch of what was received: not of what we noted about it.
import type { EventView } from "@almanac/db/events";
import { parseExact, writeExact } from "@almanac/domain/schema/exact-json";
import { createPatch, type Operation } from "rfc6902";

// Comparing two lists compares every element of one with every element of the other, and so on inside them: 20 kB of
// lists in lists took four seconds. So much text is compared for a patch; lists beyond that are replaced as a whole.
const mostCompared = 500_000;

/** JSON text of the patch from `before` to `after`; `null` where there is nothing before. */
export function patchText(before: EventView | undefined, after: EventView): string {
  if (before === undefined) {
    return "null";
  }
  let left = mostCompared;
  const operations = createPatch(contentOf(before), contentOf(after), (from: unknown, to: unknown, pointer) => {
    if (!Array.isArray(from) || !Array.isArray(to)) {
      return undefined;
    }
    const [was, is] = [writeExact(from), writeExact(to)];
    if (was === is) {
      return [];
    }
    left -= was.length * to.length + is.length * from.length;
    return left < 0 ? [{ op: "replace", path: pointer.toString(), value: to } satisfies Operation] : undefined;
  });
  return writeExact(operations);
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
    metadata: parseExact(event.metadata),
    extra: event.extra === null ? null : parseExact(event.extra),
  };
}
