// A real redis-server for tests, on a free port and without a trace on disk.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RedisForTest {
  url: string;
  pid: number;
  close(): Promise<void>;
}

/**
 * Starts a server; undefined when the machine has no `redis-server`, after saying which tests that leaves out. Where
 * CI is set that is an error: nothing is left out there.
 */
export async function redisForTest(leavesOut: string): Promise<RedisForTest | undefined> {
  if (spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status !== 0) {
    const missing = `No redis-server on this machine: left out ${leavesOut}.`;
    if (isCi()) throw new Error(`${missing} CI must have one.`);
    process.stderr.write(`${missing}\n`);
    return undefined;
  }
  // Another program may take a port between the choice and its use.
  for (let attempt = 1; ; attempt += 1) {
    const server = await start(await freePort());
    if (server !== undefined) return server;
    if (attempt === 5) throw new Error("redis-server does not start: run it by hand to see why.");
  }
}

function isCi(): boolean {
  return !["", "0", "false"].includes(process.env["CI"] ?? "");
}

async function start(port: number): Promise<RedisForTest | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "almanac-redis-"));
  const settings = {
    bind: "127.0.0.1",
    port,
    dir: folder,
    save: "",
    appendonly: "no",
    "maxmemory-policy": "noeviction",
  };
  const child = spawn(
    "redis-server",
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const isReady = await new Promise<boolean>((resolve) => {
    lines.on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve(true);
    });
    void exited.then(() => resolve(false));
  });
  const kill = () => child.kill("SIGKILL");
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (!isReady || child.pid === undefined) {
    removeFolder();
    return undefined;
  }
  process.once("exit", kill);
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid,
    close: async () => {
      process.off("exit", kill);
      kill();
      await exited;
      removeFolder();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
