// Real processes of the product, started as an operator's supervisor does, to be killed, stopped and asked to end.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type App = "api" | "worker";

export interface Running {
  readonly pid: number;
  /** The api's address; empty for a worker. */
  readonly url: string;
  /** Everything it has printed so far. */
  output(): string;
  /** The exit code, or the signal's name, once it has ended. */
  readonly ended: Promise<number | string>;
  /** True until it has ended, for whatever reason. */
  isAlive(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to what it ended with. */
  stop(): Promise<number | string>;
}

interface Message {
  type: "ready" | "listening";
  url?: string;
}

// Nothing of a test outlives it, however it ends.
const alive = new Set<ChildProcess>();
process.once("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

/** Starts an app with these settings and nothing else of this process's; resolves once it takes jobs or requests. */
export async function startProcess(app: App, settings: Record<string, string>): Promise<Running> {
  const main = fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url));
  const { PATH = "", HOME = "", TZ } = process.env;
  const child = fork(main, [], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { PATH, HOME, ...(TZ === undefined ? {} : { TZ }), HOST: "127.0.0.1", PORT: "0", ...settings },
  });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += String(chunk)));
  child.stderr?.on("data", (chunk) => (output += String(chunk)));
  let isAlive = true;
  const ended = once(child, "exit").then(([code, signal]) => {
    isAlive = false;
    return (code ?? signal) as number | string;
  });
  alive.add(child);
  void ended.then(() => alive.delete(child));
  const first = await Promise.race([once(child, "message").then(([message]) => message as Message), ended]);
  if (typeof first !== "object") {
    throw new Error(`the ${app} ended with ${first} before it was ready:\n${output}`);
  }
  return {
    pid: child.pid!,
    url: first.url ?? "",
    output: () => output,
    ended,
    isAlive: () => isAlive,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
