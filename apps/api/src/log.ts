// The log of this process: JSON lines, or lines for people. Credentials are cut out wherever they might slip in.
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";

export function createLog(options: { level: string; format: "json" | "text" }): Logger {
  return pino(
    {
      name: "api",
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      redact: ["authorization", "*.authorization", "*.headers.authorization", "*.headers.cookie", "err.config"],
    },
    options.format === "text" ? people : pino.destination({ fd: 1, sync: true }),
  );
}

/** `09:30:00 warn message code` */
const people: DestinationStream = {
  write(line) {
    const entry = JSON.parse(line) as {
      time: string;
      level: number;
      msg?: string;
      err?: { stack?: string; message?: string };
    };
    const level = pino.levels.labels[entry.level] ?? "info";
    const trouble = entry.err === undefined ? "" : `\n${entry.err.stack ?? entry.err.message ?? ""}`;
    process.stdout.write(`${entry.time.slice(11, 19)} api ${level.padEnd(5)} ${entry.msg ?? ""}${trouble}\n`);
  },
};
