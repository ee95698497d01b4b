// One of our own programs as a child process on the same Node: its output line by line, a clean end within a deadline,
// and a lifeline: the child ends by itself when this process is gone (see lifeline.ts).
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Ending, Running } from "./supervisor.ts";

const lifeline = fileURLToPath(new URL("lifeline.ts", import.meta.url));

export interface ChildOptions {
  program: string;
  env: NodeJS.ProcessEnv;
  line(text: string): void;
  /** Time to end after SIGTERM before it is killed. */
  stopWithinMs: number;
}

export function startChild({ program, env, line, stopWithinMs }: ChildOptions): Running {
  const child = spawn(process.execPath, ["--import", lifeline, program], {
    env,
    // A process group of its own: the terminal's Ctrl-C comes to the supervisor, who ends everybody in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", line);
  }
  const exited = new Promise<Ending>((resolve) => {
    child.once("error", (error) => resolve({ reason: `could not be run: ${error.message}`, gaveUp: true }));
    child.once("close", (code, signal) => {
      resolve(
        signal === null
          ? { reason: `ended with exit code ${code}`, gaveUp: true, isFine: code === 0 }
          : { reason: `was ended by ${signal}`, gaveUp: false },
      );
    });
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
    await exited;
    clearTimeout(killer);
  };
  return { pid: child.pid, exited, stop };
}
