// The queue on PostgreSQL: BullMQ's own schema, laid by BullMQ's migrations, in the database of the URL.

import { AppError } from "@almanac/domain/errors";
import {
  type BackendFactory,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
  Queue,
  Worker,
} from "bullmq";
import type { Backend, RawQueue, RawWorker } from "./backend.ts";
import type { JobState } from "./queues.ts";
import { isPassing } from "./trouble.ts";

// A worker's own transitions (claim, complete, delay) do not wait for the disk: a server that crashes forgets at most the last
// fraction of a second of them, those jobs run once more, and processors are idempotent. Adds keep the full promise.
// Measured with 100 concurrent empty jobs on two cores: 1,270 jobs/s with, 1,680 without the wait.
const relaxed = "-c synchronous_commit=off";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** BullMQ's backend, patient with a server that is away: without the pauses its loops spin, and a finished job is marked failed. */
class PatientBackend extends PostgresQueueBackend {
  override async moveToActive(...args: Parameters<PostgresQueueBackend["moveToActive"]>) {
    try {
      return await super.moveToActive(...args);
    } catch (error) {
      await pause(250);
      throw error;
    }
  }

  override moveToCompleted(...args: Parameters<PostgresQueueBackend["moveToCompleted"]>) {
    return this.#insist(() => super.moveToCompleted(...args));
  }

  override moveToFailed(...args: Parameters<PostgresQueueBackend["moveToFailed"]>) {
    return this.#insist(() => super.moveToFailed(...args));
  }

  async #insist<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || tries >= 40 || this.closing !== undefined || this.connection.isClosing !== undefined)
          throw error;
        await pause(250);
      }
    }
  }
}

/** Connects and lays the schema; safe when several processes start at once (BullMQ takes an advisory lock around its migrations). */
export async function postgresBackend(url: string, schema: string, report: (error: unknown) => void): Promise<Backend> {
  if (new URL(url).searchParams.has("options")) {
    throw new AppError("incorrect", {
      code: "queue.url_options",
      detail:
        "The queue's Postgres URL must not carry ?options=: it would override the schema that the queue works in.",
    });
  }
  const settings = { connectionString: url, schema, connectionTimeoutMillis: 5_000, keepAlive: true };

  async function open(extra: object): Promise<PostgresConnection> {
    const connection = new PostgresConnection({ ...settings, ...extra });
    connection.on("error", report);
    try {
      await connection.waitUntilReady();
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }
  const migrate = async () => (await open({ max: 1, migrate: true })).close();

  await migrate();
  const shared = await open({ max: 5 });
  type Factory = BackendFactory<PostgresQueueBackend, PostgresConnectionOptions>;
  const producer: Factory = (name, options) => new PostgresQueueBackend(shared, name, options, false);

  return {
    kind: "postgres",
    openQueue: (name, jobDefaults) =>
      new Queue(name, { connection: settings, defaultJobOptions: jobDefaults }, producer) as unknown as RawQueue,

    async openWorker(name, processor, options) {
      // More connections than this make two busy cores slower, not faster (4, 10, 20: 1,670, 1,680, 1,300 jobs/s).
      const connection = await open({ max: Math.min(options.concurrency ?? 1, 8), options: relaxed });
      const consumer: Factory = (queue, given) => new PatientBackend(connection, queue, given, true, queue);
      return new Worker(name, processor, { ...options, connection: settings }, consumer) as unknown as RawWorker;
    },

    async states(queue, ids) {
      // BullMQ asks for one id at a time; the reconciler asks for thousands.
      const { rows } = await shared.pool.query(
        `select id, state::text as state from "${schema}".job where queue = $1 and id = any($2)`,
        [queue.name, ids],
      );
      return new Map((rows as { id: string; state: JobState }[]).map((row) => [row.id, row.state]));
    },

    async repair() {
      const { rows } = await shared.pool.query("select to_regclass($1) is not null as there", [`"${schema}".job`]);
      if ((rows as { there: boolean }[])[0]?.there) return false;
      await migrate();
      return true;
    },

    ping: async () => void (await shared.pool.query("select 1")),
    warnings: async () => [],
    close: () => shared.close(),
  };
}
