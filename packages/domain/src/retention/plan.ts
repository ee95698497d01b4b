// Which versions of a location may be pruned, and what an as-of answers once some are.
import { dateUtc, startOfDayUtc } from "../dates.ts";

export interface VersionStamp {
  version: number;
  syncedAtMs: number;
  /** What retention left of the versions that are missing before this one, where it is known; null where none is. */
  prunedTo?: Period | null;
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
  /** The period whose last ones are left: the policy's, or a finer one where a pin could not be answered otherwise. */
  thenLastOf: Period;
}

const dayMs = 86_400_000;

/**
 * Plans the pruning of one location's versions. Kept are: the younger ones, the one that was current when the horizon
 * began, the last of each period, the first and the newest of all, and what reads as of the pinned instants need
 * (`pins`, epoch milliseconds): the version that was current then and the one that followed it, without which nobody
 * could tell any more for how long it was. The first stays so that the instant before which nothing was known never moves.
 */
export function planRetention(input: {
  versions: readonly VersionStamp[];
  policy: RetentionPolicy;
  nowMs: number;
  pins: readonly number[];
}): RetentionPlan {
  const versions = input.versions.toSorted((a, b) => a.version - b.version);
  const horizonMs = input.nowMs - input.policy.keepAllDays * dayMs;
  const held = heldByPins(versions, input.pins);
  const thenLastOf = held.needsDays ? "day" : input.policy.thenLastOf;
  const keep: number[] = [];
  const prune: number[] = [];
  for (const [index, { version, syncedAtMs }] of versions.entries()) {
    const next = versions[index + 1];
    const isNeeded =
      index === 0 ||
      next === undefined ||
      // Younger than the horizon, or what was current when it began.
      next.syncedAtMs > horizonMs ||
      startOfPeriodMs(next.syncedAtMs, thenLastOf) > syncedAtMs ||
      held.places.has(index);
    (isNeeded ? keep : prune).push(version);
  }
  return { keep, prune, thenLastOf };
}

/** Which places the pins hold, and whether one of them is only answered because a gap was pruned to days, not months. */
function heldByPins(versions: readonly VersionStamp[], pins: readonly number[]) {
  const places = new Set<number>();
  let needsDays = false;
  for (const atMs of pins) {
    const place = lastAtOrBefore(versions, atMs);
    if (place < 0) continue;
    places.add(place).add(place + 1);
    const around = versions.slice(place, place + 2);
    const byMonth = around.map((stamp) => ({ ...stamp, prunedTo: "month" as const }));
    needsDays ||= resolveAsOf(around, atMs).kind === "found" && resolveAsOf(byMonth, atMs).kind !== "found";
  }
  return { places, needsDays };
}

export type AsOf =
  | { kind: "found"; version: number }
  | { kind: "before_first" }
  /** The version of that instant may have been pruned; `nearest` is the kept one that is nearest in time. */
  | { kind: "pruned"; nearest: number };

/**
 * The version that was current at an instant, of the kept ones in ascending order. Pruning leaves the last of each
 * period, so the versions missing before a kept one are of that one's own period: instants before that period began
 * are certain, later ones up to the kept version are not. `period` is the coarsest that was ever pruned to; it counts
 * where the version does not say.
 */
export function resolveAsOf(versions: readonly VersionStamp[], atMs: number, period: Period = "month"): AsOf {
  const index = lastAtOrBefore(versions, atMs);
  const found = versions[index];
  if (found === undefined) return { kind: "before_first" };
  const next = versions[index + 1];
  const isGap = next !== undefined && next.version > found.version + 1;
  if (!isGap || atMs < startOfPeriodMs(next.syncedAtMs, next.prunedTo ?? period)) {
    return { kind: "found", version: found.version };
  }
  const isNextNearer = next.syncedAtMs - atMs < atMs - found.syncedAtMs;
  return { kind: "pruned", nearest: isNextNearer ? next.version : found.version };
}

/** The place of the last version at or before an instant; -1 where there is none. */
function lastAtOrBefore(versions: readonly VersionStamp[], atMs: number): number {
  let [low, high] = [0, versions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (versions[middle]!.syncedAtMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function startOfPeriodMs(instantMs: number, period: Period): number {
  if (period === "day") return Math.floor(instantMs / dayMs) * dayMs;
  const day = dateUtc(Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs)));
  return startOfDayUtc(day.with({ day: 1 })).epochMilliseconds;
}
