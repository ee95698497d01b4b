// Lines that were not taken: each with its reason and its bytes, in the order of the body.
import type { LinePlace, Reject } from "@almanac/domain/event/event";
import { eventNamedIn } from "@almanac/domain/event/named-event";
import { parseUuid } from "@almanac/domain/event/uuid";
import type { LoadId } from "@almanac/domain/ids";
import type { Queryable, Tx } from "../database.ts";

/** A line to keep as a reject. */
export interface RejectRow extends LinePlace {
  reject: Reject;
  /** The line as received, where the database takes it as text. */
  raw: string | null;
  /** The same bytes, where it does not. */
  rawBytes: Uint8Array | null;
  /** What the line has for an event_id, where that is known; else the text may say. */
  eventId?: string | null;
}

/** A reject as it is read. */
export interface RejectView extends LinePlace {
  code: string;
  pointer: string;
  detail: string;
  raw: string | null;
  rawBytes: Buffer | null;
  /** The replay that took the load's rejects again, all of them. */
  replayedBy: LoadId | null;
}

/**
 * Writes rejects of a load; a line is one once. What is there already was written by somebody who has taken the load over:
 * the fence at the end of the chunk says so.
 */
export async function writeRejects(tx: Tx, loadId: LoadId, rejects: readonly RejectRow[]): Promise<void> {
  if (rejects.length === 0) {
    return;
  }
  await tx.query({
    name: "write_rejects",
    text: `insert into reject (load_id, line, code, pointer, detail, raw, raw_bytes, byte_offset, byte_length,
        event_id)
      select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bigint[],
        $9::bigint[], $10::uuid[])
      on conflict (load_id, line) do nothing`,
    values: [
      loadId,
      rejects.map((row) => row.line),
      rejects.map((row) => row.reject.code),
      rejects.map((row) => row.reject.pointer),
      rejects.map((row) => row.reject.detail),
      rejects.map((row) => row.raw),
      rejects.map((row) => (row.rawBytes === null ? null : Buffer.from(row.rawBytes))),
      rejects.map((row) => row.byteOffset),
      rejects.map((row) => row.byteLength),
      rejects.map(eventOf),
    ],
  });
}

function eventOf({ eventId, raw, rawBytes }: RejectRow): string | null {
  if (typeof eventId === "string") return parseUuid(eventId);
  return eventNamedIn(raw ?? (rawBytes === null ? "" : latin(rawBytes)));
}

/** Ids are ASCII, whatever else is in the line. */
function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** In the order of lines; `after` is the last line of the page before. */
export async function listRejects(
  database: Queryable,
  loadId: LoadId,
  page: { after?: number | null; limit: number },
): Promise<RejectView[]> {
  const { rows } = await database.query<{
    line: number;
    code: string;
    pointer: string;
    detail: string;
    raw: string | null;
    raw_bytes: Buffer | null;
    byte_offset: number | null;
    byte_length: number | null;
    replayed_by: LoadId | null;
  }>({
    name: "list_rejects",
    text: `select line::float8 as line, code, pointer, detail, raw, raw_bytes, byte_offset::float8 as byte_offset,
        byte_length::float8 as byte_length,
        (select load_id from load where replay_of = $1 and replay_only = 'rejects') as replayed_by
      from reject where load_id = $1 and line > $2 order by line limit $3`,
    values: [loadId, page.after ?? 0, page.limit],
  });
  return rows.map((row) => ({
    line: row.line,
    code: row.code,
    pointer: row.pointer,
    detail: row.detail,
    raw: row.raw,
    rawBytes: row.raw_bytes,
    byteOffset: row.byte_offset,
    byteLength: row.byte_length,
    replayedBy: row.replayed_by,
  }));
}

const linesAPage = 10_000;

/** The lines of rejects, rising. Pages of lines, so that a load of rejects alone needs no memory. */
export async function* readRejectedLines(database: Queryable, loadId: LoadId): AsyncGenerator<readonly number[]> {
  for (let after = 0; ;) {
    const { rows } = await database.query<{ line: number }>({
      name: "read_rejected_lines",
      text: `select line::float8 as line from reject
        where load_id = $1 and line > $2 order by line limit ${linesAPage}`,
      values: [loadId, after],
    });
    if (rows.length === 0) {
      return;
    }
    yield rows.map((row) => row.line);
    after = rows.at(-1)!.line;
  }
}
