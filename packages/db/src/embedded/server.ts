// One run of the server process: started as a direct child, ready when it answers our password, stopped in steps.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@almanac/domain/errors";
import { Client } from "pg";
import { serverEnvironment, type ServerUser } from "./server-user.ts";
import { watchOver } from "./watchdog.ts";

const readyPollMs = 20;

/** Recovery after a crash reads the log since the last checkpoint: at most some seconds at our sizes. */
const readyWithinMs = 120_000;

const settings = {
  max_connections: "200",
  shared_buffers: "128MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] ",
};

// A killed server still has handed every commit to the system; only a crash of the machine may lose some. Test files run
// side by side on one server, some with apis and workers of their own, each with its pools.
const throwawaySettings = { fsync: "off", full_page_writes: "off", autovacuum_naptime: "10s", max_connections: "600" };

export interface ServerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerRun {
  pid: number;
  exited: Promise<ServerExit>;
  /** Fast stop, then harder ones; resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface ServerPlan {
  program: string;
  /** Holds `cluster/`. */
  folder: string;
  port: number;
  password: string;
  user: ServerUser | undefined;
  durable: boolean;
  log: (line: string) => void;
}

/** The server could not start for a reason that goes away: a taken port, or backends of a killed one still ending. */
export class TransientStart extends Error {}

/** Starts the server and waits until it answers. */
export async function startServer(plan: ServerPlan): Promise<ServerRun> {
  const chosen = Object.entries({ ...settings, ...(plan.durable ? {} : throwawaySettings) });
  const cluster = join(plan.folder, "cluster");
  const child = spawn(
    plan.program,
    [
      "-D",
      cluster,
      "-p",
      String(plan.port),
      "-h",
      "127.0.0.1",
      "-k",
      "",
      ...chosen.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    // A process group of its own: a terminal's Ctrl-C reaches those who use the database first.
    { ...plan.user, cwd: "/", env: serverEnvironment, detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  const endWatch =
    child.pid === undefined ? () => undefined : watchOver(child.pid, cluster, plan.durable ? undefined : plan.folder);
  const said: string[] = [];
  let heardReady = false;
  createInterface({ input: child.stderr }).on("line", (line) => {
    heardReady ||= line.includes("ready to accept connections");
    said.push(line);
    if (said.length > 20) said.shift();
    plan.log(line);
  });
  const exited = new Promise<ServerExit>((resolve) => {
    child.once("error", (error) => {
      said.push(error.message);
      resolve({ code: null, signal: null });
    });
    // "close" comes after the last line of the log.
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  void exited.then(endWatch);
  const stop = () => stopServer(child, exited);
  try {
    await untilReady(plan, exited, said, () => heardReady);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, exited, stop };
}

async function untilReady(
  plan: ServerPlan,
  exited: Promise<ServerExit>,
  said: string[],
  heardReady: () => boolean,
): Promise<void> {
  let running = true;
  void exited.then(() => (running = false));
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    if (!running) throw startProblem(said);
    // Asking earlier would fill the log with refusals.
    const problem = heardReady() ? await tryConnect(plan) : "starting";
    if (problem === undefined && running) return;
    if (problem === "28P01" || problem === "28000") {
      throw new AppError("unavailable", {
        code: "embedded.wrong_password",
        detail: `The database in ${plan.folder} does not take the password that lies beside it.`,
      });
    }
    await Promise.race([delay(readyPollMs), exited]);
  }
  throw new AppError("unavailable", {
    code: "embedded.not_ready",
    detail: `The database in ${plan.folder} was not ready within ${readyWithinMs / 1000} s: ${said.at(-1) ?? "it said nothing"}`,
  });
}

function startProblem(said: string[]): Error {
  const all = said.join("\n");
  if (/could not create any TCP\/IP sockets|pre-existing shared memory block|lock file .* already exists/.test(all)) {
    return new TransientStart(all);
  }
  const reason = said.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? said.at(-1) ?? "it said nothing";
  return new AppError("unavailable", {
    code: "embedded.start_failed",
    detail: `The embedded PostgreSQL did not start: ${reason.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, "")}`,
  });
}

/** Undefined when the server answers, else what it said (an SQLSTATE or a system error's code). */
async function tryConnect(plan: ServerPlan): Promise<string | undefined> {
  const client = new Client({
    host: "127.0.0.1",
    port: plan.port,
    user: "postgres",
    password: plan.password,
    database: "postgres",
    connectionTimeoutMillis: 2_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query("select from pg_database where datname = 'almanac'");
    if (rows.length === 0) await client.query("create database almanac");
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? "unknown";
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stopServer(child: ChildProcess, exited: Promise<ServerExit>): Promise<void> {
  for (const [signal, patienceMs] of [
    ["SIGINT", 10_000],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ] as const) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    child.kill(signal);
    const patience = new AbortController();
    await Promise.race([exited, delay(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
  }
}
