// The traffic behind a sample: sessions day by day in the order of time. A visit that lies ahead is remembered as two
// numbers and drawn again on its day.
import { dayNumber } from "@almanac/domain/dates";
import { type Article, articlesOf } from "./articles.ts";
import { createDemand, type Demand, longestLead } from "./demand.ts";
import { type Draft, emptyDraft } from "./lines.ts";
import { briefLocations, readDays, type SampleLocation } from "./locations.ts";
import { measureSessions, planEvents, startOf } from "./pace.ts";
import { createRandom } from "./random.ts";
import { createSessions, lastStartMs, type Session, type Sessions } from "./sessions.ts";

export interface TrafficOptions {
  seed: number;
  /** Different events. */
  events: number;
  /** Days in UTC, both inclusive, `YYYY-MM-DD`. */
  from: string;
  to: string;
  /** The brief's 13 locations without it, with their holidays from the offline source. */
  locations?: readonly SampleLocation[];
}

export interface Traffic {
  users: number;
  articles: Article[][];
  locations: readonly SampleLocation[];
  /** Every event in the order of its day, until there are that many; yields between sessions. */
  run(events: number, take: (draft: Draft) => void, onSession?: (session: Session) => void): Generator<void>;
}

/** The traffic behind a sample: what the events and the members that they name have in common. */
export async function createTraffic(options: TrafficOptions): Promise<Traffic> {
  const { seed, events, locations = briefLocations } = options;
  const from = Temporal.PlainDate.from(options.from);
  const to = Temporal.PlainDate.from(options.to);
  if (Temporal.PlainDate.compare(from, to) > 0) throw new RangeError("The first day of a sample lies after its last.");
  if (!Number.isSafeInteger(events) || events < 0) throw new RangeError("A sample has a whole number of events.");
  if (locations.length === 0) throw new RangeError("A sample needs a location.");
  const days = await readDays(locations, from, to.add({ days: longestLead }));
  const demand = createDemand(days, dayNumber(to), seed);
  const texts = days[0]!.map((row) => row.date.toString());
  const articles = articlesOf(locations, seed);
  const users = Math.max(10, Math.round(events / 12));
  const sessions = createSessions({
    seed,
    demand,
    articles,
    users,
    locationIds: locations.map(({ locationId }) => locationId),
    dateText: (day) => texts[day - demand.firstDay]!,
  });
  return {
    users,
    articles,
    locations,
    run: (count, take, onSession) => run({ seed, demand, sessions }, count, take, onSession),
  };
}

interface Engine {
  seed: number;
  demand: Demand;
  sessions: Sessions;
}

function* run(
  { seed, demand, sessions }: Engine,
  events: number,
  take: (draft: Draft) => void,
  onSession: (session: Session) => void = () => undefined,
): Generator<void> {
  const draft: Draft = { ...emptyDraft };
  let taken = 0;
  const emit = () => {
    if (taken === events) return;
    taken += 1;
    take(draft);
  };
  const perSession = measureSessions(sessions, demand);
  const planned = planEvents(demand, perSession, events);
  const random = createRandom();
  // By day: pairs of a purchase's day and number.
  const later = new Map<number, number[]>();

  for (let day = demand.firstDay; day <= demand.lastDay && taken < events; day += 1) {
    const followUps = due(later.get(day) ?? [], sessions);
    later.delete(day);
    const missing = planned(day) - taken - followUps.length * perSession.eventsOfFollowUp;
    const count = Math.max(0, Math.round(missing / perSession.eventsOfPurchase));
    random.start(seed, day, 5);
    let next = 0;
    // The last day fills up what chance left open.
    for (let number = 0; number < count || (day === demand.lastDay && taken < events); number += 1) {
      const startMs = number < count ? startOf((number + random.next()) / count) : lastStartMs;
      for (; next < followUps.length && followUps[next]!.timeMs <= startMs; next += 1) {
        sessions.followUp(followUps[next]!.session, followUps[next]!.at, draft, emit);
        yield;
      }
      const session = sessions.draw(day, number);
      if (session.followUp !== null && session.followUp.day <= demand.lastDay) {
        // On the day itself it may come before sessions that are behind this one: then with the next ones.
        if (session.followUp.day === day) insert(followUps, next, { session, at: { day, number } });
        else remember(later, session.followUp.day, day, number);
      }
      onSession(session);
      sessions.purchase(session, { day, number, startMs }, draft, emit);
      yield;
    }
    for (; next < followUps.length; next += 1) {
      sessions.followUp(followUps[next]!.session, followUps[next]!.at, draft, emit);
      yield;
    }
  }
}

function remember(later: Map<number, number[]>, followUpDay: number, day: number, number: number): void {
  const pairs = later.get(followUpDay);
  if (pairs === undefined) later.set(followUpDay, [day, number]);
  else pairs.push(day, number);
}

interface FollowUp {
  session: Session;
  at: { day: number; number: number };
  timeMs: number;
}

function due(pairs: readonly number[], sessions: Sessions): FollowUp[] {
  const followUps: FollowUp[] = [];
  for (let place = 0; place < pairs.length; place += 2) {
    const at = { day: pairs[place]!, number: pairs[place + 1]! };
    const session = sessions.draw(at.day, at.number);
    followUps.push({ session, at, timeMs: session.followUp!.timeMs });
  }
  return followUps.toSorted((a, b) => a.timeMs - b.timeMs);
}

function insert(followUps: FollowUp[], from: number, added: Omit<FollowUp, "timeMs">): void {
  const { timeMs } = added.session.followUp!;
  let low = from;
  let high = followUps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (followUps[middle]!.timeMs <= timeMs) low = middle + 1;
    else high = middle;
  }
  followUps.splice(low, 0, { ...added, timeMs });
}
