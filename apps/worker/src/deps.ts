// Everything that the worker's jobs are built from; constructed in main.ts, and by tests.
import type { Database } from "@almanac/db/database";
import type { Inbox } from "@almanac/lake/inbox";
import type { Lake } from "@almanac/lake/lake";
import type { Logger } from "@almanac/process/log";
import type { Queues } from "@almanac/queue/connect";
import type { HolidaySource } from "@almanac/sources/source";
import type { AcceptPoint } from "@almanac/usecases/accept-load";
import type { Signer } from "@almanac/usecases/audit/signing";
import { reprocessDefaults, type ReprocessSettings, type RunPoint } from "@almanac/usecases/reprocess/deps";
import { type LoadPoint, runLoadDefaults, type RunLoadSettings } from "@almanac/usecases/run-load";

export interface WorkerSettings {
  /** The synced window around this year. */
  window: { back: number; ahead: number };
  /** Location syncs at a time. */
  concurrency: number;
  /** How long a claim on a calendar holds unrenewed: what a killed worker costs the others. */
  leaseMs: number;
  /** For how long a failed fetch answers for every job that waited for it; shorter than the first retry's wait. */
  coolDownMs: number;
  /** The longest pause that a source may ask of a job. */
  longestPauseMs: number;
  /** Loads at a time. */
  loadConcurrency: number;
  load: RunLoadSettings;
  /** Key ranges of reprocess runs at a time. */
  reprocessConcurrency: number;
  reprocess: Omit<ReprocessSettings, "lineMaxBytes">;
  /** How patient a sweep of the drop folder is with files that are being written; default: the use case's own. */
  sweep?: { patienceMs: number; lookAgainMs: number };
}

export const defaultSettings: Omit<WorkerSettings, "window" | "concurrency"> = {
  leaseMs: 5_000,
  coolDownMs: 900,
  longestPauseMs: 24 * 3_600_000,
  loadConcurrency: 2,
  load: runLoadDefaults,
  reprocessConcurrency: 2,
  reprocess: reprocessDefaults,
};

export interface WorkerDeps {
  database: Database;
  queues: Queues;
  source: HolidaySource;
  lake: Lake;
  /** The drop folder, where there is one. */
  inbox?: Inbox;
  /** Signs the audit's anchors; without it there are none. */
  signer?: Signer;
  log: Logger;
  now: () => Temporal.Instant;
  settings: WorkerSettings;
  /** Told where a load or a run is; tests end the process there. */
  reached?: (point: LoadPoint | AcceptPoint | RunPoint) => void | Promise<void>;
}
