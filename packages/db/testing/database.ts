// Databases for integration tests: a fresh migrated one per test file, or a whole server to be killed.
import { randomBytes } from "node:crypto";
import { migrate } from "@almanac/db/migrate";
import { Client } from "pg";
import { inject } from "vitest";
import { onDatabase, template, type RunDatabase } from "./run-database-url.ts";
import { startThrowaway } from "./throwaway-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    almanacDatabase: RunDatabase;
  }
}

export interface TestDatabase {
  url: string;
  /** Drops the database; whoever is still connected is cut off. */
  close(): Promise<void>;
}

/**
 * A database of its own on the run's server: migrated (the default), or empty for tests of the migrations themselves.
 * The vitest config of the package must name `globalSetup` (see `project` in the root's `vitest.project.ts`).
 */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = inject("almanacDatabase");
  const name = `test_${randomBytes(8).toString("hex")}`;
  const source = options.migrated === false ? "template0" : template;
  // Copying files takes 55 ms, writing the copy to the log 90 to 140.
  await asAdmin(server.url, `create database ${name} template ${source} strategy file_copy`);
  return {
    url: onDatabase(server.url, name),
    close: () => asAdmin(server.url, `drop database if exists ${name} with (force)`),
  };
}

export interface KillableDatabase {
  /** Stays the same across `kill` and `restart`. */
  url: string;
  pid(): number;
  /** `kill -9` of the server; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same files and port; it recovers as after a crash. */
  restart(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/** A server of its own, with a migrated database, for tests that kill it. Takes about two seconds. */
export async function embeddedForTest(options: { migrated?: boolean } = {}): Promise<KillableDatabase> {
  const server = await startThrowaway();
  const { url } = server.current();
  try {
    if (options.migrated !== false) await migrate(url);
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url,
    pid: () => server.current().pid,
    kill: async () => {
      process.kill(server.current().pid, "SIGKILL");
      await server.current().exited;
    },
    restart: () => server.restart(),
    close: () => server.close(),
  };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const admin = new Client({ connectionString: onDatabase(url, "postgres") });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}
