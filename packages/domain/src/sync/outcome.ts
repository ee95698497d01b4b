// What state a sync is in, from how its locations ended.

/** A sync's states; the last four are final. */
export const syncStatuses = ["queued", "running", "succeeded", "partial", "failed", "quarantined"] as const;
export type SyncStatus = (typeof syncStatuses)[number];

export interface SyncCounts {
  /** How many locations the sync is for. */
  total: number;
  changed: number;
  unchanged: number;
  failed: number;
  quarantined: number;
}

/**
 * The status of a sync. Not all locations done: `queued` while none is, then `running`. All done: `succeeded` when each
 * got its version (a sync of no location too), `partial` when some did, else `quarantined` when at least one waits for
 * an operator, else `failed`. A `partial` sync can hold quarantined locations, so it can be approved as well.
 */
export function syncStatus({ total, changed, unchanged, failed, quarantined }: SyncCounts): SyncStatus {
  const recorded = changed + unchanged;
  const done = recorded + failed + quarantined;
  if (done < total) return done === 0 ? "queued" : "running";
  if (recorded === total) return "succeeded";
  if (recorded > 0) return "partial";
  return quarantined > 0 ? "quarantined" : "failed";
}
