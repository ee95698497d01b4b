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
  /** The first later line that brought a version of the same event; null where none has, or the line names no event. */
  mendedBy: { loadId: LoadId; line: number; version: number } | null;
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

// A later line: of a later load, or further down in the same one. Reprocessing brings no version, hence the first revision.
const mendedBy = `left join lateral (
    select l.load_id as mended_load_id, e.line::float8 as mended_line, e.version as mended_version
    from (
      select version, batch_id, line from events where event_id = r.event_id and revision = 1
      union all
      select version, batch_id, line from event_history where event_id = r.event_id and revision = 1
    ) e
    join batch b on b.batch_id = e.batch_id join load l on l.load_id = b.load_id
    where r.event_id is not null and (l.load_no > own.load_no or (l.load_no = own.load_no and e.line > r.line))
    order by l.load_no, e.line limit 1
  ) m on true`;

/** In the order of lines; `after` is the last line of the page before. `code` and `pointer` keep those with that reason. */
export async function listRejects(
  database: Queryable,
  loadId: LoadId,
  page: { after?: number | null; limit: number; code?: string | null; pointer?: string | null },
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
    mended_load_id: LoadId | null;
    mended_line: number;
    mended_version: number;
  }>({
    // Without a name: a plan for any load reads and sorts all rejects of a large one for each page (40 ms instead of 1 with 200,000).
    text: `select r.line::float8 as line, r.code, r.pointer, r.detail, r.raw, r.raw_bytes,
        r.byte_offset::float8 as byte_offset, r.byte_length::float8 as byte_length,
        (select load_id from load where replay_of = $1 and replay_only = 'rejects') as replayed_by,
        m.mended_load_id, m.mended_line, m.mended_version
      from (
        select * from reject where load_id = $1 and line > $2 and ($4::text is null or code = $4)
          and ($5::text is null or pointer = $5)
        order by line limit $3
      ) r join load own on own.load_id = r.load_id ${mendedBy} order by r.line`,
    values: [loadId, page.after ?? 0, page.limit, page.code ?? null, page.pointer ?? null],
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
    mendedBy:
      row.mended_load_id === null
        ? null
        : { loadId: row.mended_load_id, line: row.mended_line, version: row.mended_version },
  }));
}

/** Rejects of one reason at one place. */
export interface RejectGroup {
  code: string;
  pointer: string;
  count: number;
  firstLine: number;
  lastLine: number;
}

/** The largest first. Reads every reject of the load once. */
export async function groupRejects(database: Queryable, loadId: LoadId, limit: number): Promise<RejectGroup[]> {
  const { rows } = await database.query<{
    code: string;
    pointer: string;
    count: number;
    first_line: number;
    last_line: number;
  }>({
    text: `select code, pointer, count(*)::int as count, min(line)::float8 as first_line, max(line)::float8 as last_line
      from reject where load_id = $1 group by code, pointer order by count desc, first_line limit $2`,
    values: [loadId, limit],
  });
  return rows.map(({ first_line: firstLine, last_line: lastLine, ...row }) => ({ ...row, firstLine, lastLine }));
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
