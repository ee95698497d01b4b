// Which versions of a location may be pruned, and what an as-of answers once some are.
import { dateUtc, startOfDayUtc } from "../dates.ts";

export interface VersionStamp {
  version: number;
  syncedAtMs: number;
}

export type Period = "day" | "month";

export interface RetentionPolicy {
  /** Every version younger than this many times 24 hours is kept. */
  keepAllDays: number;
  /** Of the older ones, the last of each day or month in UTC. */
  thenLastOf: Period;
}

export interface RetentionPlan {
  /** Ascending. */
  keep: number[];
  prune: number[];
}

const dayMs = 86_400_000;

/**
 * Plans the pruning of one location's versions. Kept are: the younger ones, the one that was current when the horizon
 * began, the last of each period, the first and the newest of all, and the pinned ones. The first stays so that the
 * instant before which nothing was known never moves.
 */
export function planRetention(input: {
  versions: readonly VersionStamp[];
  policy: RetentionPolicy;
  nowMs: number;
  pinned: ReadonlySet<number>;
}): RetentionPlan {
  const { policy, pinned } = input;
  const versions = input.versions.toSorted((a, b) => a.version - b.version);
  const horizonMs = input.nowMs - policy.keepAllDays * dayMs;
  const keep: number[] = [];
  const prune: number[] = [];
  for (const [index, { version, syncedAtMs }] of versions.entries()) {
    const next = versions[index + 1];
    const isNeeded =
      index === 0 ||
      next === undefined ||
      // Younger than the horizon, or what was current when it began.
      next.syncedAtMs > horizonMs ||
      startOfPeriodMs(next.syncedAtMs, policy.thenLastOf) > syncedAtMs ||
      pinned.has(version);
    (isNeeded ? keep : prune).push(version);
  }
  return { keep, prune };
}

export type AsOf =
  | { kind: "found"; version: number }
  | { kind: "before_first" }
  /** The version of that instant may have been pruned; `nearest` is the kept one that is nearest in time. */
  | { kind: "pruned"; nearest: number };

/**
 * The version that was current at an instant, of the kept ones in ascending order. Pruning leaves the last of each
 * period, so the versions missing before a kept one are of that one's own period: instants before that period began
 * are certain, later ones up to the kept version are not. `period` is the coarsest that was ever pruned to.
 */
export function resolveAsOf(versions: readonly VersionStamp[], atMs: number, period: Period = "month"): AsOf {
  const index = versions.findLastIndex(({ syncedAtMs }) => syncedAtMs <= atMs);
  const found = versions[index];
  if (found === undefined) return { kind: "before_first" };
  const next = versions[index + 1];
  const isGap = next !== undefined && next.version > found.version + 1;
  if (!isGap || atMs < startOfPeriodMs(next.syncedAtMs, period)) return { kind: "found", version: found.version };
  const isNextNearer = next.syncedAtMs - atMs < atMs - found.syncedAtMs;
  return { kind: "pruned", nearest: isNextNearer ? next.version : found.version };
}

function startOfPeriodMs(instantMs: number, period: Period): number {
  if (period === "day") return Math.floor(instantMs / dayMs) * dayMs;
  const day = dateUtc(Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs)));
  return startOfDayUtc(day.with({ day: 1 })).epochMilliseconds;
}
