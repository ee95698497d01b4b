// Which of the members that a chunk names may be new? Lines near each other name the same users, tickets and articles:
// whoever was asked for lately is not asked for again. Forgetting is harmless, a member is never taken away.
import { membersNamed } from "@almanac/domain/dimension/named";
import type { EventFacts } from "@almanac/domain/event/event";
import type { NamedKeys } from "./infer.ts";

export interface KnownMembers {
  /** Each key once, those that are remembered left out. Give it the events that were taken, conflicts apart. */
  unknownOf(events: Iterable<EventFacts>): NamedKeys;
  /** To be called once the transaction that inferred them has committed, never before. */
  remember(named: NamedKeys): void;
}

// About 100 bytes a key in each of three pairs of sets: 6 MB a lane.
const mostKeys = 10_000;

/** A memory of its own for each lane; it holds between `most` and twice as many keys of a dimension. */
export function createKnownMembers(most: number = mostKeys): KnownMembers {
  const [users, tickets, articles] = [new RecentKeys(most), new RecentKeys(most), new RecentKeys(most)];
  return {
    unknownOf(events) {
      const named = { users: new Set<string>(), tickets: new Set<string>(), articles: new Set<string>() };
      for (const event of events) {
        const { userId, ticketId, articleId } = membersNamed(event);
        if (!users.has(userId)) named.users.add(userId);
        if (ticketId !== null && !tickets.has(ticketId)) named.tickets.add(ticketId);
        if (articleId !== null && !articles.has(articleId)) named.articles.add(articleId);
      }
      return { userIds: [...named.users], ticketIds: [...named.tickets], articleIds: [...named.articles] };
    },
    remember(named) {
      users.add(named.userIds);
      tickets.add(named.ticketIds);
      articles.add(named.articleIds);
    },
  };
}

/** Two generations: when the younger one is full, the older one is forgotten. */
class RecentKeys {
  readonly #most: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  add(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#young.size >= this.#most) {
        this.#old = this.#young;
        this.#young = new Set();
      }
      // A copy: a key that is a piece of a block's text would keep the whole block in memory.
      this.#young.add(Buffer.from(key).toString());
    }
  }
}
