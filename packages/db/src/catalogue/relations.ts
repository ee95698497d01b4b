// What is there to be described? Every table and view of public and mart with its columns and comments, which key says what
// of a column, and which columns of which relations each view reads. All of it as the database itself knows it.
import type { Queryable } from "../database.ts";

/** A column of a relation. */
export interface RelationColumn {
  name: string;
  /** As PostgreSQL spells it. */
  type: string;
  /** Of a view: always true, as for the database. */
  isNullable: boolean;
  description: string | null;
  /** Part of the primary key. */
  isKey: boolean;
  /** Unique by itself: a primary key or unique constraint of this column alone. */
  isUnique: boolean;
  /** Where a foreign key leads: `relation.column`, the relation named as in `Relation.name`. */
  references: string | null;
}

/** A table or view. */
export interface Relation {
  /** `events`, `mart.fact_events`: relations of public have no schema before their name. */
  name: string;
  schema: "public" | "mart";
  kind: "table" | "view";
  description: string | null;
  columns: RelationColumn[];
}

/** A view, and a relation that it reads. */
export interface ViewSource {
  view: string;
  source: string;
  /** The columns of the source that the view uses anywhere in its definition, sorted. */
  columns: string[];
}

// Of public and mart, in the words of this file.
const named = `
  named as (
    select c.oid, n.nspname as schema, c.relkind, c.relname,
      case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'mart') and c.relkind in ('r', 'p', 'v', 'm')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  )`;

/** Every table and view, by name. */
export async function readRelations(database: Queryable): Promise<Relation[]> {
  const { rows } = await database.query<{
    name: string;
    schema: Relation["schema"];
    kind: Relation["kind"];
    description: string | null;
    columns: Record<keyof RelationColumn, never>[];
  }>(
    `with ${named}, refers as (
       select k.conrelid, f.attnum, n.name || '.' || a.attname as target
       from pg_constraint k
       cross join lateral unnest(k.conkey, k.confkey) as f (attnum, target)
       join named n on n.oid = k.confrelid
       join pg_attribute a on a.attrelid = k.confrelid and a.attnum = f.target
       where k.contype = 'f'
     )
     select n.name, n.schema, case when n.relkind in ('v', 'm') then 'view' else 'table' end as kind,
       obj_description(n.oid, 'pg_class') as description,
       coalesce(jsonb_agg(jsonb_build_object(
         'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'isNullable', not a.attnotnull,
         'description', col_description(n.oid, a.attnum),
         'isKey', exists (
           select from pg_constraint k where k.conrelid = n.oid and k.contype = 'p' and a.attnum = any (k.conkey)
         ),
         'isUnique', exists (
           select from pg_constraint k
           where k.conrelid = n.oid and k.contype in ('p', 'u') and k.conkey = array[a.attnum]
         ),
         'references', (select min(target) from refers r where r.conrelid = n.oid and r.attnum = a.attnum)
       ) order by a.attnum) filter (where a.attnum is not null), '[]') as columns
     from named n
     left join pg_attribute a on a.attrelid = n.oid and a.attnum > 0 and not a.attisdropped
     group by n.oid, n.name, n.schema, n.relkind
     order by n.name collate "C"`,
  );
  return rows.map((row) => ({ ...row, columns: row.columns as RelationColumn[] }));
}

/** What the views are made of, by view and source. */
export async function readViewSources(database: Queryable): Promise<ViewSource[]> {
  const { rows } = await database.query<{ view: string; source: string; columns: string[] }>(
    `with ${named}
     select v.name as view, s.name as source,
       coalesce(jsonb_agg(distinct a.attname order by a.attname) filter (where a.attname is not null), '[]') as columns
     from pg_rewrite r
     join named v on v.oid = r.ev_class
     join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
     join named s on s.oid = d.refobjid and s.oid <> v.oid
     left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid and a.attnum > 0
     group by v.name, s.name
     order by v.name collate "C", s.name collate "C"`,
  );
  return rows;
}
