// What is a version among the others: the one that holds, one that held, or one that came too late to hold?
import type { Event } from "@almanac/client/contract";

export type Fate = "current" | "past" | "late" | "later";

export const wordsOfFate: Readonly<Record<Fate, string>> = {
  current: "holds",
  past: "held until another came",
  late: "came late: never held",
  later: "not known then",
};

/** As of an instant or a day (its end in UTC); undefined: now. */
export function fateOf(event: Pick<Event, "recorded_at" | "superseded_at">, asOf?: string): Fate {
  const { recorded_at: from, superseded_at: to } = event;
  if (to !== null && to === from) return "late";
  if (asOf === undefined) return to === null ? "current" : "past";
  if (isAfter(from, asOf)) return "later";
  return to === null || isAfter(to, asOf) ? "current" : "past";
}

/** The part of an event that patches speak of. */
export function stateOf(event: Event): Record<string, unknown> {
  const { event_type, event_timestamp, user_id, related_id, location_id, visit_date, metadata, extra } = event;
  return { event_type, event_timestamp, user_id, related_id, location_id, visit_date, metadata, extra };
}

/** To the microsecond, which a Date would lose, where both are written in UTC. */
function isAfter(at: string, asOf: string): boolean {
  if (/^\d{4}-\d\d-\d\d$/.test(asOf)) return at.slice(0, 10) > asOf;
  const utc = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/i.exec(asOf);
  if (utc === null) return Date.parse(at) > Date.parse(asOf);
  return at > `${utc[1]}.${(utc[2] ?? "").padEnd(6, "0")}Z`;
}
