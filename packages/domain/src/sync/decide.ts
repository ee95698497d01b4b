// What is to be done now for one location of one sync: the answer depends on facts that were read, on nothing else.
import type { CalendarId } from "../ids.ts";

/** The last fetch of one year of a calendar. Instants are epoch milliseconds; fractions keep the microseconds. */
export interface LedgerEntry {
  begunAtMs: number;
  finishedAtMs: number;
  outcome: "full" | "partial" | "unavailable" | "failed" | "quarantined";
  errorCode: string | null;
  detail: string | null;
  quarantineId: string | null;
}

export interface TargetFacts {
  /** How this location's part of the sync has ended, if it has: its version, or the code of its failure. */
  finishedAlready: null | { version: number } | { failure: string };
  active: boolean;
  /** The calendar its region resolves to; null when no source knows the country. */
  calendarId: CalendarId | null;
  requestedAtMs: number;
  nowMs: number;
  /** The years the sync asks for. */
  years: readonly number[];
  ledger: ReadonlyMap<number, LedgerEntry>;
  /** For how long after its end a failed fetch answers for everybody, before it is tried again. */
  coolDownMs: number;
}

/**
 * - `already`: done before, nothing to do; `inactive`, `unresolved`: final, no version
 * - `stale`: these years have to be fetched first, in ascending order
 * - `record`: add a version; `quarantined`: final, no version
 * - `failed`: no version; final unless it `mayPass` (the source was asked and gave no usable answer, this time)
 */
export type Decision =
  | { kind: "already"; finished: { version: number } | { failure: string } }
  | { kind: "inactive" }
  | { kind: "unresolved" }
  | { kind: "stale"; calendarId: CalendarId; years: number[] }
  | { kind: "record"; calendarId: CalendarId }
  | { kind: "failed"; code: string; detail: string; mayPass: boolean }
  | { kind: "quarantined"; quarantineId: string };

/**
 * Decides one target. A year is fresh when its fetch began at or after the request, so an answer that was under way
 * before never counts; a fresh failure counts only during the cool-down. One fresh quarantined year decides at once (it
 * covers the calendar), then one fresh failed year, whatever else is stale. Years that the source refuses are fine
 * beside others, but not alone.
 */
export function decideTarget(facts: TargetFacts): Decision {
  if (facts.finishedAlready !== null) return { kind: "already", finished: facts.finishedAlready };
  if (!facts.active) return { kind: "inactive" };
  if (facts.calendarId === null) return { kind: "unresolved" };

  const years = [...new Set(facts.years)].sort((a, b) => a - b);
  const fresh = years.flatMap((year) => {
    const entry = facts.ledger.get(year);
    return entry !== undefined && isFresh(entry, facts) ? [{ year, entry }] : [];
  });
  const quarantined = fresh.find(({ entry }) => entry.outcome === "quarantined");
  if (quarantined?.entry.quarantineId) return { kind: "quarantined", quarantineId: quarantined.entry.quarantineId };
  const failed = fresh.find(({ entry }) => entry.outcome === "failed");
  if (failed !== undefined) return failure(failed.entry);

  const answered = new Set(fresh.map(({ year }) => year));
  const stale = years.filter((year) => !answered.has(year));
  if (stale.length > 0) {
    return { kind: "stale", calendarId: facts.calendarId, years: stale };
  }
  const refused = fresh[0];
  if (refused !== undefined && fresh.every(({ entry }) => entry.outcome === "unavailable"))
    return failure(refused.entry);
  return { kind: "record", calendarId: facts.calendarId };
}

/** Whether the last fetch of a year still answers a request: begun at or after it, and, if it failed, not long ago. */
export function isFresh(
  entry: LedgerEntry,
  { requestedAtMs, nowMs, coolDownMs }: Pick<TargetFacts, "requestedAtMs" | "nowMs" | "coolDownMs">,
): boolean {
  if (entry.begunAtMs < requestedAtMs) return false;
  return entry.outcome !== "failed" || nowMs < entry.finishedAtMs + coolDownMs;
}

function failure(entry: LedgerEntry): Decision {
  return {
    kind: "failed",
    code: entry.errorCode ?? "holiday.source_failed",
    detail: entry.detail ?? "The holiday source gave no usable answer.",
    mayPass: entry.outcome === "failed",
  };
}
