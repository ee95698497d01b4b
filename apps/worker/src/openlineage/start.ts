// Tells OpenLineage what loads, syncs and reprocess runs come to, beside everything else: nobody waits for it, and an endpoint that is away
// only makes it late.
import { randomUUID } from "node:crypto";
import { readRelations } from "@almanac/db/catalogue/relations";
import type { WorkerDeps } from "../deps.ts";
import { datasetsOf } from "./datasets.ts";
import { tell, type TellDeps } from "./tell.ts";
import { openTransport } from "./transport.ts";

export interface OpenLineageSettings {
  url: string;
  apiKey?: string | undefined;
  namespace: string;
  databaseUrl: string;
}

export interface RunningOpenLineage {
  stop(): Promise<void>;
}

const longestWaitMs = 60_000;

export function startOpenLineage(deps: WorkerDeps, settings: OpenLineageSettings, everyMs: number): RunningOpenLineage {
  const { database, log, now } = deps;
  const { url, apiKey, ...naming } = settings;
  const transport = openTransport({ url, apiKey });
  const ending = new AbortController();
  let telling: TellDeps | null = null;
  let failures = 0;
  let notBefore = 0;
  let running: Promise<unknown> | null = null;

  // The schema does not change under a worker that runs: it is read with the first round.
  async function prepare(): Promise<TellDeps> {
    const datasets = datasetsOf(await readRelations(database), naming);
    const documents = { namespace: naming.namespace, datasets, now };
    return { database, transport, log, token: randomUUID(), documents };
  }
  async function round(): Promise<void> {
    try {
      telling ??= await prepare();
      await tell(telling, ending.signal);
      failures = 0;
    } catch (error) {
      if (!ending.signal.aborted) {
        failures += 1;
        notBefore = performance.now() + Math.min(everyMs * 2 ** failures, longestWaitMs);
        log[failures === 1 ? "warn" : "debug"]({ err: error }, `could not tell ${transport.target}; it is tried again`);
      }
    }
  }
  const timer = setInterval(() => {
    if (performance.now() >= notBefore) {
      running ??= round().finally(() => (running = null));
    }
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      ending.abort();
      await running;
      await transport.close();
    },
  };
}
