// The merge as SQL, over rows of the stage. Two statements: one writes what is new, one judges the rest. Built from parts,
// so that a test can take a part away and show what it is for.

/** Columns that events, history and stage share, `event_id` and `version` included. */
const facts = [
  "event_id",
  "event_type",
  "event_timestamp",
  "user_id",
  "related_id",
  "version",
  "metadata",
  "location_id",
  "visit_date",
  "schema_version",
  "extra",
] as const;

/** What two lines of one version must agree in to be the same; the schema version is how we judged, not what was sent. */
const content = facts.filter((column) => !["event_id", "version", "schema_version"].includes(column));

const columns = facts.join(", ");

/** The parts of the merge that hold it together when others load the same events at the same time. */
export interface MergeParts {
  /** Rows in one order for everybody: two loaders never wait for each other in a ring. */
  order: string;
  /** A row that somebody else made newer since this statement began is left alone. */
  guard: string;
  /** One row of an event, because a statement can not write a row twice. */
  heads: string;
}

export const mergeParts: MergeParts = {
  order: "order by s.event_id",
  guard: "where events.version < excluded.version",
  heads: "s.head",
};

/**
 * `source` is the stage as a row source named `s`. `$1` the batch, `$2` lines to tell about one by one. Writes new events and higher versions; what a higher version took
 * the place of goes to history at once. The join before the insert keeps rows that are known from being locked: a repeated
 * load writes nothing (an `on conflict … where false` wrote 340 MB of log for a million rows).
 */
export function mergeStatement(source: string, parts: MergeParts = mergeParts): string {
  return `with merged as (
      insert into events (${columns}, batch_id, line)
      select ${facts.map((column) => `s.${column}`).join(", ")}, $1::bigint, s.line
      from ${source}
      left join events e on e.event_id = s.event_id
      where ${parts.heads} and (e.event_id is null or e.version < s.version)
      ${parts.order}
      on conflict (event_id) do update set ${[...facts.slice(1), "batch_id", "line"]
        .map((column) => `${column} = excluded.${column}`)
        .join(", ")}
      ${parts.guard}
      returning ${[...facts, "batch_id", "line"].map((column) => `old.${column}`).join(", ")}, new.line as new_line
    ), kept as (
      insert into event_history (${columns}, batch_id, line, superseded_batch_id)
      select ${columns}, batch_id, line, $1::bigint from merged where event_id is not null
    )
    select count(*)::int as written, count(event_id)::int as updated,
      json_agg(json_build_array(new_line, version)) filter (where new_line = any($2::bigint[])) as told
    from merged`;
}

const same = (other: string) =>
  `(${content.map((column) => `${other}.${column}`).join(", ")}) is not distinct from
        (${content.map((column) => `s.${column}`).join(", ")})`;

/**
 * `source` as above, `$1` the batch. Judges the rows that the merge did not write against what is there now (a new snapshot, which sees what
 * others committed meanwhile): tells those with other content, and those whose version nobody knows, which it keeps in
 * history (`stale`). What it does not tell is a duplicate, or was written by this batch. A row that is told as `open` alone
 * is to be judged again: an earlier line, or somebody else, has just brought that version.
 */
export function settleStatement(source: string): string {
  return `with judged as materialized (
      select ${facts.map((column) => `s.${column}`).join(", ")}, s.line,
        case when e.version = s.version or h.event_id is not null then 'conflict' end as outcome
      from ${source}
      join events e on e.event_id = s.event_id
      left join event_history h on h.event_id = s.event_id and h.version = s.version and e.version <> s.version
      where (e.batch_id, e.line) is distinct from ($1::bigint, s.line)
        and (h.batch_id, h.line) is distinct from ($1::bigint, s.line)
        and not (case when e.version = s.version then ${same("e")}
          when h.event_id is not null then ${same("h")} else false end)
    ), kept as (
      insert into event_history (${columns}, batch_id, line, superseded_batch_id)
      select distinct on (event_id, version) ${columns}, $1::bigint, line, $1::bigint
      from judged where outcome is null order by event_id, version, line
      on conflict (event_id, version) do nothing
      returning line
    )
    select line::float8 as line, 'stale' as outcome from kept
    union all select line::float8, 'conflict' from judged where outcome is not null
    union all select line::float8, 'open' from judged where outcome is null`;
}
