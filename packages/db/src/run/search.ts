// Everything that was asked to run, as one list: syncs, loads, reprocess runs. Our own tables never forget, the queue does.
// Ids are UUIDs of version 7, so the order of ids is the order of time, and each table's primary key has it.
import type { Queryable } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";

export const workKinds = ["sync", "load", "feed", "replay", "post", "reprocess"] as const;
/** `feed`: a load of members; `replay`: one that takes another's bytes again; `post`: events within one call. */
export type WorkKind = (typeof workKinds)[number];

export interface WorkView {
  kind: WorkKind;
  id: string;
  status: string;
  requestedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  requestedBy: string;
  title: string;
  detail: string;
  counts: Record<string, number>;
  error: { code: string; detail: string } | null;
}

export interface WorkSearch {
  kinds: readonly WorkKind[];
  statuses: readonly string[] | null;
  /** Ids from `least` to `most`, both included. */
  ids: { least: string; most: string } | null;
  /** In lower case; in the title, the detail, the error or the actor. */
  text: string | null;
  /** RFC 3339; `from` is included, `to` is not. */
  from: string | null;
  to: string | null;
  /** The id that the page before ended with. */
  before: string | null;
  limit: number;
}

/** `nextBefore`: where the next page goes on; null at the end. A page may be short, or empty, before the end. */
export interface WorkPage {
  rows: WorkView[];
  nextBefore: string | null;
}

/** How many rows of each table one page looks at. */
export const mostScanned = 2_000;

interface WorkRow {
  floor: string | null;
  scanned: number;
  kind: WorkKind;
  id: string | null;
  status: string;
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
  requested_by: string;
  title: string;
  detail: string;
  counts: Record<string, number>;
  error_code: string | null;
  error_detail: string | null;
}

// Counts are json, not jsonb: their order is the one to read them in.
const sources = {
  sync: {
    kinds: ["sync"],
    id: "sync_id",
    rows: `select 'sync' as kind, s.sync_id as id, s.status, s.requested_at, null::timestamptz as started_at, s.finished_at,
        s.requested_by, s.total || case s.total when 1 then ' location' else ' locations' end as title,
        'Asked for by ' || s.trigger || ' from ' || s.source || ', ' ||
          (select case when count(*) > 2 and max(y) - min(y) = count(*) - 1 then 'years ' || min(y) || ' to ' || max(y)
             else 'years ' || string_agg(y::text, ', ' order by y) end from unnest(s.years) as y) as detail,
        json_build_object('total', s.total, 'changed', s.changed, 'unchanged', s.unchanged, 'failed', s.failed,
          'quarantined', s.quarantined) as counts, f.code as error_code, f.detail as error_detail
      from looked s left join lateral (
        select code, detail from sync_failure where sync_no = s.sync_no order by location_id limit 1
      ) f on s.failed + s.quarantined > 0`,
    table: "sync",
  },
  load: {
    kinds: ["load", "feed", "replay", "post"],
    id: "load_id",
    rows: `select case when l.channel in ('post', 'replay') then l.channel when l.dataset = 'events' then 'load' else 'feed'
        end as kind, l.load_id as id, l.status, l.requested_at, l.started_at, l.finished_at, l.requested_by,
        coalesce(l.file_name, l.dataset) as title,
        l.dataset || ' by ' || l.channel || ', ' || l.media_type as detail,
        (select json_build_object('total', coalesce(sum(n.total), 0), 'inserted', coalesce(sum(n.inserted), 0),
           'updated', coalesce(sum(n.updated), 0), 'duplicate', coalesce(sum(n.duplicate), 0),
           'stale', coalesce(sum(n.stale), 0), 'conflict', coalesce(sum(n.conflict), 0),
           'rejected', coalesce(sum(n.rejected), 0)) from load_lane n where n.load_id = l.load_id) as counts,
        l.error_code, l.error_detail
      from looked l`,
    table: "load",
  },
  reprocess: {
    kinds: ["reprocess"],
    id: "run_id",
    rows: `select 'reprocess' as kind, r.run_id as id, r.status, r.requested_at, r.started_at, r.finished_at, r.requested_by,
        r.event_type as title,
        r.mode || ' of ' || r.selection || ' events, asked for by ' || r.trigger || coalesce(': ' || r.reason, '') as detail,
        (select json_build_object('scanned', coalesce(sum(n.scanned), 0), 'changed', coalesce(sum(n.changed), 0),
           'unchanged', coalesce(sum(n.unchanged), 0), 'failed', coalesce(sum(n.failed), 0))
         from reprocess_range n where n.run_id = r.run_id) as counts,
        r.error_code, r.error_detail
      from looked r`,
    table: "reprocess_run",
  },
} as const;

/** SQL that reads one table's part of a page, for its plan to be looked at. */
export function workSql(source: keyof typeof sources, withPosts = false): string {
  const { id, rows, table } = sources[source];
  // Posts are many: without them the index of files is walked instead of the key.
  const filesOnly = source === "load" && !withPosts ? "and channel <> 'post'" : "";
  return `with looked as materialized (
      select * from ${table}
      where ($1::uuid is null or ${id} < $1) and ($2::uuid is null or ${id} <= $2) and ($3::uuid is null or ${id} >= $3)
        ${filesOnly}
      order by ${id} desc limit ${mostScanned}
    )
    select f.floor, f.scanned, m.*
    from (
      select (select ${id} from looked order by ${id} limit 1) as floor, (select count(*)::int from looked) as scanned
    ) f left join lateral (
      select * from (${rows}) w
      where w.kind = any($4::text[]) and ($5::text[] is null or w.status = any($5))
        and ($6::text is null or strpos(lower(concat_ws(' ', w.title, w.detail, w.requested_by, w.error_code,
          w.error_detail)), $6) > 0)
        and ($7::timestamptz is null or w.requested_at >= $7) and ($8::timestamptz is null or w.requested_at < $8)
      order by w.id desc limit $9
    ) m on true`;
}

/** Newest first. Each table is read in the order of its key, no further than `mostScanned` rows a page. */
export async function searchWork(database: Queryable, search: WorkSearch): Promise<WorkPage> {
  const wanted = (Object.keys(sources) as (keyof typeof sources)[]).filter((source) =>
    sources[source].kinds.some((kind) => search.kinds.includes(kind)),
  );
  const parts = await Promise.all(wanted.map((source) => readPart(database, source, search)));
  const horizon = parts
    .map((part) => part.knownTo)
    .reduce((a, b) => (b !== null && (a === null || b > a) ? b : a), null);
  const known = parts
    .flatMap((part) => part.rows)
    .filter(({ id }) => horizon === null || id >= horizon)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const rows = known.slice(0, search.limit);
  return { rows, nextBefore: known.length > search.limit ? rows.at(-1)!.id : horizon };
}

interface Part {
  rows: WorkView[];
  /** Every row from here on is known; null: all of them are. */
  knownTo: string | null;
}

async function readPart(database: Queryable, source: keyof typeof sources, search: WorkSearch): Promise<Part> {
  const most = [search.ids?.most, search.to === null ? null : idAt(search.to, "f")]
    .filter((id) => id != null)
    .sort()[0];
  // An id may be older than the request that it names by as long as a body takes to come in.
  const least = [
    search.ids?.least,
    search.from === null ? null : idAt(Temporal.Instant.from(search.from).subtract({ hours: 24 }).toString(), "0"),
  ]
    .filter((id) => id != null)
    .sort()
    .at(-1);
  const { rows } = await database.query<WorkRow>(workSql(source, search.kinds.includes("post")), [
    search.before,
    most ?? null,
    least ?? null,
    search.kinds,
    search.statuses,
    search.text,
    search.from,
    search.to,
    search.limit + 1,
  ]);
  const found = rows.filter((row) => row.id !== null).map(viewOf);
  const { floor, scanned } = rows[0]!;
  if (found.length > search.limit) return { rows: found, knownTo: found.at(-1)!.id };
  return { rows: found, knownTo: scanned === mostScanned ? floor : null };
}

/** The first or last UUID of version 7 of a millisecond. */
function idAt(instant: string, fill: "0" | "f"): string {
  const ms = Math.max(0, Temporal.Instant.from(instant).epochMilliseconds).toString(16).padStart(12, "0").slice(-12);
  const rest = fill.repeat(20);
  return `${ms.slice(0, 8)}-${ms.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`;
}

function viewOf(row: WorkRow): WorkView {
  return {
    kind: row.kind,
    id: row.id!,
    status: row.status,
    requestedAt: instantOf(row.requested_at),
    startedAt: instantOrNull(row.started_at),
    finishedAt: instantOrNull(row.finished_at),
    requestedBy: row.requested_by,
    title: row.title,
    detail: row.detail,
    counts: row.counts,
    error: row.error_code === null ? null : { code: row.error_code, detail: row.error_detail ?? "" },
  };
}
