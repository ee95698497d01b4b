// Which jobs are there, what does each carry, how often is it tried again, and when are two of them the same job?
// One BullMQ queue per job name; everything else in this package, the worker and the api read this table.

import { z } from "zod";

const uuid = z.uuid();
const year = z.int().min(1900).max(2200);

/** How a job is run unless its consumer says otherwise. */
export interface JobPolicy {
  /** One line for people: Bull Board, docs. */
  summary: string;
  /** How often an error that may pass (`unavailable`, unknown) is tried, the first time included. */
  attempts: number;
  /** How often a `conflict` is tried at once, the first time included. */
  conflictAttempts: number;
  /** Exponential backoff with full-range jitter on its upper half, in milliseconds. */
  backoff: { firstMs: number; ceilingMs: number };
  /** Jobs that one consumer runs at the same time. */
  concurrency: number;
  /** How long and how many finished jobs stay visible: age in seconds, count as an upper bound. */
  keepCompleted: { age: number; count: number };
  keepFailed: { age: number; count: number };
}

const kept = {
  keepCompleted: { age: 3_600, count: 1_000 },
  keepFailed: { age: 7 * 86_400, count: 5_000 },
} as const;

/** The payload of each job: strict, snake_case, the same for the api, the schedule and a person at Bull Board. */
export const payloads = {
  /** Syncs one location. Without `sync_id` (by hand) the processor requests a sync first. */
  "holiday-sync": z.strictObject({ location_id: uuid, sync_id: uuid.optional() }),
  /** Fans out one `holiday-sync` a location. Without `sync_id` (schedule, by hand) the processor requests a sync first. */
  "holiday-sync-all": z.strictObject({
    sync_id: uuid.optional(),
    location_ids: z.array(uuid).min(1).max(10_000).optional(),
    years: z.array(year).min(1).max(200).optional(),
  }),
  /** Retention. A dry run unless `dry_run` is false. */
  prune: z.strictObject({
    dry_run: z.boolean().default(true),
    keep_all_days: z.int().min(1).optional(),
    then_last_of: z.enum(["day", "month"]).optional(),
  }),
  /** Runs a load that was accepted. */
  "event-load": z.strictObject({ load_id: uuid }),
  /** Takes in what lies in the drop folder. */
  "inbox-sweep": z.strictObject({}),
  /** Re-reads every object of the raw zone and tells which are not what was written. */
  "lake-verify": z.strictObject({}),
  /** Runs a reprocess run: fans out one `reprocess-range` a key range. Without `run_id` (schedule, by hand) it proposes runs. */
  "reprocess-run": z.strictObject({ run_id: uuid.optional() }),
  /** Does one key range of a reprocess run. */
  "reprocess-range": z.strictObject({ run_id: uuid, range_no: z.int().min(0).max(32_767) }),
  /** Writes a signed anchor of the audit's chain into the lake. */
  "audit-anchor": z.strictObject({}),
  /** Re-enqueues what Postgres says is unfinished. */
  reconcile: z.strictObject({}),
};

/** The name of a job, which is also the name of its queue. */
export type JobName = keyof typeof payloads;
/** What a handler gets: parsed, defaults filled in. */
export type JobPayload<N extends JobName> = z.output<(typeof payloads)[N]>;
/** What an enqueuer gives. */
export type JobInput<N extends JobName> = z.input<(typeof payloads)[N]>;

export const policies: Record<JobName, JobPolicy> = {
  "holiday-sync": {
    summary: "Sync the holidays of one location",
    attempts: 3,
    conflictAttempts: 3,
    backoff: { firstMs: 2_000, ceilingMs: 60_000 },
    concurrency: 100,
    ...kept,
  },
  "holiday-sync-all": {
    summary: "Sync many locations: one holiday-sync each, then wait for them",
    attempts: 6,
    conflictAttempts: 5,
    backoff: { firstMs: 1_000, ceilingMs: 60_000 },
    concurrency: 4,
    ...kept,
  },
  "event-load": {
    summary: "Load one accepted body: events or members of a dimension",
    attempts: 8,
    conflictAttempts: 5,
    backoff: { firstMs: 1_000, ceilingMs: 60_000 },
    concurrency: 2,
    ...kept,
  },
  "reprocess-run": {
    summary: "Reprocess events: one reprocess-range each key range, then rejects whose reason is cured",
    attempts: 8,
    conflictAttempts: 5,
    backoff: { firstMs: 1_000, ceilingMs: 60_000 },
    concurrency: 4,
    ...kept,
  },
  "reprocess-range": {
    summary: "Interpret the events of one key range anew",
    attempts: 8,
    conflictAttempts: 5,
    backoff: { firstMs: 1_000, ceilingMs: 60_000 },
    // Live loads come first: more at a time would take the database from them.
    concurrency: 2,
    ...kept,
  },
  "inbox-sweep": {
    summary: "Take in the files of the drop folder",
    attempts: 3,
    conflictAttempts: 3,
    backoff: { firstMs: 2_000, ceilingMs: 30_000 },
    concurrency: 1,
    ...kept,
  },
  "lake-verify": {
    summary: "Re-read the raw zone and compare it with its hashes",
    attempts: 3,
    conflictAttempts: 3,
    backoff: { firstMs: 5_000, ceilingMs: 300_000 },
    concurrency: 1,
    ...kept,
  },
  prune: {
    summary: "Prune versions and revisions by the retention policy",
    attempts: 3,
    conflictAttempts: 3,
    backoff: { firstMs: 5_000, ceilingMs: 300_000 },
    concurrency: 1,
    ...kept,
  },
  "audit-anchor": {
    summary: "Write down, signed, where the audit stands",
    attempts: 3,
    conflictAttempts: 3,
    backoff: { firstMs: 5_000, ceilingMs: 60_000 },
    concurrency: 1,
    ...kept,
  },
  reconcile: {
    summary: "Enqueue again what Postgres says is unfinished",
    attempts: 3,
    conflictAttempts: 3,
    backoff: { firstMs: 1_000, ceilingMs: 10_000 },
    concurrency: 1,
    ...kept,
  },
};

export const jobNames = Object.keys(payloads) as JobName[];

/**
 * The id under which a job is the same job, so that adding it twice is adding it once; undefined where every add is a job of its own.
 * `round` (0, 1, 2 …) makes a new identity for work that the reconciler enqueues again although the queue still remembers the old job.
 * BullMQ takes no ':' and no plain integer as a custom id, hence the dots and the leading word.
 */
export function jobId<N extends JobName>(_name: N, payload: JobInput<N>, round = 0): string | undefined {
  const base =
    "load_id" in payload
      ? `load.${payload.load_id}`
      : "sync_id" in payload
        ? syncJobId(payload)
        : "run_id" in payload
          ? runJobId(payload)
          : undefined;
  if (base === undefined) return undefined;
  return round === 0 ? base : `${base}.r${round}`;
}

function syncJobId(payload: { sync_id?: string; location_id?: string }): string | undefined {
  if (payload.sync_id === undefined) return undefined;
  return payload.location_id === undefined
    ? `sync.${payload.sync_id}`
    : `sync.${payload.sync_id}.${payload.location_id}`;
}

function runJobId(payload: { run_id?: string; range_no?: number }): string | undefined {
  if (payload.run_id === undefined) return undefined;
  return payload.range_no === undefined ? `run.${payload.run_id}` : `run.${payload.run_id}.${payload.range_no}`;
}
