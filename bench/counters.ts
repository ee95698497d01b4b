// Exact numbers that the server itself keeps: bytes stored, bytes of WAL, buffers touched.
import type { Queryable } from "@almanac/db/database";
import { type Client, escapeLiteral, type QueryConfig } from "pg";

/** Every table of the schema `public` with its indexes and its TOAST. */
export async function storedBytes(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(oid)) as bytes from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  return Number(rows[0]!.bytes);
}

export interface WalBytes {
  /** What the change itself says. */
  records: number;
  /** Copies of whole pages, once a page and checkpoint: they depend on when the last checkpoint was. */
  pageImages: number;
}

/** The WAL that `work` leaves; whatever else writes at the time is counted too. Needs the extension pg_walinspect. */
export async function walOf(database: Queryable, work: () => Promise<unknown>): Promise<WalBytes> {
  const from = await position(database);
  await work();
  const to = await position(database);
  const { rows } = await database.query<{ records: string; images: string }>(
    "select sum(record_size) as records, sum(fpi_size) as images from pg_get_wal_stats($1::pg_lsn, $2::pg_lsn)",
    [from, to],
  );
  return { records: Number(rows[0]!.records), pageImages: Number(rows[0]!.images) };
}

async function position(database: Queryable): Promise<string> {
  // pg_walinspect reads what is on disk: a message that waits for it brings everything before it there.
  const { rows } = await database.query<{ lsn: string }>(
    "select pg_logical_emit_message(false, 'bench', '', true) as lsn",
  );
  return rows[0]!.lsn;
}

type Statement = Pick<QueryConfig, "text" | "values">;

/** The statements that `read` sends, as it sends them. */
export async function statementsOf(
  database: Queryable,
  read: (recorder: Queryable) => Promise<unknown>,
): Promise<Statement[]> {
  const sent: Statement[] = [];
  await read({
    query(text, values) {
      sent.push(typeof text === "string" ? { text, values } : text);
      return database.query(text, values);
    },
  });
  return sent;
}

// From the sixth time on PostgreSQL may keep one plan for all values: what a server that has run for a while does.
const untilSettled = 8;

/** Buffers that a prepared statement touches once its plan is settled, hit or read; planning is not counted. */
export async function buffersOf(client: Client, { text, values = [] }: Statement): Promise<number> {
  const call = `execute measured${values.length === 0 ? "" : `(${values.map(literalOf).join(", ")})`}`;
  await client.query(`prepare measured as ${text}`);
  try {
    for (let time = 0; time < untilSettled; time += 1) await client.query(call);
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json) ${call}`,
    );
    const plan = rows[0]!["QUERY PLAN"][0].Plan;
    return plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!;
  } finally {
    await client.query("deallocate measured");
  }
}

function literalOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return escapeLiteral(
    Array.isArray(value) ? `{${value.map((each) => JSON.stringify(each)).join(",")}}` : textOf(value),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
