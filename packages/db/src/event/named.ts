// Which members do the events of a chunk name that its lane has not met yet? Asking the database again for those that it
// has would cost as much as the rest of a repeated load.
import { membersNamed } from "@almanac/domain/dimension/named";
import type { NamedKeys } from "../dimension/infer.ts";
import type { GatedEventLike } from "./chunk.ts";
import type { MergeFindings } from "./tally.ts";

// Three sets of such keys are some 15 MB a lane.
const mostKept = 50_000;

/** Keys whose members are there since a commit of this lane. */
export interface KnownKeys {
  users: Set<string>;
  tickets: Set<string>;
  articles: Set<string>;
}

export function noKeys(): KnownKeys {
  return { users: new Set(), tickets: new Set(), articles: new Set() };
}

/** Keys that stored events name, without those in `known`. Where nothing was stored nobody is new. */
export function namedKeys(events: readonly GatedEventLike[], findings: MergeFindings, known = noKeys()): NamedKeys {
  const { settled } = findings;
  const isStored = findings.written > 0 || settled.values().some((outcome) => outcome === "stale");
  if (!isStored) return { userIds: [], ticketIds: [], articleIds: [] };
  const named = noKeys();
  // Events of a user mostly follow each other.
  let lastUser = "";
  for (const { event, line } of events) {
    if (settled.size > 0 && settled.get(line) === "conflict") continue;
    const { userId, ticketId, articleId } = membersNamed(event);
    if (userId !== lastUser && !known.users.has(userId)) named.users.add(userId);
    lastUser = userId;
    if (ticketId !== null && !known.tickets.has(ticketId)) named.tickets.add(ticketId);
    if (articleId !== null && !known.articles.has(articleId)) named.articles.add(articleId);
  }
  return { userIds: [...named.users], ticketIds: [...named.tickets], articleIds: [...named.articles] };
}

/** Notes what a commit has made known. */
export function keepKnown(known: KnownKeys, { userIds, ticketIds, articleIds }: NamedKeys): void {
  for (const [kept, keys] of [
    [known.users, userIds],
    [known.tickets, ticketIds],
    [known.articles, articleIds],
  ] as const) {
    if (kept.size + keys.length > mostKept) kept.clear();
    for (const key of keys) kept.add(copyOf(key));
  }
}

/** A text that holds nothing but itself: a key is a slice of its block's text, 256 KiB that it would keep in memory. */
function copyOf(key: string): string {
  return Buffer.from(key).toString();
}
