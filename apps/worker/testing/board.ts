// What a person has before them at Bull Board: any payload can be added, and a job's end can be read.
import type { JobName } from "@almanac/queue/catalogue";
import type { Queues } from "@almanac/queue/connect";
import { until } from "./worker.ts";

export interface BoardJob {
  id: string;
  failedReason?: string;
  returnvalue: unknown;
  attemptsMade: number;
  progress: unknown;
  getState(): Promise<string>;
}

interface BoardQueue {
  add(name: string, data: unknown, options?: { attempts?: number }): Promise<{ id: string }>;
  getJob(id: string): Promise<BoardJob>;
  getJobLogs(id: string): Promise<{ logs: string[] }>;
}

function board(queues: Queues, name: JobName): BoardQueue {
  return queues.boardQueues().find((queue) => queue.name === name) as unknown as BoardQueue;
}

/** Adds a job past every check of ours, waits until it has ended, and gives it with its log. */
export async function runByHand(
  queues: Queues,
  name: JobName,
  payload: unknown,
): Promise<BoardJob & { state: string; logs: string[] }> {
  const queue = board(queues, name);
  const { id } = await queue.add(name, payload);
  return until(async () => {
    const state = await (await queue.getJob(id)).getState();
    if (state !== "completed" && state !== "failed") {
      return null;
    }
    return Object.assign(await queue.getJob(id), { state, logs: (await queue.getJobLogs(id)).logs });
  });
}
