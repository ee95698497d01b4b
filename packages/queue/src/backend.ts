// What the two backends do differently, and nothing else.

import type { Processor, Queue, Worker, WorkerOptions } from "bullmq";
import type { JobState } from "./queues.ts";

/** BullMQ's classes with the backend's type parameter erased: from here on both are the same. */
export type RawQueue = Queue;
export type RawWorker = Worker;

export interface Backend {
  readonly kind: "postgres" | "redis";
  openQueue(name: string, jobDefaults: object): RawQueue;
  /** A worker with connections of its own, once the backend answers; rejects while it does not. */
  openWorker(
    name: string,
    processor: Processor,
    options: Omit<WorkerOptions, "connection" | "prefix">,
  ): Promise<RawWorker>;
  states(queue: RawQueue, ids: readonly string[]): Promise<Map<string, JobState>>;
  /** Lays what must be there again. True if something was missing. */
  repair(): Promise<boolean>;
  ping(): Promise<void>;
  warnings(): Promise<string[]>;
  close(): Promise<void>;
}
