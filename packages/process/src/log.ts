// The log of a process: JSON lines, or lines for people. Credentials are cut out wherever they might slip in.
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";

export type { Logger } from "pino";

/** Opens the log on standard output; `name` says which process writes. */
export function createLog(options: { name: string; level: string; format: "json" | "text" }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      redact: ["authorization", "*.authorization", "*.headers.authorization", "*.headers.cookie", "err.config"],
    },
    options.format === "text" ? people(options.name) : pino.destination({ fd: 1, sync: true }),
  );
}

interface Entry {
  time: string;
  level: number;
  msg?: string;
  err?: { stack?: string; message?: string };
}

/** `09:30:00 api warn  message` */
function people(name: string): DestinationStream {
  return {
    write(line) {
      const entry = JSON.parse(line) as Entry;
      const level = pino.levels.labels[entry.level] ?? "info";
      const trouble = entry.err === undefined ? "" : `\n${entry.err.stack ?? entry.err.message ?? ""}`;
      process.stdout.write(`${entry.time.slice(11, 19)} ${name} ${level.padEnd(5)} ${entry.msg ?? ""}${trouble}\n`);
    },
  };
}
