// The children's output: every line goes to a file of the data folder, what a person should see now to the terminal.
import { appendFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";

const longestFileBytes = 20 * 1024 * 1024;

const levels: Record<number, string> = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" };

export interface LogOptions {
  folder: string;
  /** True: every line; false: warnings, errors, and lines that are no log records, such as a crash's stack. */
  showAll: boolean;
  /** Pass log records through as they are. */
  json: boolean;
  print(line: string): void;
}

/** Returns the receiver of one child's lines. */
export function openLog(name: string, options: LogOptions): (line: string) => void {
  const path = join(options.folder, `${name}.log`);
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return (line) => {
    if (size > longestFileBytes) {
      renameSync(path, `${path}.1`);
      size = 0;
    }
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
    size += Buffer.byteLength(line) + 1;
    const record = parse(line);
    if (record === undefined) {
      if (line.trim() !== "") options.print(line);
    } else if (options.showAll || (levelOf(record) >= 40 && !isProbe(record))) {
      options.print(options.json ? line : pretty(name, record));
    }
  };
}

/** While things start, a readiness probe is refused: news to nobody but the prober. */
function isProbe(record: Record<string, unknown>): boolean {
  return record["path"] === "/readyz";
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function levelOf({ level }: Record<string, unknown>): number {
  if (typeof level === "number") return level;
  return Number(Object.entries(levels).find(([, label]) => label === level)?.[0] ?? 30);
}

/** One record on one line; an error brings its stack, a warning only its cause's message. */
function pretty(name: string, record: Record<string, unknown>): string {
  const { time, level: _level, pid: _pid, hostname: _hostname, name: _name, msg, err, ...rest } = record;
  const level = levelOf(record);
  const label = (levels[level] ?? String(level)).padEnd(5);
  const when = new Date(typeof time === "number" || typeof time === "string" ? time : Date.now());
  const clock = Number.isNaN(when.getTime()) ? "" : when.toTimeString().slice(0, 8);
  const cause = err as { stack?: string; message?: string } | undefined;
  const facts = level < 50 && cause?.message !== undefined ? { ...rest, err: cause.message } : rest;
  const pairs = Object.entries(facts).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const color = level >= 50 ? "red" : level >= 40 ? "yellow" : "dim";
  const head = `${styleText("dim", clock)} ${name.padEnd(6)} ${styleText(color, label)} ${typeof msg === "string" ? msg : ""}`;
  const line = `${head} ${styleText("dim", pairs.join(" "))}`.trimEnd();
  return level >= 50 && cause?.stack !== undefined ? `${line}\n${cause.stack}` : line;
}
