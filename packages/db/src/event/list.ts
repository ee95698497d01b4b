// Events by filter, newest first, now or as of an instant. A page costs what it shows: every branch reads an index in the
// order of the page and stops after `limit` rows.
import type { EventId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { eventColumns, type EventRow, type EventView, viewOf, withOrigin } from "./view.ts";

/** Where the next page begins: behind this event. */
export interface EventCursor {
  eventTimestamp: string;
  eventId: EventId;
}

export interface EventFilter {
  eventType?: string | null;
  /** Instants; `from` is inclusive, `to` is not. */
  from?: string | null;
  to?: string | null;
  userId?: string | null;
  relatedId?: string | null;
  locationId?: string | null;
  /** A key's limit: events of other locations, or of none, are not shown. */
  locationIds?: readonly string[] | null;
  /** What was current then; the caller settles the history first (history.ts). */
  asOf?: string | null;
  after?: EventCursor | null;
  limit: number;
}

/** By falling (event_timestamp, event_id). */
export async function listEvents(database: Queryable, filter: EventFilter): Promise<EventView[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const wanted = conditions(filter, bind);
  const asOf = filter.asOf == null ? null : bind(filter.asOf);
  const limit = bind(filter.limit);
  const page = (from: string, where: readonly string[]) =>
    `(select ${eventColumns}, null::timestamptz as superseded_at from ${from} where ${where.join(" and ") || "true"}
      order by e.event_timestamp desc, e.event_id desc limit ${limit})`;
  const ofEvents = "events e join batch b on b.batch_id = e.batch_id";
  const ofHistory = `event_history e join batch b on b.batch_id = e.batch_id
    join batch s on s.batch_id = e.superseded_batch_id`;
  const text =
    asOf === null
      ? page(ofEvents, wanted)
      : `${page(ofEvents, [...wanted, `b.committed_at <= ${asOf}`])} union all ${page(ofHistory, [
          ...wanted,
          `b.committed_at <= ${asOf}`,
          `s.committed_at > ${asOf}`,
          ...(await earliestAfter(database, filter.asOf!)).map(
            (batchId) => `e.superseded_batch_id >= ${bind(batchId)}`,
          ),
        ])} order by event_timestamp desc, event_id desc limit ${limit}`;
  const { rows } = await database.query<EventRow>(
    withOrigin(text, "order by event_timestamp desc, event_id desc"),
    values,
  );
  return rows.map(viewOf);
}

/** The conditions that are asked for, and no others: a plan is made for each page, and a null test would hide an index. */
function conditions(filter: EventFilter, bind: (value: unknown) => string): string[] {
  const wanted: string[] = [];
  if (filter.eventType != null) wanted.push(`e.event_type = ${bind(filter.eventType)}`);
  if (filter.from != null) wanted.push(`e.event_timestamp >= ${bind(filter.from)}`);
  if (filter.to != null) wanted.push(`e.event_timestamp < ${bind(filter.to)}`);
  if (filter.userId != null) wanted.push(`e.user_id = ${bind(filter.userId)}`);
  if (filter.relatedId != null) wanted.push(`e.related_id = ${bind(filter.relatedId)}`);
  if (filter.locationId != null) wanted.push(`e.location_id = ${bind(filter.locationId)}`);
  if (filter.locationIds != null) wanted.push(`e.location_id = any(${bind(filter.locationIds)}::uuid[])`);
  if (filter.after != null) {
    const { eventTimestamp, eventId } = filter.after;
    wanted.push(`(e.event_timestamp, e.event_id) < (${bind(eventTimestamp)}::timestamptz, ${bind(eventId)}::uuid)`);
  }
  return wanted;
}

// Above so many batches since the instant the look-up itself would cost more than it saves.
const mostBatches = 10_000;

/**
 * The lowest number of the batches that committed after an instant, where they are few (one element) or none (a number
 * that no row reaches); empty where they are many. With it an as-of of lately does not walk through all of the history of
 * the days it shows: what was superseded before has a lower number. Exact, although numbers are no order.
 */
async function earliestAfter(database: Queryable, asOf: string): Promise<string[]> {
  const { rows } = await database.query<{ count: number; lowest: string | null }>({
    name: "earliest_batch_after",
    text: `select count(*)::int as count, min(batch_id)::text as lowest
      from (select batch_id from batch where committed_at > $1 order by committed_at limit ${mostBatches + 1}) later`,
    values: [asOf],
  });
  const { count, lowest } = rows[0]!;
  return count > mostBatches ? [] : [lowest ?? "9223372036854775807"];
}
