// Runs one installed tool and collects what it says. A tool that hangs is a failed one.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

export interface ToolAnswer {
  exitCode: number;
  stdout: string;
  /** Both streams, for people. */
  output: string;
}

const limitMs = 180_000;

/** Runs `node_modules/.bin/<name>` of the checkout in it; it never asks, colours or phones home. */
export function runTool(root: string, name: string, args: string[]): Promise<ToolAnswer> {
  const bin = join(root, "node_modules", ".bin");
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, name), args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: limitMs,
      killSignal: "SIGKILL",
      env: {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
        NO_COLOR: "1",
        FORCE_COLOR: undefined,
        DO_NOT_TRACK: "1",
        TURBO_TELEMETRY_DISABLED: "1",
        TURBO_NO_UPDATE_NOTIFIER: "1",
      },
    });
    const stdout: Buffer[] = [];
    const both: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      both.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => both.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal !== null) both.push(Buffer.from(`\n${name} was ended by ${signal} (limit ${limitMs / 1000} s)\n`));
      resolve({
        exitCode: code ?? 1,
        // Some tools colour what they print when CI is set, whatever NO_COLOR says.
        stdout: stripVTControlCharacters(Buffer.concat(stdout).toString()),
        output: stripVTControlCharacters(Buffer.concat(both).toString()),
      });
    });
  });
}
