// "A worker is there": a row that every worker touches, which the api's readiness looks at.
import { randomUUID } from "node:crypto";
import { beat, leave } from "@almanac/db/heartbeats";
import type { WorkerDeps } from "../deps.ts";

const everyMs = 5_000;

/** Beats at once and then every five seconds; `stop` takes the row away, so that readiness knows at once. */
export function startHeartbeat({ database, log }: Pick<WorkerDeps, "database" | "log">): { stop(): Promise<void> } {
  const workerId = randomUUID();
  const tick = () => {
    beat(database, workerId).catch((error: unknown) => log.debug({ err: error }, "no heartbeat"));
  };
  tick();
  const timer = setInterval(tick, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await leave(database, workerId).catch(() => undefined);
    },
  };
}
