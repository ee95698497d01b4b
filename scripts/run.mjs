// What makes two commands work on a machine that has only Node >= 18 and npm: it installs what is missing, then runs a
// task on the pinned Node that the install brought. Plain JavaScript without dependencies, for whatever Node calls it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const tasks = {
  start: ["node", "scripts/start.ts"],
  test: ["vitest", "run"],
  check: ["node", "scripts/check/main.ts"],
  bench: ["node", "bench/main.ts"],
  torture: ["node", "test/torture/main.ts"],
  migrate: ["node", "scripts/migrate.ts"],
  rebuild: ["node", "scripts/rebuild.ts"],
  lake: ["node", "scripts/lake.ts"],
  sample: ["node", "packages/sample/src/main.ts"],
  console: ["node", "apps/console/build/main.ts"],
  almanac: ["node", "apps/cli/src/main.ts"],
  client: ["node", "scripts/client.ts"],
  demo: ["node", "scripts/start.ts", "--demo"],
};

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
// What npm sets for its children would be taken for settings by pnpm.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
env.PATH = `${bin}${delimiter}${env.PATH ?? ""}`;
env.TURBO_TELEMETRY_DISABLED = "1";
// A third of the processor time that the api and the worker need to come up is compiling.
env.NODE_COMPILE_CACHE ??= join(root, "node_modules", ".cache", "compile");

// npm's own retries keep a machine without a network waiting for over a minute before it says so.
const patience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-factor=4"];

const [name = "", ...rest] = process.argv.slice(2);
if (!Object.hasOwn(tasks, name)) fail(`usage: node scripts/run.mjs ${Object.keys(tasks).join(" | ")}`);
install();
run([...tasks[name], ...rest]);

// Several starts may install at once: pnpm's result is the same, and its last act is to write .modules.yaml.
function install() {
  const mark = join(root, "node_modules", ".modules.yaml");
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, "pnpm-lock.yaml")).mtimeMs) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const pnpm = existsSync(join(bin, "pnpm")) ? [join(bin, "pnpm")] : ["npx", "--yes", ...patience, packageManager];
  const probe = spawnSync(pnpm[0], [...pnpm.slice(1), "--version"], { cwd: root, env, encoding: "utf8" });
  if (probe.status !== 0) {
    const reason = /\bE[A-Z]{4,}\b/.exec(probe.stderr)?.[0] ?? probe.error?.code ?? `exit code ${probe.status}`;
    fail(`${packageManager} could not be fetched (${reason}): is the npm registry within reach?`);
  }
  console.error("Installing what is missing …");
  const args = [...pnpm.slice(1), "install", "--frozen-lockfile"];
  if (spawnSync(pnpm[0], args, { cwd: root, env, stdio: ["ignore", 2, 2] }).status !== 0) {
    fail("the packages could not be installed: the reason stands above.");
  }
  utimesSync(mark, new Date(), new Date());
}

function run([command, ...args]) {
  const stdio = name === "start" || name === "demo" ? ["inherit", "inherit", "inherit", "ipc"] : "inherit";
  // Whoever names a file at the command line means one of the folder where they are; npm changes to the checkout.
  const cwd = name === "almanac" ? (process.env.INIT_CWD ?? process.cwd()) : root;
  const program = name === "almanac" ? [join(root, args[0]), ...args.slice(1)] : args;
  const child = spawn(join(bin, command), program, { cwd, env, stdio });
  // A terminal sends its signals to the whole group, `kill` only to this process; whoever gets one twice ignores it.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  // npm can be killed without a word to its children.
  const npm = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid === npm || child.kill("SIGTERM"), 1000).unref();
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function fail(message) {
  console.error(`almanac: ${message}`);
  process.exit(1);
}
