// Where a chunk waits for its merge: a temporary table of the connection, which writes no log and is empty after each
// transaction, or, for the few events of a post, rows of one JSON parameter.
import { once } from "node:events";
import type { EventFacts } from "@almanac/domain/event/event";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { GatedEventLike } from "./chunk.ts";
import { CopyBuffers, copyTrailer, encodeRows } from "./copy.ts";

/** The stage of a lane's connection, as a row source of the merge's statements. */
export const laneSource = "pg_temp.event_stage s";

const columns = `head boolean, line bigint, event_id uuid, event_type text, event_timestamp timestamptz, user_id uuid,
  related_id uuid, version int, metadata jsonb, location_id uuid, visit_date date, schema_version int, extra jsonb`;

/** The rows of a post: `parameter` is the text of `postRows`. */
export function postSource(parameter: string): string {
  return `json_to_recordset(${parameter}::json) as s (${columns})`;
}

/** Makes the connection's stage unless it has one. */
export async function openStage(client: PoolClient): Promise<void> {
  // The stage stays in the backend's own buffers: 20,000 events of 390 bytes are 9 MB.
  await client.query(`set client_min_messages to warning; set temp_buffers to '32MB';
    create temporary table if not exists event_stage (${columns}) on commit delete rows`);
}

/**
 * What the merge's statements need of the planner, until the transaction ends. Whatever it believes of the tables' sizes,
 * a chunk looks rows up one by one in the order of its keys: with a plan of its own choice it hash-joined the whole table
 * for every chunk, and a plan that was made while the table was empty would be kept.
 */
export const mergeSettings = `set local enable_hashjoin to off; set local enable_mergejoin to off;
  set local enable_seqscan to off; set local enable_bitmapscan to off; set local work_mem to '32MB'`;

/** Copies events into the stage; `reached` is awaited in the middle and at the end. */
export async function fillStage(
  client: PoolClient,
  buffers: CopyBuffers,
  events: readonly GatedEventLike[],
  isHead: Uint8Array,
  reached?: (point: "copy-half" | "copy-end") => void | Promise<void>,
): Promise<void> {
  buffers.rewind();
  const stream = client.query(copyFrom("copy pg_temp.event_stage from stdin (format binary)"));
  const failure = Promise.withResolvers<never>();
  // Whoever awaits below learns of it; without an awaiter it must not end the process.
  failure.promise.catch(() => undefined);
  stream.on("error", failure.reject);
  const row = { line: 0, isHead: false, event: undefined as unknown as EventFacts };
  let half = events.length >> 1;
  try {
    for (const piece of encodeRows(buffers, events.length, (place) => {
      const gated = events[place]!;
      row.line = gated.line;
      row.isHead = isHead[place] === 1;
      row.event = gated.event;
      return row;
    })) {
      if (!stream.write(piece)) {
        await Promise.race([once(stream, "drain"), failure.promise]);
      }
      if (half >= 0 && reached) {
        half = -1;
        await reached("copy-half");
      }
    }
    const finished = once(stream, "finish");
    stream.end(copyTrailer);
    await Promise.race([finished, failure.promise]);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  await reached?.("copy-end");
}

/** Events as the JSON text of `postSource`; metadata goes in as it was received. */
export function postRows(events: readonly GatedEventLike[], isHead: Uint8Array): string {
  const rows = events.map(({ line, event }, place) => {
    const plain = JSON.stringify({
      head: isHead[place] === 1,
      line,
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
    return `${plain.slice(0, -1)},"metadata":${event.metadata},"extra":${event.extra ?? "null"}}`;
  });
  return `[${rows.join(",")}]`;
}

function instantText(microseconds: number): string {
  return Temporal.Instant.fromEpochNanoseconds(BigInt(microseconds) * 1_000n).toString();
}
