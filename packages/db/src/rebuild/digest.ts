// Do two databases hold the same events, to the last column? Each table comes down to a count and a digest that do not
// depend on the order of rows, and in which a batch is what it was of, because the numbers of batches mean nothing.
import type { Queryable } from "../database.ts";

export interface TableDigest {
  table: string;
  rows: number;
  /** Two 64-bit hashes, each summed over all rows. */
  digest: string;
}

/** Every table that the raw zone can make again, and the columns that are about one database's own work alone. */
const tables: readonly { table: string; leaves: readonly string[]; only?: string }[] = [
  { table: "event_schema", leaves: ["registered_at"] },
  {
    table: "load",
    leaves: ["load_no", "fence", "schemas", "started_at", "finished_at", "cancel_requested", "updated_at"],
  },
  // A load that was stopped before its first chunk may have lanes or none.
  { table: "load_lane", leaves: ["byte_position", "updated_at"], only: "t.position > 0" },
  { table: "batch", leaves: ["batch_id"] },
  { table: "events", leaves: [] },
  { table: "event_history", leaves: [] },
  { table: "reject", leaves: [] },
  // Previews leave nothing, and a run that was stopped before it was planned has done nothing.
  {
    table: "reprocess_run",
    leaves: ["run_no", "fence", "updated_at"],
    only: "t.mode = 'publish' and t.total is not null",
  },
  {
    table: "reprocess_range",
    leaves: ["fence", "updated_at"],
    only: "exists (select from reprocess_run r where r.run_id = t.run_id and r.mode = 'publish')",
  },
  { table: "reprocess_failure", leaves: [] },
  { table: "users", leaves: [] },
  { table: "user_history", leaves: [] },
  { table: "tickets", leaves: [] },
  { table: "ticket_history", leaves: [] },
  { table: "articles", leaves: [] },
  { table: "article_history", leaves: [] },
];

/** Digests of all tables, in a fixed order; reads each once. */
export async function digestTables(database: Queryable): Promise<TableDigest[]> {
  const digests: TableDigest[] = [];
  for (const { table, leaves, only = "true" } of tables) {
    const columns = (await columnsOf(database, table)).filter((column) => !leaves.includes(column));
    const { rows } = await database.query<{ rows: number; digest: string }>(digestSql(table, columns, only));
    digests.push({ table, ...rows[0]! });
  }
  return digests;
}

async function columnsOf(database: Queryable, table: string): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attname collate "C"`,
    [table],
  );
  return rows.map((row) => row.name);
}

function digestSql(table: string, columns: readonly string[], only: string): string {
  const ofBatches = columns.filter((column) => column.endsWith("batch_id"));
  const joins = ofBatches.map((column) => `left join batch b_${column} on b_${column}.batch_id = t.${column}`);
  const cells = columns.map((column) =>
    ofBatches.includes(column)
      ? `(coalesce(b_${column}.load_id, b_${column}.run_id), b_${column}.lane, b_${column}.from_line, b_${column}.committed_at)::text`
      : `t.${column}::text`,
  );
  // Null and empty are told apart, and so are neighbours.
  const row = `jsonb_build_array(${cells.join(", ")})::text`;
  return `select count(*)::float8 as rows,
      coalesce(sum(hashtextextended(r.line, 0)::numeric), 0) || '.' || coalesce(sum(hashtextextended(r.line, 1)::numeric), 0)
        as digest
    from (select ${row} as line from ${table} t ${joins.join(" ")} where ${only}) r`;
}
