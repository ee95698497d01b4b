// Which members do the events of a chunk name that its lane has not met yet? Asking the database again for those that it
// has would cost as much as the rest of a repeated load.
import type { PackedEvents } from "@almanac/domain/event/packed";
import type { NamedKeys } from "../dimension/infer.ts";
import type { MergeFindings } from "./tally.ts";
import { UuidSet } from "./uuid-set.ts";

// Three sets of such keys are some 6 MB a lane.
const mostKept = 50_000;

/** Keys whose members are there since a commit of this lane. */
export interface KnownKeys {
  users: UuidSet;
  tickets: UuidSet;
  articles: Set<string>;
}

export function noKeys(): KnownKeys {
  return { users: new UuidSet(), tickets: new UuidSet(), articles: new Set() };
}

/** Keys that stored events name, without those in `known`. Where nothing was stored nobody is new. */
export function keysNamed(events: PackedEvents, findings: MergeFindings, known = noKeys()): KnownKeys {
  const { settled } = findings;
  const named = noKeys();
  const isStored = findings.written > 0 || settled.values().some((outcome) => outcome === "stale");
  if (!isStored) return named;
  const { bytes } = events;
  for (let place = 0; place < events.count; place += 1) {
    if (settled.size > 0 && settled.get(events.lines[place]!) === "conflict") continue;
    const user = events.userAt(place);
    if (!known.users.has(bytes, user)) named.users.add(bytes, user);
    const ticket = events.ticketAt(place);
    if (ticket !== -1 && !known.tickets.has(bytes, ticket)) named.tickets.add(bytes, ticket);
    const article = events.articleId(place);
    if (article !== null && !known.articles.has(article)) named.articles.add(article);
  }
  return named;
}

/** Keys as the statements take them. */
export function parametersOf({ users, tickets, articles }: KnownKeys): NamedKeys {
  return {
    userIds: users.size === 0 ? [] : users.toArray(),
    ticketIds: tickets.size === 0 ? [] : tickets.toArray(),
    articleIds: [...articles],
  };
}

/** Notes what a commit has made known. */
export function keepKnown(known: KnownKeys, named: KnownKeys): void {
  for (const kind of ["users", "tickets"] as const) {
    if (known[kind].size + named[kind].size > mostKept) known[kind].clear();
    known[kind].addAll(named[kind]);
  }
  if (known.articles.size + named.articles.size > mostKept) known.articles.clear();
  for (const article of named.articles) known.articles.add(article);
}
