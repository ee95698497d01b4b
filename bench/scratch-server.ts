// A PostgreSQL of the benchmark's own, in a temporary folder, fsync on unless the run is a quick one; gone when it is.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@almanac/db/database";
import { startEmbedded } from "@almanac/db/embedded";
import { migrate } from "@almanac/db/migrate";
import { Client } from "pg";
import type { Scale } from "./marks.ts";

export interface ScratchServer {
  /** Of the migrated database. */
  url: string;
  database: Database;
  /** A copy of the migrated database as it is now, under another name; gives its URL. */
  copy(name: string): Promise<string>;
  /** One statement from outside of the pool. */
  run(statement: string): Promise<void>;
  close(): Promise<void>;
}

const poolSize = 10;

export async function startScratchServer(scale: Scale): Promise<ScratchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "almanac-bench-"));
  // Root's server runs as another user, who must pass.
  chmodSync(dataDir, 0o711);
  const server = await startEmbedded({ dataDir, durable: scale === "full" });
  const removeFiles = () => {
    for (const folder of [dataDir, server.folder]) rmSync(folder, { recursive: true, force: true });
  };
  // Ctrl-C in the middle leaves nothing behind either.
  const abandon = () => {
    process.kill(server.pid, "SIGQUIT");
    removeFiles();
  };
  process.once("exit", abandon);
  await migrate(server.url);
  let database = await openDatabase({ url: server.url, poolSize });

  const run = (statement: string) => withClient(server.url, (client) => client.query(statement).then(() => undefined));

  return {
    url: server.url,
    get database() {
      return database;
    },
    run,
    async copy(name) {
      // A template must have nobody connected.
      await database.close();
      const { url, source } = besides(server.url, name);
      await withClient(url.maintenance, async (client) => {
        await client.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [source]);
        await client.query(`create database ${name} template ${source}`);
      });
      database = await openDatabase({ url: server.url, poolSize });
      return url.copy;
    },
    async close() {
      await database.close();
      process.off("exit", abandon);
      await server.stop();
      removeFiles();
    },
  };
}

function besides(url: string, name: string) {
  const at = (path: string) => Object.assign(new URL(url), { pathname: `/${path}` }).href;
  return { source: new URL(url).pathname.slice(1), url: { copy: at(name), maintenance: at("postgres") } };
}

/** A connection for one piece of work. */
export async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
