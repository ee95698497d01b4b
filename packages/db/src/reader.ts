// The fast lane of reads: few connections, each with many statements on the wire at once (pipelining), so that a read
// costs no check-out and no turn of its own. Reads only: no transactions, nothing that must be undone.
import { setTimeout as pause } from "node:timers/promises";
import { Client, type QueryConfig, type QueryResult, type QueryResultRow, types } from "pg";
import { asAppError, type Queryable } from "./database.ts";

export interface Reader extends Queryable {
  /** Lets what is on the wire finish, then ends the connections. Later reads fail. */
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** `postgres://…` */
  url: string;
  /** Connections; default 2, one for each core of a small machine. */
  connections?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Where the loss of a connection is told; the reads that it cost are sent again. */
  onConnectionError?: (error: Error) => void;
}

interface Lane {
  client: Promise<Client> | null;
}

// Statements queue behind each other on a connection, so none may take long.
const statementTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;
// A server that has just restarted refuses for a moment; the second try comes when that is mostly over.
const secondTryAfterMs = 100;

/** Opens connections when they are first needed, and again after they were lost. */
export function openReader(options: ReaderOptions): Reader {
  const lanes: Lane[] = Array.from({ length: options.connections ?? 2 }, () => ({ client: null }));
  let next = 0;
  let closed = false;

  function connected(lane: Lane): Promise<Client> {
    lane.client ??= connect(options, () => (lane.client = null)).catch((error: unknown) => {
      lane.client = null;
      throw error;
    });
    return lane.client;
  }

  async function send<Row extends QueryResultRow>(query: string | QueryConfig, values?: unknown[]) {
    const lane = lanes[next]!;
    next = (next + 1) % lanes.length;
    const client = await connected(lane);
    return client.query<Row>(query as string, values);
  }

  return {
    async query<Row extends QueryResultRow>(text: string | QueryConfig, values?: unknown[]): Promise<QueryResult<Row>> {
      if (closed) {
        throw asAppError(new Error("Connection ended"));
      }
      try {
        return await send<Row>(text, values);
      } catch (error) {
        if (!isLost(error)) {
          throw asAppError(error);
        }
      }
      // Nothing is written here, so a read that went down with its connection is simply sent again, once.
      await pause(secondTryAfterMs);
      return send<Row>(text, values).catch((error: unknown) => {
        throw asAppError(error);
      });
    },
    async close() {
      closed = true;
      await Promise.all(
        lanes.map(async (lane) => {
          const client = await lane.client?.catch(() => null);
          await client?.end();
        }),
      );
    },
  };
}

async function connect(options: ReaderOptions, onLost: () => void): Promise<Client> {
  const client = new Client({
    connectionString: options.url,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: options.applicationName ?? "almanac reader",
    types: { getTypeParser: textOfDates },
  });
  client.on("error", (error) => {
    onLost();
    options.onConnectionError?.(error);
  });
  client.on("end", onLost);
  await client.connect();
  // Arrays of questions are of every length: plans made for each of them would cost more than the reads themselves.
  await client.query("set timezone to 'UTC'; set plan_cache_mode to force_generic_plan");
  return client;
}

const dates = new Set([1082, 1114, 1184]);
const asText = (text: string): string => text;

// As everywhere in this package: a DATE that became a Date would shift a day in some zones.
function textOfDates(oid: number, format?: unknown): unknown {
  return dates.has(oid) ? asText : types.getTypeParser(oid, format as "text");
}

function isLost(error: unknown): boolean {
  const known = asAppError(error);
  return known instanceof Error && "code" in known && known.code === "database.unavailable";
}
