// Starts processes that strike themselves (load-process.ts), and ends them with the test.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ReprocessSettings } from "@almanac/usecases/reprocess/deps";
import type { RunLoadSettings } from "@almanac/usecases/run-load";

export interface LoadProcessOrder {
  kind: "accept" | "run" | "reprocess" | "work";
  url: string;
  lakeUrl: string;
  queueUrl?: string;
  prefix?: string;
  load: RunLoadSettings;
  /** The load to run. */
  loadId?: string;
  /** The reprocess run to run, and how. */
  runId?: string;
  reprocess?: Omit<ReprocessSettings, "lineMaxBytes">;
  /** The file to take in. */
  path?: string;
  /** Where it strikes, at the how manieth time, and how: `stop` is SIGSTOP. */
  point?: string;
  times?: number;
  strike?: "kill" | "stop";
}

export interface LoadProcess {
  readonly child: ChildProcess;
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Resolves when it says that it is at the point (or `ready`). */
  at(point: string): Promise<void>;
}

const script = fileURLToPath(new URL("load-process.ts", import.meta.url));
const alive = new Set<ChildProcess>();
process.once("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

export function startLoadProcess(order: LoadProcessOrder): LoadProcess {
  const child = fork(script, [JSON.stringify({ times: 1, ...order })], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  alive.add(child);
  const ended = once(child, "exit").then(([code, signal]) => {
    alive.delete(child);
    return (signal ?? code) as number | string;
  });
  return {
    child,
    ended,
    at: (point) =>
      new Promise((resolve, reject) => {
        child.on("message", (message: { reached: string }) => {
          if (message.reached === point) resolve();
        });
        void ended.then((how) => reject(new Error(`it ended with ${how} before ${point}`)));
      }),
  };
}
