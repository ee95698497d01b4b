// How many sessions a day has, and when they begin: so that a sample of any size follows the demand and ends with exactly
// the events that were asked for.
import type { Demand } from "./demand.ts";
import { type Draft, emptyDraft } from "./lines.ts";
import { lastStartMs, type Sessions } from "./sessions.ts";

export interface SessionSize {
  eventsOfPurchase: number;
  eventsOfFollowUp: number;
  /** Share of the sessions that have a follow-up. */
  followed: number;
}

/** What a session comes to on average, found by drawing some. */
export function measureSessions(
  sessions: Sessions,
  demand: Demand,
): { eventsOfPurchase: number; eventsOfFollowUp: number; followed: number } {
  const draft: Draft = { ...emptyDraft };
  const tries = 1_000;
  let ofPurchase = 0;
  let ofFollowUp = 0;
  let followed = 0;
  for (let number = 0; number < tries; number += 1) {
    const day = demand.firstDay + (number % (demand.lastDay - demand.firstDay + 1));
    const session = sessions.draw(day, number);
    sessions.purchase(session, { day, number, startMs: 0 }, draft, () => void (ofPurchase += 1));
    if (session.followUp === null) continue;
    followed += 1;
    sessions.followUp(session, { day, number }, draft, () => void (ofFollowUp += 1));
  }
  return { eventsOfPurchase: ofPurchase / tries, eventsOfFollowUp: ofFollowUp / followed, followed: followed / tries };
}

/** How many events there should be by the end of a day. */
export function planEvents(demand: Demand, perSession: SessionSize, events: number): (day: number) => number {
  const sums: number[] = [];
  let sum = 0;
  for (let day = demand.firstDay; day <= demand.lastDay; day += 1) {
    sum += perSession.eventsOfPurchase * demand.purchases(day);
    sum += perSession.eventsOfFollowUp * perSession.followed * demand.visits(day);
    sums.push(sum);
  }
  return (day) => (events * sums[day - demand.firstDay]!) / sum;
}

/** When a session begins: little in the night, most in the evening. `share` of the day's sessions begin before it. */
export function startOf(share: number): number {
  let place = 0;
  while (place < startsUpTo.length - 1 && startsUpTo[place]! <= share) place += 1;
  const before = place === 0 ? 0 : startsUpTo[place - 1]!;
  const hour = place + (share - before) / (startsUpTo[place]! - before);
  return Math.min(lastStartMs, Math.floor(hour * 3_600_000));
}
const hourly = [1, 0.5, 0.3, 0.2, 0.3, 0.8, 2, 3.5, 5, 5.5, 6, 6, 5.5, 5, 5, 5, 5.5, 6, 7, 9, 9, 7, 4, 1.5];
const hourlyTotal = hourly.reduce((sum, weight) => sum + weight, 0);
let hours = 0;
const startsUpTo = hourly.map((weight) => (hours += weight) / hourlyTotal);
