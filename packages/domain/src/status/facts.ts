// What is known of the whole product at one moment, as far as somebody may know it: null stands for what they may not.

/** A location as a finding names it. */
export interface NamedLocation {
  locationId: string;
  subdivisionCode: string;
  /** The last success, or when the state began; RFC 3339. Null where there is no such instant. */
  since: string | null;
  /** Why its last sync brought no version. */
  detail: string | null;
}

/** A load or run as a finding names it. */
export interface NamedWork {
  id: string;
  /** File name, event type, or what else people know it by. */
  name: string;
  since: string;
  detail: string | null;
  /** Of a load: its rejects; of a run: events that would change. */
  count: number;
}

/** How many there are, and the first few of them by name. */
export interface Counted<Named> {
  count: number;
  named: readonly Named[];
}

/** States of active locations; a location is in one of them. */
export const locationStates = ["quarantined", "failing", "never_synced", "stale", "in_sync"] as const;
export type LocationState = (typeof locationStates)[number];

export interface HeldCalendar {
  quarantineId: string;
  region: string;
  source: string;
  since: string;
  locations: number;
}

export interface StatusFacts {
  /** RFC 3339. */
  now: string;
  database: { isMigrated: boolean };
  /** False when the queue did not answer. */
  queue: { isReachable: boolean } | null;
  /** `seenAt`: of the worker that was seen last. */
  workers: { seenAt: string | null; secondsAgo: number | null } | null;
  locations: Record<LocationState, Counted<NamedLocation>> | null;
  /** Null too where the queue did not answer: nobody knows then. */
  syncSchedule: { isOn: boolean } | null;
  pauses: readonly { source: string; until: string; detail: string }[] | null;
  quarantines: Counted<HeldCalendar> | null;
  loads: {
    failed: Counted<NamedWork>;
    still: Counted<NamedWork>;
    rejected: Counted<NamedWork>;
  } | null;
  runs: { proposed: Counted<NamedWork>; failed: Counted<NamedWork>; paused: Counted<NamedWork> } | null;
  audit: { isSigned: boolean; entries: number; anchoredAt: string | null; unanchoredSince: string | null } | null;
  keys: readonly { name: string; expiresAt: string }[] | null;
}

/** A worker that was not seen for longer is gone. */
export const longestSilenceSeconds = 30;
/** A location is stale when it missed two slots of the schedule; without a schedule, after so many hours. */
export const staleHoursUnscheduled = 48;
/** An anchor is written every ten minutes: three of them missing is late. */
export const anchorLateMinutes = 30;

/** Before this instant (RFC 3339) a location's last success is stale. `slotsBefore`: newest first. */
export function staleBefore(now: string, slotsBefore: readonly string[] | null): string {
  const missed = slotsBefore?.[1];
  return missed ?? Temporal.Instant.from(now).subtract({ hours: staleHoursUnscheduled }).toString();
}
