// What the use cases of reprocess runs are built from, and where a run may be stopped by a test.
import type { Database } from "@almanac/db/database";
import type { ChunkPoint } from "@almanac/db/reprocess/chunk";
import type { RunView } from "@almanac/db/reprocess/runs";
import type { Lake } from "@almanac/lake/lake";
import type { Queues } from "@almanac/queue/connect";

/** Where a run is, for tests that kill the process there. */
export type RunPoint =
  | "run-claimed"
  | "run-settled"
  | "run-kept"
  | "run-planned"
  | "range-claimed"
  | "range-read"
  | "upcast"
  | ChunkPoint
  | "range-done"
  | "replays-asked"
  | "finishing"
  | "finished"
  | "run-before-ack";

export interface ReprocessSettings {
  /** Events that are looked at, and committed, together. */
  chunkEvents: number;
  /** Events of a key range, about. */
  rangeEvents: number;
  /** Longer lines are rejects, as in the loads that replay them. */
  lineMaxBytes: number;
}

export const reprocessDefaults: ReprocessSettings = {
  chunkEvents: 2_000,
  rangeEvents: 50_000,
  lineMaxBytes: 1_048_576,
};

/** For who asks for runs and steers them. */
export interface SteerDeps {
  database: Database;
  queues: Pick<Queues, "enqueue">;
  lake: Pick<Lake, "putNamed" | "getNamed" | "list">;
  /** Told when the queue could not be woken; the reconciler will. */
  onWakeFailed: (error: unknown, run: RunView) => void;
}

/** For who does the work. */
export interface WorkDeps extends Omit<SteerDeps, "lake" | "onWakeFailed"> {
  lake: Lake;
  now: () => Temporal.Instant;
  settings: ReprocessSettings;
  onWakeFailed: (error: unknown) => void;
  reached?: (point: RunPoint) => void | Promise<void>;
}
