// The schema that a database has, as text that people can read and a test can compare: what pg_dump would say, less.
import type { Queryable } from "../src/database.ts";

const text = `
with relation as (
  select c.oid, case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as relname, c.relkind,
    obj_description(c.oid) as comment, c.reloptions
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'mart') and c.relkind in ('r', 'v', 'p')
    and c.relname not like 'almanac_migration%'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
), columns as (
  select a.attrelid, string_agg(
    '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end
      || case a.attidentity when 'a' then ' generated always as identity' else '' end
      || case when a.attgenerated = 's' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
           when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end
      || ' -- ' || coalesce(col_description(a.attrelid, a.attnum), ''), E'\\n' order by a.attnum) as body
  from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped
  group by a.attrelid
), part (relname, place, body) as (
  select r.relname, 1, '-- ' || coalesce(r.comment, '') || E'\\n'
    || case r.relkind when 'v' then 'view ' else 'table ' end || r.relname
    || coalesce(' with (' || array_to_string(r.reloptions, ', ') || ')', '') || E'\\n' || c.body
  from relation r join columns c on c.attrelid = r.oid
  union all
  select r.relname, 2, '  ' || pg_get_constraintdef(k.oid)
  from relation r join pg_constraint k on k.conrelid = r.oid where k.contype <> 'n'
  union all
  select r.relname, 3, '  ' || pg_get_indexdef(i.indexrelid)
  from relation r join pg_index i on i.indrelid = r.oid
  where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  union all
  select r.relname, 4, '  ' || pg_get_triggerdef(t.oid)
  from relation r join pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal
  union all
  select r.relname, 5, pg_get_viewdef(r.oid) from relation r where r.relkind = 'v'
  union all
  select 'zz ' || case n.nspname when 'public' then '' else n.nspname || '.' end || p.proname, 6,
    coalesce('-- ' || obj_description(p.oid, 'pg_proc') || E'\\n', '') || pg_get_functiondef(p.oid)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'mart')
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
)
select relname, place, body from part order by relname collate "C", place, body collate "C"`;

/** Tables, columns with their comments, constraints, indexes, triggers, views and functions of public and of mart. */
export async function describeSchema(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ relname: string; place: number; body: string }>(text);
  const blocks = Map.groupBy(rows, (row) => row.relname);
  return `${[...blocks.values()].map((block) => block.map((row) => row.body).join("\n")).join("\n\n")}\n`;
}
