// One event, in one version or in all; what was current at an instant is found in events and in their history.
import type { EventId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { eventColumns, type EventRow, type EventView, viewOf, withOrigin } from "./view.ts";

export { type EventCursor, type EventFilter, listEvents } from "./list.ts";
export type { EventView } from "./view.ts";

const current = `select ${eventColumns}, null::timestamptz as superseded_at
  from events e join batch b on b.batch_id = e.batch_id where e.event_id = $1`;

const superseded = (supersededAt: string) => `select ${eventColumns}, ${supersededAt} as superseded_at
  from event_history e join batch b on b.batch_id = e.batch_id join batch s on s.batch_id = e.superseded_batch_id
  where e.event_id = $1`;

/** The current version, a given one, or the one that was current at an instant; null without it. */
export async function findEvent(
  database: Queryable,
  eventId: EventId,
  pin: { version: number } | { asOf: string } | null,
): Promise<EventView | null> {
  const { rows } = await database.query<EventRow>(lookUp(eventId, pin));
  return rows[0] ? viewOf(rows[0]) : null;
}

function lookUp(eventId: EventId, pin: { version: number } | { asOf: string } | null) {
  if (pin === null) {
    return { name: "find_event", text: withOrigin(current), values: [eventId] };
  }
  if ("version" in pin) {
    return {
      name: "find_event_version",
      // As it is understood today, or was when it was superseded.
      text: withOrigin(`${current} and e.version = $2
        union all ${superseded("s.committed_at")} and e.version = $2
        order by revision desc limit 1`),
      values: [eventId, pin.version],
    };
  }
  return {
    name: "find_event_as_of",
    text: withOrigin(`${current} and b.committed_at <= $2
      union all ${superseded("null::timestamptz")} and b.committed_at <= $2 and s.committed_at > $2`),
    values: [eventId, pin.asOf],
  };
}

const below = `and (e.version, e.revision) < ($2::bigint, $3::bigint)
  order by e.version desc, e.revision desc limit $4`;

/**
 * Versions by falling number, each in all its revisions, the newest first: those below one, or all; each branch stops after
 * `limit` rows of its index.
 */
export async function listEventVersions(
  database: Queryable,
  eventId: EventId,
  page: { below?: { version: number; revision: number } | null; limit: number },
): Promise<EventView[]> {
  const { version, revision } = page.below ?? { version: "9223372036854775807", revision: 0 };
  const { rows } = await database.query<EventRow>({
    name: "list_event_versions",
    text: withOrigin(
      `(${current} ${below}) union all (${superseded("s.committed_at")} ${below})
        order by version desc, revision desc limit $4`,
      "order by version desc, revision desc",
    ),
    values: [eventId, version, revision, page.limit],
  });
  return rows.map(viewOf);
}
