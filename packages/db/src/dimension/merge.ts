import { type Dimension, type MemberFacts, memberKey } from "@almanac/domain/dimension/member";
// Lines of a reference feed become states of members, a chunk in one statement. A line that says what is known is a
// duplicate; one that says something else is the next state, and so is the first word about an inferred member. The state
// before goes to history. Of several lines of one member the last one stays; the ones between are kept in history as
// states that nobody ever saw.
import type { OutcomeCounts } from "@almanac/domain/event/event";
import type { Tx } from "../database.ts";
import { type DimensionTable, dimensionTables, factsOf } from "./tables.ts";

export interface MemberLine {
  line: number;
  member: MemberFacts;
}

// Any number that nobody else uses. Two feeds of one dimension merge one after the other, which spares them a common
// order of locks over members that are there and members that are not; inferring only inserts, and does not ask for it.
const feedMergeLock = 2_562_630;

const lockPlaces: Record<Dimension, number> = { users: 0, tickets: 1, articles: 2 };

/** Merges lines by rising number, and counts what they came to. Rejected lines are not for here. */
export async function mergeMembers(
  tx: Tx,
  batchId: string,
  dimension: Dimension,
  lines: readonly MemberLine[],
): Promise<Pick<OutcomeCounts, "inserted" | "updated" | "duplicate">> {
  if (lines.length === 0) {
    return { inserted: 0, updated: 0, duplicate: 0 };
  }
  await tx.query("select pg_advisory_xact_lock($1)", [feedMergeLock + lockPlaces[dimension]]);
  const facts = lines.map(({ member }) => factsOf(member));
  const { rows } = await tx.query<{ inserted: number; changed: number }>({
    name: `merge_${dimension}`,
    text: statements[dimension],
    values: [
      batchId,
      lines.map(({ line }) => line),
      lines.map(({ member }) => memberKey(member)),
      ...dimensionTables[dimension].facts.map((_, place) => facts.map((each) => each[place])),
    ],
  });
  const { inserted, changed } = rows[0]!;
  return { inserted, updated: changed - inserted, duplicate: lines.length - changed };
}

const statements: Record<Dimension, string> = {
  users: mergeStatement(dimensionTables.users),
  tickets: mergeStatement(dimensionTables.tickets),
  articles: mergeStatement(dimensionTables.articles),
};

/** `$1` the batch, `$2` lines, `$3` keys, then an array for each fact. */
function mergeStatement({ current, history, key, facts }: DimensionTable): string {
  const names = facts.map(({ name }) => name);
  const listed = names.join(", ");
  const of = (row: string) => names.map((name) => `${row}.${name}`).join(", ");
  const arrays = facts.map(({ type }, place) => `$${place + 4}::${type}[]`).join(", ");
  const order = key.type === "text" ? `${key.name} collate "C"` : key.name;
  return `with given as (
      select t.*, lag(line) over before as line_before, ${names.map((name) => `lag(${name}) over before as ${name}_before`).join(", ")}
      from unnest($2::bigint[], $3::${key.type}[], ${arrays}) as t (line, ${key.name}, ${listed})
      window before as (partition by ${key.name} order by line)
    ), changed as (
      select g.*, row_number() over later as place, lead(g.line) over later is null as is_last
      from given g
      left join ${current} k on k.${key.name} = g.${key.name}
      where case when g.line_before is not null
        then (${of("g")}) is distinct from (${names.map((name) => `g.${name}_before`).join(", ")})
        else k.${key.name} is null or k.inferred or (${of("g")}) is distinct from (${of("k")}) end
      window later as (partition by g.${key.name} order by g.line)
    ), written as (
      insert into ${current} (${key.name}, ${listed}, inferred, state_no, batch_id, line)
      select ${key.name}, ${listed}, false, place, $1::bigint, line from changed where is_last order by ${order}
      -- Somebody may have inferred it since this statement began: that is the state before, like any other.
      on conflict (${key.name}) do update set ${names.map((name) => `${name} = excluded.${name}`).join(", ")},
        inferred = false, state_no = ${current}.state_no + excluded.state_no, batch_id = excluded.batch_id,
        line = excluded.line
      returning new.${key.name}, old.${key.name} as old_key, ${names.map((name) => `old.${name} as ${name}`).join(", ")},
        old.inferred as inferred, old.state_no as state_no, old.batch_id as batch_id, old.line as line
    ), kept as (
      insert into ${history} (${key.name}, ${listed}, inferred, state_no, batch_id, line, superseded_batch_id)
      select ${key.name}, ${listed}, inferred, state_no, batch_id, line, $1::bigint from written where old_key is not null
      union all
      select c.${key.name}, ${of("c")}, false, coalesce(w.state_no, 0) + c.place, $1::bigint, c.line, $1::bigint
      from changed c join written w on w.${key.name} = c.${key.name} where not c.is_last
    )
    select (select count(*)::int from changed) as changed, count(*) filter (where old_key is null)::int as inserted
    from written`;
}
