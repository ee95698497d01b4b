// Events for route tests, bodies made of them, and loads run to their end without a worker process.
import { randomUUID } from "node:crypto";
import type { LoadId } from "@almanac/domain/ids";
import { runLoad, runLoadDefaults } from "@almanac/usecases/run-load";
import type { TestApi } from "./test-api.ts";

export interface SentEvent extends Record<string, unknown> {
  event_id: string;
  version: number;
}

/** A valid event; `given` goes over it. */
export function anEvent(given: Record<string, unknown> = {}): SentEvent {
  return {
    event_id: randomUUID(),
    event_type: "PaymentSuccessful",
    event_timestamp: "2026-03-01T10:00:00Z",
    user_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    related_id: null,
    version: 1,
    metadata: { total_amount: 49, currency: "EUR", payment_method: "ideal" },
    ...given,
  };
}

/** Objects as lines of JSON; text as it is. */
export function ndjson(lines: readonly (object | string)[]): string {
  return lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
}

export const asNdjson = { "content-type": "application/x-ndjson" };

/** Sends a file of events; the answer's load. */
export async function sendLoad(
  api: TestApi,
  lines: readonly (object | string)[],
  search = "",
): Promise<{ load_id: string; status: string }> {
  const response = await api.send("POST", `/v1/loads${search}`, { body: ndjson(lines), headers: asNdjson });
  return (await response.json()) as { load_id: string; status: string };
}

/** Runs an accepted load to its end. */
export async function runToEnd({ database, lake }: TestApi, loadId: string): Promise<void> {
  await runLoad(
    { database, lake, now: () => Temporal.Now.instant(), settings: { ...runLoadDefaults, lanes: 2, chunkLines: 500 } },
    { loadId: loadId as LoadId, signal: AbortSignal.timeout(60_000) },
  );
}

/** Sends a file of events and runs it; gives its id. */
export async function loadLines(api: TestApi, lines: readonly (object | string)[], search = ""): Promise<string> {
  const { load_id } = await sendLoad(api, lines, search);
  await runToEnd(api, load_id);
  return load_id;
}
