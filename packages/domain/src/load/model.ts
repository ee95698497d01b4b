// What must a load come to? The merge rules line by line, without chunks, lanes or a database: the specification that the
// set-based merge is compared with.
import type { EventFacts, EventOutcome, OutcomeCounts } from "../event/event.ts";

/** Every known version of every event; the highest of an event is its current one. */
export type EventVersions = Map<string, Map<number, EventFacts>>;

/** Takes one line and says what it came to: the highest version is current, the first content of a version stays. */
export function takeEvent(versions: EventVersions, event: EventFacts): Exclude<EventOutcome, "rejected"> {
  const known = versions.get(event.eventId);
  if (!known) {
    versions.set(event.eventId, new Map([[event.version, event]]));
    return "inserted";
  }
  const twin = known.get(event.version);
  if (twin) {
    return isSameContent(twin, event) ? "duplicate" : "conflict";
  }
  const isNewest = event.version > Math.max(...known.keys());
  known.set(event.version, event);
  return isNewest ? "updated" : "stale";
}

/** Takes lines in their order and counts what they came to. */
export function takeEvents(versions: EventVersions, events: readonly EventFacts[]): OutcomeCounts {
  const counts: OutcomeCounts = { inserted: 0, updated: 0, duplicate: 0, stale: 0, conflict: 0, rejected: 0 };
  for (const event of events) counts[takeEvent(versions, event)] += 1;
  return counts;
}

/** True when two lines of one version say the same, whatever the order of keys, their schema and what it filled in. */
function isSameContent(one: EventFacts, other: EventFacts): boolean {
  return (
    one.eventType === other.eventType &&
    one.eventTimeUs === other.eventTimeUs &&
    one.userId === other.userId &&
    one.relatedId === other.relatedId &&
    one.locationId === other.locationId &&
    one.visitDate === other.visitDate &&
    isSameJson(one.received ?? one.metadata, other.received ?? other.metadata) &&
    isSameJson(one.extra ?? "null", other.extra ?? "null")
  );
}

function isSameJson(one: string, other: string): boolean {
  return one === other || sorted(JSON.parse(one)) === sorted(JSON.parse(other));
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
