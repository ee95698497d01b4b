// A whole api over a database of its own, for route tests: requests go through app.request(), nothing is pretended.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Database, openDatabase } from "@almanac/db/database";
import { testDatabase } from "@almanac/db/testing";
import type { Role } from "@almanac/domain/access/roles";
import type { Lake } from "@almanac/lake/lake";
import { openLake } from "@almanac/lake/open";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { openSource } from "@almanac/sources/open";
import { type Logger, pino } from "pino";
import { type AppOptions, createApp } from "../src/app.ts";
import type { ApiDeps, ApiSettings } from "../src/deps.ts";
import type { ApiApp } from "../src/http/router.ts";

export const adminKey = "an administrator's key for tests, 32+";

export interface TestApi {
  app: ApiApp;
  /** A second process's api over the same database. */
  twin(): ApiApp;
  database: Database;
  queues: Queues;
  lake: Lake;
  log: Logger;
  /** What was logged, as JSON lines. */
  logged: string[];
  /** Sends a request; `key: null` sends none, without it the administrator's is sent. JSON bodies are encoded. */
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
  /** A key of a role, made through the api. */
  keyOf(role: Role, locationIds?: string[]): Promise<string>;
  shutdown: AbortController;
  close(): Promise<void>;
}

export interface SendOptions {
  key?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
  app?: ApiApp;
}

export interface TestApiOptions extends AppOptions {
  settings?: Partial<ApiSettings>;
  /** A database that the test owns (to kill it); default: one of its own on the run's server. */
  url?: string;
}

export async function openTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { url, close: dropDatabase } =
    options.url === undefined ? await testDatabase() : { url: options.url, close: () => Promise.resolve() };
  const database = await openDatabase({ url, poolSize: 8, applicationName: "api test" });
  const logged: string[] = [];
  const log = pino({ level: "debug" }, { write: (line) => void logged.push(line) });
  const queues = await connectQueues({ url, log });
  const folder = await mkdtemp(join(tmpdir(), "almanac-api-lake-"));
  const lake = openLake(pathToFileURL(folder).href);
  const shutdown = new AbortController();
  const deps: ApiDeps = {
    database,
    queues,
    lake,
    source: openSource({ kind: "offline" }),
    log,
    shutdown: shutdown.signal,
    settings: {
      adminKey,
      anonymousRole: "none",
      rateLimit: null,
      trustedProxies: 0,
      yearsBack: 5,
      yearsAhead: 2,
      loadMaxBytes: 2 ** 31,
      consoleDir: null,
      ...options.settings,
    },
  };
  const make = () => createApp(deps, options);
  async function close(): Promise<void> {
    shutdown.abort();
    await queues.close();
    await database.close();
    await dropDatabase();
    await lake.close();
    await rm(folder, { recursive: true, force: true });
  }
  let app: ApiApp;
  try {
    app = make();
  } catch (error) {
    await close();
    throw error;
  }

  async function send(method: string, path: string, sent: SendOptions = {}): Promise<Response> {
    const key = sent.key === undefined ? adminKey : sent.key;
    return (sent.app ?? app).request(path, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(sent.body === undefined ? {} : { "content-type": "application/json" }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { body: bodyOf(sent.body) }),
    });
  }

  return {
    app,
    twin: make,
    database,
    queues,
    lake,
    log,
    logged,
    send,
    shutdown,
    async keyOf(role, locationIds) {
      const response = await send("POST", "/v1/keys", {
        body: {
          name: `${role} ${randomUUID()}`,
          role,
          ...(locationIds === undefined ? {} : { location_ids: locationIds }),
        },
      });
      const created = (await response.json()) as { key: string };
      return created.key;
    },
    close,
  };
}

function bodyOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  return typeof body === "string" || body instanceof Uint8Array
    ? (body as string | Uint8Array<ArrayBuffer>)
    : JSON.stringify(body);
}
