// A test's desk: queues under a prefix of their own, and everything opened on them closed again.

import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { AppError, type ErrorCategory } from "@almanac/domain/errors";
import type { JobName } from "@almanac/queue/catalogue";
import { connectQueues, type Queues } from "@almanac/queue/connect";
import { consume, type Consumer, type ConsumeOptions } from "@almanac/queue/consume";
import { vi } from "vitest";

export interface Line {
  level: "info" | "warn" | "error";
  fields: Record<string, unknown>;
  message: string;
}

/** The part of a raw queue that a dashboard uses. */
export interface BoardView {
  add(name: string, data: unknown): Promise<{ id: string }>;
  getJob(id: string): Promise<{ failedReason: string; attemptsMade: number; progress: unknown }>;
}

export interface Desk {
  queues: Queues;
  /** What a person at the dashboard has before them. */
  board(name: JobName): BoardView;
  prefix: string;
  lines: Line[];
  /** Another process's view of the same queues. */
  another(): Promise<Queues>;
  consume<N extends JobName>(
    name: N,
    options: Omit<ConsumeOptions<N>, "queues" | "name" | "log"> & { queues?: Queues },
  ): Consumer;
  /** A real process that takes holiday-sync jobs; `started` resolves with the id of its first one. */
  spawnWorker(manner: "hang" | "crash"): { started: Promise<string>; kill(): Promise<void>; dead: Promise<unknown> };
  close(): Promise<void>;
}

export async function openDesk(url: string): Promise<Desk> {
  const prefix = `test_${randomBytes(6).toString("hex")}`;
  const lines: Line[] = [];
  const log = Object.fromEntries(
    (["info", "warn", "error"] as const).map((level) => [
      level,
      (fields: object, message: string) => lines.push({ level, fields: { ...fields }, message }),
    ]),
  ) as unknown as ConsumeOptions<"prune">["log"];
  const closers: (() => Promise<unknown>)[] = [];
  const connect = async () => {
    const queues = await connectQueues({ url, prefix, log });
    closers.unshift(() => queues.close());
    return queues;
  };
  const queues = await connect();
  return {
    queues,
    prefix,
    lines,
    another: connect,
    board: (name) => queues.boardQueues().find((queue) => queue.name === name) as unknown as BoardView,
    consume(name, options) {
      const consumer = consume({ queues, ...options, name, log });
      closers.unshift(() => consumer.close(500));
      return consumer;
    },
    spawnWorker(manner) {
      const script = fileURLToPath(new URL("worker-process.ts", import.meta.url));
      const child = spawn(process.execPath, [script, url, prefix, manner], { stdio: ["ignore", "pipe", "inherit"] });
      const dead = once(child, "exit");
      const kill = async () => {
        child.kill("SIGKILL");
        await dead;
      };
      closers.unshift(kill);
      const started = new Promise<string>((resolve, reject) => {
        child.stdout.once("data", (line) => resolve(String(line).trim().replace("started ", "")));
        dead.then(() => reject(new Error("the worker died before it took a job")), reject);
      });
      started.catch(() => undefined);
      return { started, kill, dead };
    },
    async close() {
      for (const close of closers.splice(0)) await close();
    },
  };
}

/** An error of the category, without anything special about it. */
export const failure = (category: ErrorCategory, extra: { retryAfterMs?: number } = {}) =>
  new AppError(category, { code: `test.${category}`, detail: "as the test wants it", ...extra });

export const aLocation = () => randomUUID();

/** Polls until the condition holds. */
export const until = (condition: () => boolean | Promise<boolean>) =>
  vi.waitUntil(condition, { timeout: 200_000, interval: 25 });

/** Polls until the job is in the state. */
export const untilState = (queues: Queues, name: JobName, id: string, state: string) =>
  until(async () => (await queues.jobStates(name, [id])).get(id) === state);
