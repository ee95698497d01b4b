// Where a chunk waits for its merge: a temporary table of the connection, which writes no log and is empty after each
// transaction, or, for the few events of a post, rows of one JSON parameter.
import type { PackedEvents } from "@almanac/domain/event/packed";
import type { PoolClient } from "pg";

/** The stage of a lane's connection, as a row source of the merge's statements. */
export const laneSource = "pg_temp.event_stage s";

const columns = `event_id uuid, event_type text, event_timestamp timestamptz, user_id uuid, related_id uuid, version int,
  metadata jsonb, location_id uuid, visit_date date, schema_version int, extra jsonb, received jsonb, line bigint, head boolean`;

/** The rows of a post: `parameter` is the text of `postRows`. */
export function postSource(parameter: string): string {
  return `json_to_recordset(${parameter}::json) as s (${columns})`;
}

/** Makes the connection's stage unless it has one. */
export async function openStage(client: PoolClient): Promise<void> {
  // The stage stays in the backend's own buffers: 20,000 events of 390 bytes are 9 MB.
  await client.query(`set temp_buffers to '32MB'; begin; set local client_min_messages to warning;
    create temporary table if not exists event_stage (${columns}) on commit delete rows; commit`);
}

/**
 * What the merge's statements need of the planner, until the transaction ends. Whatever it believes of the tables' sizes,
 * a chunk looks rows up one by one in the order of its keys: with a plan of its own choice it hash-joined the whole table
 * for every chunk, and a plan that was made while the table was empty would be kept.
 */
export const mergeSettings = `set local enable_hashjoin to off; set local enable_mergejoin to off;
  set local enable_seqscan to off; set local enable_bitmapscan to off; set local work_mem to '32MB'`;

/** Events as the JSON text of `postSource`; metadata goes in as it is written. */
export function postRows(events: PackedEvents, isHead: Uint8Array): string {
  const rows = Array.from({ length: events.count }, (_, place) => {
    const event = events.factsOf(place);
    const plain = JSON.stringify({
      head: isHead[place] === 1,
      line: events.lines[place],
      event_id: event.eventId,
      event_type: event.eventType,
      user_id: event.userId,
      related_id: event.relatedId,
      version: event.version,
      location_id: event.locationId,
      visit_date: event.visitDate,
      schema_version: event.schemaVersion,
      event_timestamp: instantText(event.eventTimeUs),
    });
    return `${plain.slice(0, -1)},"metadata":${event.metadata},"extra":${event.extra ?? "null"},"received":${event.received ?? "null"}}`;
  });
  return `[${rows.join(",")}]`;
}

function instantText(microseconds: number): string {
  return Temporal.Instant.fromEpochNanoseconds(BigInt(microseconds) * 1_000n).toString();
}
