// Reprocess runs for tests: scans that a second schema version reads otherwise, runs over them, and what came of it.
import { createHash, randomUUID } from "node:crypto";
import type { Database } from "@almanac/db/database";
import { insertEventSchema } from "@almanac/db/event-schemas";
import { findRun, type RunView } from "@almanac/db/reprocess/runs";
import type { RunId } from "@almanac/domain/ids";
import type { JsonObject } from "@almanac/domain/schema/exact-json";
import { canonicalSteps, type UpcastStep } from "@almanac/domain/schema/step";
import { type ReprocessRequest, requestReprocess } from "@almanac/usecases/reprocess/request-run";
import type { WorkerDeps } from "../src/deps.ts";
import { until } from "./worker.ts";

/** A scan of a ticket, as the first schema version has it. */
export function aScan(own: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    event_id: randomUUID(),
    event_type: "BarcodeScanned",
    event_timestamp: "2026-05-01T12:00:00Z",
    user_id: randomUUID(),
    related_id: randomUUID(),
    version: 1,
    metadata: { scanner_location: "North / 3" },
    ...own,
  };
}

export function scans(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, () => aScan());
}

/** Fills the field that the second version adds. */
export const fillsBarcodeType: UpcastStep[] = [{ op: "default", path: "/barcode_type", value: "QR" }];

/** Registers a version of a type's schema, as the registry would have stored it. */
export async function registerVersion(
  database: Database,
  eventType: string,
  schemaVersion: number,
  { steps = [], schema = {} }: { steps?: UpcastStep[]; schema?: JsonObject } = {},
): Promise<void> {
  const sha256 = createHash("sha256").update(canonicalSteps(steps)).digest("hex");
  await database.transaction((tx) =>
    insertEventSchema(tx, {
      eventType,
      schemaVersion,
      jsonSchema: schema,
      compatibility: "none",
      upcast: steps,
      upcastSha256: steps.length === 0 ? null : sha256,
      approvedBy: null,
      approvalReasons: null,
      registeredBy: "test",
    }),
  );
}

export function ask(deps: WorkerDeps, own: Partial<ReprocessRequest> = {}): Promise<RunView> {
  return requestReprocess(steerDeps(deps), {
    eventType: "BarcodeScanned",
    selection: "outdated",
    mode: "publish",
    trigger: "api",
    reason: "a test",
    requestedBy: "test",
    ...own,
  });
}

export function steerDeps({ database, queues, lake }: WorkerDeps) {
  return { database, queues, lake, onWakeFailed: () => undefined };
}

/** Waits until a run has ended, and checks the law of its counters. */
export async function ranToEnd(database: Database, runId: RunId): Promise<RunView> {
  const run = await until(async () => {
    const found = await findRun(database, runId).catch(() => null);
    return found?.finishedAt == null ? null : found;
  });
  const { scanned, changed, unchanged, failed } = run.rows;
  if (scanned !== changed + unchanged + failed)
    throw new Error(`${scanned} events in all, others by what they came to`);
  return run;
}

/** Asks for a run and waits for its end. */
export async function reprocess(deps: WorkerDeps, own: Partial<ReprocessRequest> = {}): Promise<RunView> {
  return ranToEnd(deps.database, (await ask(deps, own)).runId);
}
