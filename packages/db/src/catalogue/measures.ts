// How much is in each dataset, how new is it, and how much of what came for it was refused? Counts are exact where the
// planner says that counting is cheap; everything else is bounded by an index or by the size of small tables.
import type { Database, Queryable } from "../database.ts";
import { instantOrNull } from "../instants.ts";
import { newestInstants } from "./newest.ts";

/** Rows of a relation. */
export interface RowCount {
  rows: number;
  /** True: the planner's estimate. */
  isEstimate: boolean;
}

/** What checking came to for a group of datasets. */
export interface Quality {
  /** Lines, or years of calendars. */
  checked: number;
  /** Those of them that were not taken. */
  refused: number;
  lastCheckedAt: string | null;
}

/** How much counting may cost. */
export interface CountBounds {
  /** In the planner's units: cheaper relations are counted, whatever it takes. */
  cheapCost: number;
  /** The planner knows tables, but not what comes of a view's joins: up to this cost it is tried for a moment. */
  triedCost: number;
  triedMs: number;
}

// 5,000 units are about 50 ms on two busy cores.
const usual: CountBounds = { cheapCost: 5_000, triedCost: 100_000, triedMs: 200 };

// What a question about quality looks back over.
const newestLoads = 1_000;

/** Rows of each relation; those that vanish meanwhile are left out. */
export async function readRowCounts(
  database: Database,
  names: readonly string[],
  bounds: CountBounds = usual,
): Promise<Map<string, RowCount>> {
  const counts = new Map<string, RowCount>();
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ name: string; ident: string }>(
      `select n.name, to_regclass(n.name)::text as ident from unnest($1::text[]) as n (name)
       where to_regclass(n.name) is not null`,
      [names],
    );
    for (const { name, ident } of rows) {
      counts.set(name, await countRows(tx, ident, bounds));
    }
  });
  return counts;
}

/** `ident` comes from the database and is quoted where it has to be. */
async function countRows(tx: Queryable, ident: string, bounds: CountBounds): Promise<RowCount> {
  const { rows } = await tx.query<{ "QUERY PLAN": { Plan: { "Total Cost": number; "Plan Rows": number } }[] }>(
    `explain (format json) select * from ${ident}`,
  );
  const plan = rows[0]!["QUERY PLAN"][0]!.Plan;
  const cost = plan["Total Cost"];
  const triedMs = cost > bounds.cheapCost ? bounds.triedMs : null;
  const counted = cost <= Math.max(bounds.cheapCost, bounds.triedCost) ? await countExactly(tx, ident, triedMs) : null;
  return counted === null ? { rows: plan["Plan Rows"], isEstimate: true } : { rows: counted, isEstimate: false };
}

/** Null when it was only tried and took too long. */
async function countExactly(tx: Queryable, ident: string, triedMs: number | null): Promise<number | null> {
  const count = () => tx.query<{ rows: number }>(`select count(*)::float8 as rows from ${ident}`);
  if (triedMs === null) {
    return (await count()).rows[0]!.rows;
  }
  await tx.query(`savepoint counting; set local statement_timeout = ${triedMs}`);
  try {
    const { rows } = await count();
    await tx.query("set local statement_timeout = 0; release counting");
    return rows[0]!.rows;
  } catch (error) {
    if (!isCancelled(error)) {
      throw error;
    }
    await tx.query("rollback to counting; release counting");
    return null;
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "57014";
}

/** Events of each type: counted where `events` is small, else by what the planner keeps of frequent values. */
export async function readEventTypeCounts(database: Queryable, events: RowCount): Promise<Map<string, RowCount>> {
  const { rows } = await database.query<{ event_type: string; rows: number }>(
    events.isEstimate
      ? `select u.event_type, round(u.frequency * $1::float8) as rows
         from pg_stats s,
           unnest(s.most_common_vals::text::text[], s.most_common_freqs) as u (event_type, frequency)
         where s.schemaname = 'public' and s.tablename = 'events' and s.attname = 'event_type'`
      : `select event_type, count(*)::float8 as rows from events where $1::float8 >= 0 group by event_type`,
    [events.rows],
  );
  return new Map(rows.map((row) => [row.event_type, { rows: row.rows, isEstimate: events.isEstimate }]));
}

/** The newest system time that each table knows, RFC 3339 in UTC; null while it is empty. Timeless tables are left out. */
export async function readNewest(database: Queryable): Promise<Map<string, string | null>> {
  const { rows } = await database.query<{ name: string; at: string | null }>(
    Object.entries(newestInstants)
      .map(([name, instant]) => `select '${name}' as name, (${instant})::timestamptz as at`)
      .join(" union all "),
  );
  return new Map(rows.map((row) => [row.name, instantOrNull(row.at)]));
}

/** By dataset of loads (the newest finished ones), and of `calendars`: their years as last fetched. */
export async function readQuality(database: Queryable): Promise<Map<string, Quality>> {
  const { rows } = await database.query<{
    subject: string;
    checked: number;
    refused: number;
    last_checked_at: string | null;
  }>(
    `select d.dataset as subject, coalesce(sum(n.total), 0)::float8 as checked,
       coalesce(sum(n.rejected + n.conflict), 0)::float8 as refused, max(l.finished_at) as last_checked_at
     from (values ('events'), ('users'), ('tickets'), ('articles')) as d (dataset)
     left join lateral (
       select load_id, finished_at from load where dataset = d.dataset and finished_at is not null
       order by load_no desc limit $1
     ) l on true
     left join load_lane n on n.load_id = l.load_id
     group by d.dataset
     union all
     select 'calendars', count(*)::float8,
       (count(*) filter (where outcome in ('failed', 'quarantined', 'unavailable')))::float8, max(finished_at)
     from calendar_year`,
    [newestLoads],
  );
  return new Map(
    rows.map((row) => [
      row.subject,
      { checked: row.checked, refused: row.refused, lastCheckedAt: instantOrNull(row.last_checked_at) },
    ]),
  );
}
