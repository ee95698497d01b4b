// How does one job wait for thousands? It adds them, then asks for the state of those that had not ended, from the oldest on.
// BullMQ's own parents would do it for us, but on Postgres every finished child locks and updates the parent's row: 580 → 220 jobs/s.

import { setTimeout as pause } from "node:timers/promises";
import type { JobName } from "./catalogue.ts";
import type { ChildrenCounts } from "./job.ts";
import type { JobState, Queues } from "./queues.ts";
import { isPassing } from "./trouble.ts";

const window = 500;
const unfinished = new Set<JobState>(["waiting", "active", "delayed", "waiting-children"]);

export interface Wait {
  queues: Queues;
  name: JobName;
  ids: readonly string[];
  /** Aborted when the handler must leave; its reason is thrown. */
  leave: AbortSignal;
  progress(value: object): Promise<void>;
}

/** Resolves once all of the ids have ended. Jobs that the queue has forgotten count as completed: Postgres knows better anyway. */
export async function waitForAll({ queues, name, ids, leave, progress }: Wait): Promise<ChildrenCounts> {
  const pending = [...new Set(ids)];
  const total = pending.length;
  let failed = 0;
  let told = -1;
  for (let pauseMs = 100; pending.length > 0; pauseMs = Math.min(pauseMs * 1.5, 1_000)) {
    leave.throwIfAborted();
    try {
      for (;;) {
        const head = pending.slice(0, window);
        const states = await queues.jobStates(name, head);
        const left = head.filter((id) => unfinished.has(states.get(id)!));
        failed += head.filter((id) => states.get(id) === "failed").length;
        pending.splice(0, head.length, ...left);
        if (left.length > 0 || pending.length === 0) break;
      }
      if (told !== pending.length) await progress({ children: total, ended: total - pending.length, failed });
      told = pending.length;
    } catch (error) {
      if (!isPassing(error)) throw error; // the backend is away for a moment: so are the children
    }
    if (pending.length === 0) break;
    await pause(pauseMs, undefined, { signal: leave }).catch(() => leave.throwIfAborted());
  }
  return { completed: total - failed, failed };
}
