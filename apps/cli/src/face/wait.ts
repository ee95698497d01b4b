// How does a command wait for long work? It asks until the end, shows where it is, and may be left at any time.
import { setTimeout as pause } from "node:timers/promises";
import type { Load, ReprocessRun, Sync } from "@almanac/client/contract";
import { ProblemError } from "@almanac/client/problem";
import { read } from "@almanac/client/read";
import { readEvents } from "@almanac/client/server-sent";
import { invocation } from "../config.ts";
import { detachable } from "./interrupt.ts";
import type { Session } from "./session.ts";

/** How long a status call may take its time: who looks on wants to see it move. */
const waitSeconds = () => (process.stderr.isTTY ? 2 : 30);
/** A server that restarts is waited for. */
const mostTries = 20;

/** Follows a load by its server-sent events. */
export function waitForLoad({ api, out }: Session, loadId: string, label = "Loading"): Promise<Load> {
  const words = `Detached. The load goes on; to return: ${invocation} load status ${loadId} --wait`;
  return detachable(words, async () => {
    const bar = await out.progress(label);
    try {
      return await again(async () => {
        for await (const { data } of readEvents(
          api.v1.loads[":load_id"].progress.$get({ param: { load_id: loadId } }),
        )) {
          const load = JSON.parse(data) as Load;
          bar.update(load.progress, `${load.rows.total} lines`);
          if (load.finished_at !== null) return load;
        }
        return undefined;
      });
    } finally {
      bar.stop();
    }
  });
}

export function waitForSync({ api, out }: Session, syncId: string): Promise<Sync> {
  const words = `Detached. The sync goes on; to return: ${invocation} sync status ${syncId} --wait`;
  return detachable(words, async () => {
    const bar = await out.progress("Syncing");
    try {
      return await again(async () => {
        const sync = await read(
          api.v1.syncs[":sync_id"].$get({ param: { sync_id: syncId }, query: { wait: waitSeconds() } }),
        );
        const { total, ...counts } = sync.counts;
        const done = Object.values(counts).reduce((sum, one) => sum + one, 0);
        bar.update(total === 0 ? 1 : done / total, `${done} of ${total} locations`);
        return sync.finished_at === null ? undefined : sync;
      });
    } finally {
      bar.stop();
    }
  });
}

export function waitForRun({ api, out }: Session, runId: string): Promise<ReprocessRun> {
  const words = `Detached. The run goes on; to return: ${invocation} reprocess status ${runId} --wait`;
  return detachable(words, async () => {
    const bar = await out.progress("Reprocessing");
    try {
      return await again(async () => {
        const run = await read(
          api.v1["reprocess-runs"][":run_id"].$get({ param: { run_id: runId }, query: { wait: waitSeconds() } }),
        );
        bar.update(run.progress, `${run.rows.scanned} versions`);
        return run.finished_at === null && run.status !== "paused" ? undefined : run;
      });
    } finally {
      bar.stop();
    }
  });
}

/** Until it gives a value; a server that is away for a moment is asked again. */
async function again<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; ;) {
    try {
      const value = await ask();
      if (value !== undefined) return value;
      tries = 0;
    } catch (error) {
      tries += 1;
      if (!(error instanceof ProblemError) || !isPassing(error) || tries >= mostTries) throw error;
      await pause(error.retryAfterMs ?? 1_000);
    }
  }
}

function isPassing({ status, code }: ProblemError): boolean {
  return code === "client.unreachable" || status === 503 || status === 429;
}
