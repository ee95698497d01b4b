// The journal of the raw zone follows the database, a few seconds behind.
import { exportJournal } from "@almanac/usecases/journal";
import type { WorkerDeps } from "../deps.ts";

export interface RunningJournal {
  /** Writes down what is left, then ends. */
  stop(): Promise<void>;
}

/** Writes down every `everyMs` what has committed since, until it is stopped. Any number of workers may. */
export function startJournal(deps: WorkerDeps, everyMs: number): RunningJournal {
  let running: Promise<unknown> | null = null;
  const write = () =>
    // Trouble of the database or the lake is told by those who need them; the next tick tries again.
    (running ??= exportAll(deps)
      .catch((error: unknown) => deps.log.debug({ err: error }, "could not write the journal"))
      .finally(() => (running = null)));
  const timer = setInterval(() => void write(), everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await write();
    },
  };
}

async function exportAll({ database, lake }: WorkerDeps): Promise<void> {
  while ((await exportJournal({ database, lake })) > 0);
}
