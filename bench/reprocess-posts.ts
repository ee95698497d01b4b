// Posts to a real api process at a steady pace, first alone and then while a run is under way: how long each takes.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { ReprocessReport } from "./event-reprocessor.ts";
import { quantile } from "./measure.ts";
import type { ReprocessSize } from "./reprocess.ts";
import { startProcess } from "./server-process.ts";

const adminKey = "the-key-of-a-benchmark-0123456789abcdef";

export interface Latencies {
  posts: number;
  p50: number;
  p99: number;
}

export async function postsBeside(
  url: string,
  lake: string,
  { each, everyMs, quiet: wanted }: ReprocessSize["posts"],
  work: () => Promise<ReprocessReport>,
): Promise<{ quiet: Latencies; during: Latencies; runMs: number }> {
  const api = await startProcess("../apps/api/src/main.ts", {
    DATABASE_URL: url,
    LAKE_URL: `file:${lake}`,
    PORT: "0",
    ALMANAC_ADMIN_KEY: adminKey,
    RATE_LIMIT: "off",
  });
  try {
    // The first posts compile the server's code.
    for (let n = 0; n < 20; n += 1) await post(api.url, each);
    const quiet: number[] = [];
    await steadily(
      everyMs,
      () => quiet.length < wanted,
      async () => void quiet.push(await post(api.url, each)),
    );
    const during: number[] = [];
    let isRunning = true;
    const running = work().finally(() => (isRunning = false));
    await steadily(
      everyMs,
      () => isRunning || during.length === 0,
      async () => void during.push(await post(api.url, each)),
    );
    return { quiet: latenciesOf(quiet), during: latenciesOf(during), runMs: (await running).runMs };
  } finally {
    await api.stop();
  }
}

/** One at a time, begun each `everyMs` as long as it is wanted; one that takes longer delays the next. */
async function steadily(everyMs: number, isWanted: () => boolean, work: () => Promise<void>): Promise<void> {
  while (isWanted()) {
    const begunMs = performance.now();
    await work();
    await pause(Math.max(0, everyMs - (performance.now() - begunMs)));
  }
}

function latenciesOf(took: readonly number[]): Latencies {
  return { posts: took.length, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

/** Posts new events; gives how long it took until they were durable, in milliseconds. */
async function post(url: string, count: number): Promise<number> {
  const events = Array.from({ length: count }, () => ({
    event_id: randomUUID(),
    event_type: "PaymentSuccessful",
    event_timestamp: "2026-05-01T12:00:00Z",
    user_id: randomUUID(),
    version: 1,
    metadata: { total_amount: 99.99, currency: "EUR", payment_method: "ideal" },
  }));
  const begunMs = performance.now();
  const answer = await fetch(`${url}/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: JSON.stringify(events),
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`a post was answered ${answer.status}`);
  return performance.now() - begunMs;
}
