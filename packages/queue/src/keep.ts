// How many finished jobs stay? Trims a queue to a number of them, now and then, because to do so at every completion is dear.

import type { RawQueue } from "./backend.ts";

/** Removes the oldest completed or failed jobs beyond the newest `count`. */
export async function trimFinished(queue: RawQueue, state: "completed" | "failed", count: number): Promise<void> {
  const [firstOver] = await queue.getJobs([state], count, count, false); // newest first
  if (firstOver?.finishedOn === undefined) return;
  await queue.clean(Math.max(Date.now() - firstOver.finishedOn, 0), 100_000, state);
}
