// One pool a process, behind three doors: plain SQL, a transaction, and MikroORM for master data.
// Whatever the driver throws leaves here as an AppError, so that callers never look at SQLSTATEs.
import { AppError } from "@almanac/domain/errors";
import { MikroORM } from "@mikro-orm/postgresql";
import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from "pg";
import { entities } from "./schema/entities.ts";

/** Anything that runs SQL: the database itself or a transaction. Dates and timestamps come as text, in UTC. */
export interface Queryable {
  query<Row extends QueryResultRow>(text: string | QueryConfig, values?: unknown[]): Promise<QueryResult<Row>>;
}

/** Proof that the caller stands in a transaction. */
export interface Tx extends Queryable {
  readonly client: PoolClient;
}

export interface Database extends Queryable {
  readonly pool: Pool;
  readonly orm: MikroORM;
  /** Commits what `work` did, or rolls all of it back when it throws. The transaction ends after 30 s at the latest. */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `postgres://…` */
  url: string;
  /** Most connections at a time; default 10. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Where trouble of idle connections is told; a lost connection is not an error of anybody's call. */
  onConnectionError?: (error: Error) => void;
}

// A commit that lasts longer than this would blur what "just finished" means to readers (see freshness.ts).
const transactionTimeoutMs = 30_000;

// A process that stands still in the middle of a transaction (stopped, swapped out) holds the history lock: everybody's
// syncs wait for it. Measured with SIGSTOP: 30.8 s until others went on with the limit above alone, 8 s with this one.
const idleTimeoutMs = 5_000;

/** Opens the pool lazily: a database that is down makes calls fail with `database.unavailable`, not this function. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { promise: opened, resolve } = Promise.withResolvers<Pool>();
  const orm = await MikroORM.init({
    clientUrl: options.url,
    entities,
    pool: { min: 0, max: options.poolSize ?? 10 },
    discovery: { warnWhenNoEntities: false },
    logger: (message) => options.onConnectionError?.(new Error(message)),
    driverOptions: {
      application_name: options.applicationName ?? "almanac",
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // Awaited before a connection's first query; text of timestamps is then in UTC whatever the server's zone.
      onConnect: (client: PoolClient) => client.query("set timezone to 'UTC'"),
      onPoolCreated: resolve,
    },
  });
  // Makes the pool without a connection; asking MikroORM for its native client would connect.
  orm.em.getConnection().getClient();
  const pool = await opened;
  return {
    pool,
    orm,
    query: (text, values) => pool.query(text as string, values).catch(rethrow),
    transaction: (work) => transaction(pool, work),
    async close() {
      await orm.close(true);
      // MikroORM ends the pool only when something went through the ORM; idle connections hold a process for ten seconds.
      if (!pool.ending) await pool.end();
    },
  };
}

async function transaction<Result>(pool: Pool, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  const client = await pool.connect().catch(rethrow);
  let broken: Error | undefined;
  try {
    await client.query(
      `begin; set local transaction_timeout = ${transactionTimeoutMs};
       set local idle_in_transaction_session_timeout = ${idleTimeoutMs}`,
    );
    const result = await work({ client, query: (text, values) => client.query(text as string, values) });
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((failure: unknown) => (broken = failure as Error));
    return rethrow(error);
  } finally {
    client.release(broken);
  }
}

const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "EAI_AGAIN",
]);

function rethrow(error: unknown): never {
  throw asAppError(error);
}

/** Turns what the driver throws into an AppError: lost connections and lost time are `unavailable`, lost races are `conflict`. */
export function asAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) {
    return error;
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (
    unreachable.has(code) ||
    /^(08|57P|53|25P03)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|not queryable|Connection ended/.test(error.message)
  ) {
    return new AppError("unavailable", {
      code: "database.unavailable",
      detail: "The database cannot be reached right now.",
      message: `database: ${error.message}`,
      retryAfterMs: 1_000,
      cause: error,
    });
  }
  if (code === "57014" || code === "25P04") {
    return new AppError("unavailable", {
      code: "database.too_slow",
      detail: "The database took too long over this. Ask for less at a time, or try again later.",
      message: `database: ${error.message}`,
      retryAfterMs: 1_000,
      cause: error,
    });
  }
  if (code === "40001" || code === "40P01" || code === "55P03") {
    return new AppError("conflict", {
      code: "database.conflict",
      detail: "Somebody else changed the same rows at the same time.",
      message: `database: ${error.message}`,
      cause: error,
    });
  }
  return error;
}
