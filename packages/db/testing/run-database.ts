// One throwaway PostgreSQL for a whole test run, with one migrated database to copy from. Vitest calls this for every
// project that needs a database; the first call starts it, the last one to end stops it.
import { migrate } from "@almanac/db/migrate";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { onDatabase, template, type RunDatabase } from "./run-database-url.ts";
import { startThrowaway, type ThrowawayServer } from "./throwaway-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    almanacDatabase: RunDatabase;
  }
}

interface Running {
  server: Promise<ThrowawayServer>;
  users: number;
}

// The projects of a run share a process, but each has its own copy of this module.
const slot = Symbol.for("almanac.test-database");
const shared = globalThis as unknown as Record<symbol, Running | undefined>;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = (shared[slot] ??= { server: start(), users: 0 });
  running.users += 1;
  project.provide("almanacDatabase", { url: (await running.server).current().url });
  return async () => {
    running.users -= 1;
    if (running.users > 0) return;
    shared[slot] = undefined;
    await (await running.server).close();
  };
}

async function start(): Promise<ThrowawayServer> {
  const server = await startThrowaway();
  try {
    await makeTemplate(server.current().url);
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function makeTemplate(url: string): Promise<void> {
  const admin = new Client({ connectionString: onDatabase(url, "postgres") });
  await admin.connect();
  try {
    await admin.query(`create database ${template}`);
    await migrate(onDatabase(url, template));
    await admin.query(`alter database ${template} with is_template true allow_connections false`);
  } finally {
    await admin.end();
  }
}
