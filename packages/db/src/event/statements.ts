// The merge as SQL, over rows of the stage: one statement writes what is new, one what is newer, one judges the rest. All
// transactions take these steps in this order, and rows in the order of their ids within a step; with it nobody waits in a
// ring. Built from parts, so that a test can take one away and show what it is for.
import { eventFields } from "@almanac/domain/event/envelope";

/** Columns that events, history and stage share, `event_id` and `version` included. */
const facts = [...eventFields, "extra", "received"] as const;

/** What two lines of one version must agree in to be the same; the schema version is how we judged, not what was sent. */
const content = facts.filter((column) => !["event_id", "version", "schema_version", "received"].includes(column));

const columns = facts.join(", ");

/** What runs add to a version (reprocess/): it moves to history with the rest, and a new version has none of it. */
const revised = ["revision", "received_schema_version"] as const;

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

const inserted = [...facts, "batch_id", "line"];
const superseded = [...inserted, ...revised];
const staged = `${facts.map((column) => `s.${column}`).join(", ")}, $1::bigint, s.line`;

/**
 * `source` is the stage as a row source named `s`. `$1` the batch, `$2` lines to tell about one by one. Writes events that
 * nobody knows; one that somebody else is writing is waited for, and left to the next statement.
 */
export function insertStatement(source: string, parts: MergeParts = mergeParts): string {
  return `with written as (
      insert into events (${inserted.join(", ")})
      select ${staged} from ${source}
      where ${parts.heads} and not exists (select from events e where e.event_id = s.event_id)
      ${parts.order}
      on conflict (event_id) do nothing
      returning line
    )
    select count(*)::int as written, json_agg(json_build_array(line, null)) filter (where line = any($2::bigint[])) as told
    from written`;
}

/**
 * Parameters as above. Writes higher versions of events that are known; what they take the place of goes to history in the
 * same statement. The join before the insert keeps rows from being locked that are not to be changed: a repeated load
 * writes nothing (an `on conflict … where false` wrote 340 MB of log for a million rows). An insert that always meets its
 * row, not an update: its rows are locked in the order asked for, whatever plan is made.
 */
export function updateStatement(source: string, parts: MergeParts = mergeParts): string {
  return superseding(
    `select ${staged} from ${source} join events e on e.event_id = s.event_id
      where ${parts.heads} and e.version < s.version
      ${parts.order}`,
    parts,
  );
}

function superseding(rows: string, parts: MergeParts): string {
  return `with merged as (
      insert into events (${inserted.join(", ")})
      ${rows}
      on conflict (event_id) do update set ${inserted
        .slice(1)
        .map((column) => `${column} = excluded.${column}`)
        .join(", ")}, ${revised.map((column) => `${column} = default`).join(", ")}
      ${parts.guard}
      returning ${superseded.map((column) => `old.${column}`).join(", ")}, new.line as new_line
    ), kept as (
      insert into event_history (${superseded.join(", ")}, superseded_batch_id)
      select ${superseded.join(", ")}, $1::bigint from merged
    )
    select count(*)::int as written,
      json_agg(json_build_array(new_line, version)) filter (where new_line = any($2::bigint[])) as told
    from merged`;
}

/**
 * The same for a stage whose heads are known to be newer than their events were when the chunk asked: what the join would
 * look up again was a tenth of an update. Where somebody else was faster the guard still leaves the row alone.
 */
export function raiseStatement(source: string, parts: MergeParts = mergeParts): string {
  return superseding(`select ${staged} from ${source} where ${parts.heads} ${parts.order}`, parts);
}

/** Defaults and runs change what a version is understood as, never what was received. */
const receivedIn = (row: string, column: string) =>
  column === "metadata" ? `coalesce(${row}.received, ${row}.metadata)` : `${row}.${column}`;

const same = (other: string) =>
  `(${content.map((column) => receivedIn(other, column)).join(", ")}) is not distinct from
        (${content.map((column) => receivedIn("s", column)).join(", ")})`;

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
      left join event_history h on h.event_id = s.event_id and h.version = s.version and h.revision = 1
        and e.version <> s.version
      where (e.batch_id, e.line) is distinct from ($1::bigint, s.line)
        and (h.batch_id, h.line) is distinct from ($1::bigint, s.line)
        and not (case when e.version = s.version then ${same("e")}
          when h.event_id is not null then ${same("h")} else false end)
    ), kept as (
      insert into event_history (${columns}, batch_id, line, superseded_batch_id)
      select distinct on (event_id, version) ${columns}, $1::bigint, line, $1::bigint
      from judged where outcome is null order by event_id, version, line
      on conflict (event_id, version, revision) do nothing
      returning line
    )
    select line::float8 as line, 'stale' as outcome from kept
    union all select line::float8, 'conflict' from judged where outcome is not null
    union all select line::float8, 'open' from judged where outcome is null`;
}
