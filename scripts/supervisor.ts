// Keeps processes running: one that dies is started again, sooner the longer it had lived, and the others go on.
import { setTimeout as delay } from "node:timers/promises";
import { oneLine } from "./one-line.ts";

export interface Ending {
  /** In a few words that follow the name. */
  reason: string;
  /** It ended itself and said that something is wrong: at the very start, trying again would not help. */
  gaveUp: boolean;
  /** It came to its end without trouble. */
  isFine?: boolean;
}

/** A process that runs now. */
export interface Running {
  pid: number | undefined;
  /** Resolves when it is gone and never rejects. */
  exited: Promise<Ending>;
  /** Ends it within a deadline of its own, hard if need be. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  name: string;
  launch(): Promise<Running>;
  /** What happened, for people. */
  say(line: string): void;
  firstDelayMs?: number;
  longestDelayMs?: number;
  /** A process that lived this long starts anew with the first delay. */
  healthyAfterMs?: number;
}

export interface Supervised {
  name: string;
  pid(): number | undefined;
  restarts(): number;
  /** Resolves when it gave up before `settle` was called; it is not started again then. */
  failedEarly: Promise<string>;
  /** From now on every end is followed by a restart. */
  settle(): void;
  stop(): Promise<void>;
}

/** Starts a process and supervises it; rejects when the very first launch does. */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const { name, launch, say, firstDelayMs = 200, longestDelayMs = 10_000, healthyAfterMs = 30_000 } = options;
  const stopping = new AbortController();
  const early = Promise.withResolvers<string>();
  let settled = false;
  let restarts = 0;
  let delayMs = firstDelayMs;
  let current: Running | undefined = await launch();

  const keepRunning = async () => {
    while (!stopping.signal.aborted) {
      const started = performance.now();
      const { reason, gaveUp } = await (current === undefined ? relaunch() : current.exited);
      current = undefined;
      if (stopping.signal.aborted) return;
      if (gaveUp && !settled) {
        early.resolve(reason);
        return;
      }
      if (performance.now() - started >= healthyAfterMs) delayMs = firstDelayMs;
      say(`${name} ${reason}; starting it again in ${delayMs / 1000} s`);
      await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  };
  const relaunch = async (): Promise<Ending> => {
    try {
      restarts += 1;
      current = await launch();
    } catch (error) {
      return { reason: `could not be started: ${oneLine(error)}`, gaveUp: false };
    }
    // A stop that came during the launch has not seen this process.
    if (stopping.signal.aborted) await current.stop();
    return current.exited;
  };
  const loop = keepRunning();

  return {
    name,
    pid: () => current?.pid,
    restarts: () => restarts,
    failedEarly: early.promise,
    settle: () => {
      settled = true;
    },
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await loop;
    },
  };
}
