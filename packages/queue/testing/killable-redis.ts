// A redis-server that a test kills and starts again on the same port and append-only file, or configures badly on purpose.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

export interface KillableRedis {
  /** Stays the same across `kill` and `restart`. */
  url: string;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and append-only file. */
  restart(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts one; `settings` are further command line settings, such as `["--appendonly", "no"]`. */
export async function killableRedis(settings: string[] = []): Promise<KillableRedis> {
  const dir = mkdtempSync(join(tmpdir(), "almanac-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const safe = ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"];
  let running: ChildProcess;

  async function start(): Promise<void> {
    running = spawn(
      "redis-server",
      ["--bind", "127.0.0.1", "--port", String(port), "--dir", dir, ...safe, ...settings],
      { stdio: "ignore" },
    );
    const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    client.on("error", () => undefined); // not up yet
    await client.ping();
    client.disconnect();
  }
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (running.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    await once(running, "exit");
  }
  const killNow = () => running.kill("SIGKILL");
  process.once("exit", killNow);
  await start();
  return {
    url,
    kill: () => stop("SIGKILL"),
    restart: start,
    async close() {
      process.off("exit", killNow);
      await stop("SIGKILL");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
