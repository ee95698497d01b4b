// What became of a refused line? Each load that took it again, and what that came to.
import type { EventId, LoadId } from "@almanac/domain/ids";
import type { Queryable } from "../database.ts";
import { instantOf } from "../instants.ts";
import type { RejectView } from "../load/rejects.ts";

/** A reject by itself. */
export interface SingleReject extends Omit<RejectView, "replayedBy" | "mendedBy"> {
  loadId: LoadId;
  /** The event that the line names, as far as it names one. */
  eventId: EventId | null;
}

export async function findReject(database: Queryable, loadId: LoadId, line: number): Promise<SingleReject | null> {
  const { rows } = await database.query<{
    line: number;
    code: string;
    pointer: string;
    detail: string;
    raw: string | null;
    raw_bytes: Buffer | null;
    byte_offset: number | null;
    byte_length: number | null;
    event_id: EventId | null;
  }>({
    name: "find_reject",
    text: `select line::float8 as line, code, pointer, detail, raw, raw_bytes, byte_offset::float8 as byte_offset,
        byte_length::float8 as byte_length, event_id
      from reject where load_id = $1 and line = $2`,
    values: [loadId, line],
  });
  const row = rows[0];
  return row === undefined
    ? null
    : {
        loadId,
        line: row.line,
        code: row.code,
        pointer: row.pointer,
        detail: row.detail,
        raw: row.raw,
        rawBytes: row.raw_bytes,
        byteOffset: row.byte_offset,
        byteLength: row.byte_length,
        eventId: row.event_id,
      };
}

/**
 * What a line came to when it was taken again: `pending` while that load runs, `rejected` once more, `written` as a version
 * of its event, `known` where that very content was there already (or where nobody can say which event it is).
 */
export interface Retaking {
  loadId: LoadId;
  replayOf: LoadId;
  requestedBy: string;
  requestedAt: string;
  outcome: "pending" | "rejected" | "written" | "known";
  code: string | null;
  version: number | null;
}

/** The replays that took a line of a load again, and theirs, in the order in which they were asked for. */
export async function readRetakings(database: Queryable, loadId: LoadId, line: number): Promise<Retaking[]> {
  const { rows } = await database.query<{
    load_id: LoadId;
    replay_of: LoadId;
    requested_by: string;
    requested_at: string;
    outcome: Retaking["outcome"];
    code: string | null;
    version: number | null;
  }>(
    `with recursive again as (
       select load_id, null::uuid as replay_of, 0::bigint as load_no from load where load_id = $1
       union all
       select l.load_id, l.replay_of, l.load_no from again a join load l on l.replay_of = a.load_id
       where l.replay_only = 'all' or exists (select from reject r where r.load_id = a.load_id and r.line = $2)
     )
     select l.load_id, l.replay_of, l.requested_by, l.requested_at, r.code, w.version, case
         when r.code is not null then 'rejected'
         when w.version is not null then 'written'
         when l.status in ('queued', 'running', 'failed') then 'pending'
         else 'known'
       end as outcome
     from again a join load l on l.load_id = a.load_id
     left join reject r on r.load_id = a.load_id and r.line = $2
     left join (
       select b.load_id, e.version from reject first join lateral (
         select version, batch_id, line from events where event_id = first.event_id and revision = 1
         union all
         select version, batch_id, line from event_history where event_id = first.event_id and revision = 1
       ) e on e.line = first.line join batch b on b.batch_id = e.batch_id
       where first.load_id = $1 and first.line = $2
     ) w on w.load_id = a.load_id
     where a.replay_of is not null order by a.load_no`,
    [loadId, line],
  );
  return rows.map((row) => ({
    loadId: row.load_id,
    replayOf: row.replay_of,
    requestedBy: row.requested_by,
    requestedAt: instantOf(row.requested_at),
    outcome: row.outcome,
    code: row.code,
    version: row.version,
  }));
}
