// Loads for tests: lines to load, taken in as the api does, and what must hold of every load that has ended.
import { randomUUID } from "node:crypto";
import type { Database } from "@almanac/db/database";
import { findLoad, type LoadView } from "@almanac/db/loads";
import type { LoadId } from "@almanac/domain/ids";
import { acceptLoad, type LoadRequest } from "@almanac/usecases/accept-load";
import { expect } from "vitest";
import type { WorkerDeps } from "../src/deps.ts";
import { acceptDeps } from "../src/load/sweep.ts";
import { until } from "./worker.ts";

/** A valid event as a line's object; what is given replaces what would be drawn. */
export function anEvent(own: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    event_id: randomUUID(),
    event_type: "PaymentSuccessful",
    event_timestamp: "2026-05-01T12:00:00Z",
    user_id: randomUUID(),
    related_id: randomUUID(),
    version: 1,
    metadata: { total_amount: 99.99, currency: "EUR", payment_method: "ideal" },
    ...own,
  };
}

export function events(count: number, own: Record<string, unknown> = {}): Record<string, unknown>[] {
  return Array.from({ length: count }, () => anEvent(own));
}

/** Lines that come to every outcome: new events, newer versions, older ones, repetitions, conflicts, and no events. */
export function mixedLines(count: number): (Record<string, unknown> | string)[] {
  const known: Record<string, unknown>[] = [];
  return Array.from({ length: count }, (_, place) => {
    const earlier = known[Math.floor(place / 3)];
    const changed = { metadata: { total_amount: place, currency: "EUR" } };
    if (earlier !== undefined && place % 10 === 3) return { ...earlier, ...changed, version: 3 };
    if (earlier !== undefined && place % 10 === 4) return { ...earlier, ...changed, version: 2 };
    if (earlier !== undefined && place % 10 === 5) return earlier;
    if (earlier !== undefined && place % 10 === 6) return { ...earlier, ...changed };
    if (place % 10 === 7) return `{"event_id": "no event ${place}"}`;
    known.push(anEvent());
    return known.at(-1)!;
  });
}

/** Lines as a body of NDJSON; text stays as it is. */
export function ndjson(lines: readonly unknown[]): string {
  return lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
}

/** Takes a body in, as an upload of events unless it says otherwise. */
export function upload(deps: WorkerDeps, body: string | Uint8Array, own: Partial<LoadRequest> = {}) {
  return acceptLoad(acceptDeps(deps), {
    body: once(typeof body === "string" ? Buffer.from(body) : body),
    dataset: "events",
    channel: "upload",
    mediaType: "application/x-ndjson",
    timeZone: null,
    requestedBy: "test",
    ...own,
  });
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Waits until a load has ended, however long the database is away meanwhile, and checks the law of its counters. */
export async function loaded(database: Database, loadId: LoadId): Promise<LoadView> {
  const load = await until(async () => {
    const found = await findLoad(database, loadId).catch(() => null);
    return found?.finishedAt == null ? null : found;
  });
  expectLaw(load);
  return load;
}

/** Every line is counted exactly once. */
export function expectLaw({ rows }: LoadView): void {
  const { total, ...parts } = rows;
  expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(total);
}

/** Takes a body in, runs it and gives how it ended. */
export async function load(deps: WorkerDeps, body: string | Uint8Array, own: Partial<LoadRequest> = {}) {
  const accepted = await upload(deps, body, own);
  return loaded(deps.database, accepted.load.loadId);
}
