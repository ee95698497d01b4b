// The life of a process: read the configuration, begin, and end in order when asked to or when its parent is gone.
import { AppError } from "@almanac/domain/errors";
import { createLog, type Logger } from "./log.ts";

interface Configured {
  LOG_LEVEL: string;
  LOG_FORMAT: "json" | "text";
}

export interface ProcessContext<Config> {
  config: Config;
  log: Logger;
  /** Aborts when the process is asked to end: waits answer at once then. */
  shutdown: AbortSignal;
  /** What is open; closed in the opposite order when the process ends. */
  open: AsyncDisposableStack;
}

export interface ProcessOptions<Config extends Configured> {
  /** Shown in the log. */
  name: string;
  /** Throws an Error of one line when the environment is wrong. */
  readConfig: () => Config;
  /** Turns what a driver throws into an AppError where it can. */
  asAppError: (error: unknown) => unknown;
  begin: (context: ProcessContext<Config>) => Promise<void>;
  /** How long ending may take before the process is gone all the same. */
  endWithinMs: number;
}

/** Runs until SIGTERM, SIGINT, or the end of the process that started it. Trouble on the way up is one line and exit code 1. */
export async function runProcess<Config extends Configured>(options: ProcessOptions<Config>): Promise<void> {
  const config = readOrExit(options.readConfig);
  const log = createLog({ name: options.name, level: config.LOG_LEVEL, format: config.LOG_FORMAT });
  const shutdown = new AbortController();
  const open = new AsyncDisposableStack();

  const end = async (reason: string) => {
    if (shutdown.signal.aborted) {
      return;
    }
    log.info({ reason }, "ending");
    setTimeout(() => {
      log.warn("work was still running at the deadline; ending all the same");
      process.exit(0);
    }, options.endWithinMs).unref();
    shutdown.abort();
    await open.disposeAsync().catch((error: unknown) => log.warn({ err: error }, "could not close in order"));
    process.exit(0);
  };
  process.once("SIGTERM", () => void end("SIGTERM"));
  process.once("SIGINT", () => void end("SIGINT"));
  // The supervisor holds the other end: when it is gone, so is our reason to run.
  process.once("disconnect", () => void end("the supervisor is gone"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "an error that nobody expected; ending");
    process.exit(1);
  });

  try {
    await options.begin({ config, log, shutdown: shutdown.signal, open });
  } catch (error) {
    if (!shutdown.signal.aborted) {
      exitWith(options.asAppError(error));
    }
  }
}

function readOrExit<Config>(readConfig: () => Config): Config {
  try {
    return readConfig();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

function exitWith(error: unknown): never {
  process.stderr.write(`${error instanceof AppError ? error.detail : String((error as Error).stack)}\n`);
  process.exit(1);
}
