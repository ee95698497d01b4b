// What do loads, reprocess runs, quarantines, workers, keys and the audit come to, for one look? Each statement is bounded: by
// an index of what is not well, or by how many of the newest it looks at.
import type { Counted, HeldCalendar, NamedWork } from "@almanac/domain/status/facts";
import type { Queryable } from "../database.ts";
import { instantOf, instantOrNull } from "../instants.ts";

export interface LoadStatus {
  unfinished: number;
  finished24h: number;
  failed24h: number;
  partial24h: number;
  /** Refused lines of the newest files that were neither replayed nor mended. */
  openRejects: number;
  newestFinishedAt: string | null;
  failed: Counted<NamedWork>;
  still: Counted<NamedWork>;
  rejected: Counted<NamedWork>;
}

interface NamedRow {
  id: string;
  name: string;
  since: string;
  detail: string | null;
  count: number;
}

const workOf = ({ since, ...row }: NamedRow): NamedWork => ({ ...row, since: instantOf(since) });

const nameOfLoad = "coalesce(l.file_name, l.dataset || ' by ' || l.channel)";

/** Parts of `readLoadStatus`, for their plans to be looked at. */
export const loadStatusSql = {
  day: `select count(*)::int as finished, (count(*) filter (where status = 'failed'))::int as failed,
      (count(*) filter (where status = 'partial'))::int as partial,
      (select max(finished_at) from load where finished_at is not null and channel <> 'post') as newest
    from load where finished_at > clock_timestamp() - interval '24 hours' and channel <> 'post'`,
  failed: `select l.load_id as id, ${nameOfLoad} as name, l.finished_at as since, l.error_detail as detail, 0 as count
    from load l where l.finished_at > clock_timestamp() - interval '7 days' and l.channel <> 'post' and l.status = 'failed'
    order by l.finished_at desc limit 1000`,
  unfinished: `select l.load_id as id, ${nameOfLoad} as name, n.moved as since, null as detail, 0 as count,
      n.moved < clock_timestamp() - interval '5 minutes' as still
    from load l cross join lateral (
      select greatest(l.updated_at, (select max(updated_at) from load_lane where load_id = l.load_id)) as moved
    ) n
    where l.status in ('queued', 'running') order by l.load_no limit 1000`,
  rejected: `with file as materialized (
      select l.load_id, l.load_no, ${nameOfLoad} as name, l.requested_at, n.lines
      from (
        select * from load where status in ('failed', 'partial') order by load_no desc limit 1000
      ) l
      cross join lateral (
        select coalesce(sum(rejected + conflict), 0)::int as lines from load_lane where load_id = l.load_id
      ) n
      where l.status = 'partial' and l.channel in ('upload', 'inbox')
        and not exists (select from load p where p.replay_of = l.load_id and p.replay_only = 'rejects')
      order by l.load_no desc limit 200
    ), mended as (
      select r.load_id, count(*)::int as lines
      from (
        select f.load_id, f.load_no, r.line, r.event_id from file f
        cross join lateral (
          select line, event_id from reject where load_id = f.load_id order by line limit 500
        ) r
        order by f.load_no desc, r.line limit 500
      ) r
      where r.event_id is not null and exists (
        select from (
          select batch_id, line from events where event_id = r.event_id and revision = 1
          union all
          select batch_id, line from event_history where event_id = r.event_id and revision = 1
        ) e
        join batch b on b.batch_id = e.batch_id join load l on l.load_id = b.load_id
        where l.load_no > r.load_no or (l.load_no = r.load_no and e.line > r.line)
      )
      group by r.load_id
    )
    select f.load_id as id, f.name, f.requested_at as since, null as detail, f.lines - coalesce(m.lines, 0) as count
    from file f left join mended m using (load_id)
    where f.lines > coalesce(m.lines, 0) order by f.load_no desc`,
};

/** Of loads that are files or feeds; posts are told by their answers. `named`: how many of each by name. */
export async function readLoadStatus(database: Queryable, named: number): Promise<LoadStatus> {
  const [day, failed, unfinished, rejected] = await Promise.all([
    database.query<{ finished: number; failed: number; partial: number; newest: string | null }>(loadStatusSql.day),
    database.query<NamedRow>(loadStatusSql.failed),
    database.query<NamedRow & { still: boolean }>(loadStatusSql.unfinished),
    database.query<NamedRow>(loadStatusSql.rejected),
  ]);
  const { rows: open } = rejected;
  const still = unfinished.rows.filter((row) => row.still);
  const today = day.rows[0]!;
  return {
    unfinished: unfinished.rows.length,
    finished24h: today.finished,
    failed24h: today.failed,
    partial24h: today.partial,
    openRejects: open.reduce((sum, { count }) => sum + count, 0),
    newestFinishedAt: instantOrNull(today.newest),
    failed: firstOf(failed.rows, named),
    still: firstOf(
      still.map(({ id, name, since, detail, count }) => ({ id, name, since, detail, count })),
      named,
    ),
    rejected: firstOf(open, named),
  };
}

function firstOf(rows: readonly NamedRow[], named: number): Counted<NamedWork> {
  return { count: rows.length, named: rows.slice(0, named).map(workOf) };
}

export interface RunStatusCounts {
  unfinished: number;
  proposed: Counted<NamedWork>;
  failed: Counted<NamedWork>;
  paused: Counted<NamedWork>;
}

/** The newest run of each type tells: a preview that waits, a failure that nobody has followed up. */
export async function readRunStatus(database: Queryable, named: number): Promise<RunStatusCounts> {
  const [newest, open] = await Promise.all([
    database.query<NamedRow & { kind: "proposed" | "failed" }>(
      `select * from (
         select r.run_id as id, t.event_type as name, coalesce(r.finished_at, r.requested_at) as since,
           r.error_detail as detail, n.count,
           case
             when r.status = 'failed' then 'failed'
             when r.mode = 'preview' and r.trigger <> 'api' and r.status in ('succeeded', 'partial') and n.count > 0
               then 'proposed'
           end as kind
         from event_type t
         cross join lateral (
           select * from reprocess_run r where r.event_type = t.event_type order by r.run_no desc limit 1
         ) r
         cross join lateral (
           select coalesce(sum(changed), 0)::int as count from reprocess_range where run_id = r.run_id
         ) n
       ) r where kind is not null order by since desc`,
    ),
    database.query<NamedRow & { status: string }>(
      `select run_id as id, event_type as name, updated_at as since, null as detail, 0 as count, status
       from reprocess_run where status in ('queued', 'running')
       union all
       select run_id, event_type, updated_at, null, 0, status
       from reprocess_run where mode = 'publish' and status = 'paused'
       limit 1000`,
    ),
  ]);
  const plain = ({ id, name, since, detail, count }: NamedRow): NamedRow => ({ id, name, since, detail, count });
  const of = (kind: string) => newest.rows.filter((row) => row.kind === kind).map(plain);
  return {
    unfinished: open.rows.length,
    proposed: firstOf(of("proposed"), named),
    failed: firstOf(of("failed"), named),
    paused: firstOf(open.rows.filter((row) => row.status === "paused").map(plain), named),
  };
}

/** Open quarantines, the newest first, each with the locations that wait for it. */
export async function readOpenQuarantines(database: Queryable, named: number): Promise<Counted<HeldCalendar>> {
  const { rows } = await database.query<{
    quarantine_id: string;
    region: string;
    source: string;
    since: string;
    locations: number;
    all: number;
  }>(
    `select q.quarantine_id, c.region, c.source, q.recorded_at as since, q.all, (
         select count(distinct location_id)::int from sync_failure f
         where f.quarantine_id = q.quarantine_id and f.outcome = 'quarantined'
       ) as locations
     from (
       select quarantine_id, calendar_id, recorded_at, count(*) over ()::int as all from quarantine
       where status = 'open' order by quarantine_id desc limit $1
     ) q join calendar c using (calendar_id) order by q.quarantine_id desc`,
    [named],
  );
  return {
    count: rows[0]?.all ?? 0,
    named: rows.map((row) => ({
      quarantineId: row.quarantine_id,
      region: row.region,
      source: row.source,
      since: instantOf(row.since),
      locations: row.locations,
    })),
  };
}

/** Sources that are not to be asked yet. */
export async function readPauses(database: Queryable): Promise<{ source: string; until: string; detail: string }[]> {
  const { rows } = await database.query<{ source: string; until: string; detail: string }>(
    `select source, paused_until as until, reason as detail from source_pause
     where paused_until > clock_timestamp() order by source`,
  );
  return rows.map((row) => ({ ...row, until: instantOf(row.until) }));
}

export interface SeenWorker {
  workerId: string;
  startedAt: string;
  seenAt: string;
  secondsAgo: number;
}

/** Workers of the last day, the one seen last first. */
export async function readWorkers(database: Queryable): Promise<SeenWorker[]> {
  const { rows } = await database.query<{ worker_id: string; started_at: string; seen_at: string; seconds: number }>(
    `select worker_id, started_at, seen_at, extract(epoch from clock_timestamp() - seen_at)::float8 as seconds
     from worker_heartbeat order by seen_at desc limit 100`,
  );
  return rows.map((row) => ({
    workerId: row.worker_id,
    startedAt: instantOf(row.started_at),
    seenAt: instantOf(row.seen_at),
    secondsAgo: row.seconds,
  }));
}

/** The newest sync and reprocess run that a schedule asked for. */
export async function readScheduled(
  database: Queryable,
): Promise<Record<"sync" | "run", { at: string; outcome: string } | null>> {
  const { rows } = await database.query<{ kind: "sync" | "run"; at: string; outcome: string }>(
    `(select 'sync' as kind, requested_at as at, status as outcome from sync where trigger = 'schedule'
      order by sync_no desc limit 1)
     union all
     (select 'run', requested_at, status from reprocess_run where trigger = 'schedule' order by run_no desc limit 1)`,
  );
  const of = (kind: string) => {
    const row = rows.find((each) => each.kind === kind);
    return row === undefined ? null : { at: instantOf(row.at), outcome: row.outcome };
  };
  return { sync: of("sync"), run: of("run") };
}

/** When the first entry behind a place of the audit's chain was recorded; null where there is none. */
export async function readAuditedAfter(database: Queryable, seq: number): Promise<string | null> {
  const { rows } = await database.query<{ recorded_at: string }>(
    "select recorded_at from audit_chain join audit using (audit_id) where seq = $1 + 1",
    [seq],
  );
  return instantOrNull(rows[0]?.recorded_at ?? null);
}

/** Keys that end by themselves within seven days. */
export async function readEndingKeys(database: Queryable): Promise<{ name: string; expiresAt: string }[]> {
  const { rows } = await database.query<{ name: string; expires_at: string }>(
    `select name, expires_at from api_key
     where revoked_at is null and expires_at between clock_timestamp() and clock_timestamp() + interval '7 days'
     order by expires_at limit 20`,
  );
  return rows.map((row) => ({ name: row.name, expiresAt: instantOf(row.expires_at) }));
}

/** The present by the database's clock, and how large the database is on disk. */
export async function readDatabaseFacts(database: Queryable): Promise<{ now: string; sizeBytes: number }> {
  const { rows } = await database.query<{ now: string; size: number }>(
    "select clock_timestamp() as now, pg_database_size(current_database())::float8 as size",
  );
  return { now: instantOf(rows[0]!.now), sizeBytes: rows[0]!.size };
}
