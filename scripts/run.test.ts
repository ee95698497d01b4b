import { spawn, type ChildProcessByStdio } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

// What `start` runs in these checkouts: says what it sees, ends on SIGTERM with a code of its own.
const program = `
setInterval(() => {}, 1000);
process.on("SIGTERM", () => process.exit(7));
process.on("disconnect", () => process.exit());
const { argv, env, pid } = process;
console.log(JSON.stringify({ args: argv.slice(2), env, cwd: process.cwd(), pid }));
`;

let checkout: string;
const started: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeEach(() => {
  checkout = realpathSync(mkdtempSync(join(tmpdir(), "almanac-run-")));
  for (const folder of ["scripts", "node_modules/.bin"]) mkdirSync(join(checkout, folder), { recursive: true });
  cpSync(fileURLToPath(new URL("run.mjs", import.meta.url)), join(checkout, "scripts", "run.mjs"));
  writeFileSync(join(checkout, "package.json"), JSON.stringify({ packageManager: "pnpm@12.21.0" }));
  writeFileSync(join(checkout, "pnpm-lock.yaml"), "");
  writeFileSync(join(checkout, "node_modules", ".modules.yaml"), "");
  writeFileSync(join(checkout, "scripts", "start.ts"), program);
  symlinkSync(process.execPath, join(checkout, "node_modules", ".bin", "node"));
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(checkout, { recursive: true, force: true });
});

interface Seen {
  args: string[];
  env: Record<string, string>;
  cwd: string;
  pid: number;
}

function run(task: string, args: string[] = [], env: NodeJS.ProcessEnv = process.env) {
  const program = join(checkout, "scripts", "run.mjs");
  const child = spawn(process.execPath, [program, task, ...args], { env, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  return child;
}

async function firstLine(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Seen> {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Seen;
  throw new Error("nothing was said");
}

async function outcome(
  child: ChildProcessByStdio<null, Readable, Readable>,
): Promise<{ code: number | null; errors: string }> {
  let errors = "";
  child.stdout.resume();
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, errors };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("the task runs on the installed Node, in the checkout, with its arguments and without npm's variables", async () => {
  const child = run("start", ["--loud"], {
    ...process.env,
    npm_config_registry: "x",
    npm_lifecycle_event: "",
    KEPT: "yes",
  });
  const seen = await firstLine(child);
  expect(seen).toMatchObject({ args: ["--loud"], cwd: checkout });
  expect(seen.env["PATH"]).toMatch(new RegExp(`^${checkout}/node_modules/.bin:`));
  expect(Object.keys(seen.env).filter((name) => name.startsWith("npm_"))).toEqual([]);
  expect(seen.env["KEPT"]).toBe("yes");
  child.kill("SIGTERM");
  expect((await outcome(child)).code).toBe(7);
});

test("signals reach the task, also when they come twice, and its exit code comes back", async () => {
  const child = run("start");
  const { pid } = await firstLine(child);
  child.kill("SIGTERM");
  child.kill("SIGTERM");
  expect((await outcome(child)).code).toBe(7);
  expect(isAlive(pid)).toBe(false);
});

test("a start whose bootstrap is killed with -9 hears of it", async () => {
  const child = run("start");
  const { pid } = await firstLine(child);
  child.kill("SIGKILL");
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test("without a way to fetch pnpm it says so in one line", async () => {
  utimesSync(join(checkout, "node_modules", ".modules.yaml"), 1, 1);
  const { code, errors } = await outcome(run("start", [], { PATH: "/nonexistent" }));
  expect(code).toBe(1);
  expect(errors).toBe("almanac: pnpm@12.21.0 could not be fetched (ENOENT): is the npm registry within reach?\n");
});

test("an unknown task is answered with the known ones", async () => {
  const { code, errors } = await outcome(run("constructor"));
  expect(code).toBe(1);
  expect(errors).toMatch(/^almanac: usage: .*start \| test/);
});
