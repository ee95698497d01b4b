// Where the members of each dimension lie: the table of current states, the one of earlier states, and what is said of a
// member. What merges them is the same SQL for all three.
import type { Dimension, MemberFacts } from "@almanac/domain/dimension/member";

export interface DimensionTable {
  current: string;
  history: string;
  key: { name: string; type: "uuid" | "text" };
  facts: readonly { name: string; type: "text" | "numeric" }[];
}

export const dimensionTables: Record<Dimension, DimensionTable> = {
  users: {
    current: "users",
    history: "user_history",
    key: { name: "user_id", type: "uuid" },
    facts: [
      { name: "name", type: "text" },
      { name: "email", type: "text" },
      { name: "country", type: "text" },
    ],
  },
  tickets: {
    current: "tickets",
    history: "ticket_history",
    key: { name: "ticket_id", type: "uuid" },
    facts: [
      { name: "event_name", type: "text" },
      { name: "ticket_price", type: "numeric" },
    ],
  },
  articles: {
    current: "articles",
    history: "article_history",
    key: { name: "article_id", type: "text" },
    facts: [
      { name: "article_name", type: "text" },
      { name: "price", type: "numeric" },
      { name: "currency", type: "text" },
    ],
  },
};

/** What is said of a member, in the order of its table's `facts`. */
export function factsOf(member: MemberFacts): (string | null)[] {
  switch (member.dimension) {
    case "users":
      return [member.name, member.email, member.country];
    case "tickets":
      return [member.eventName, member.ticketPrice];
    case "articles":
      return [member.articleName, member.price, member.currency];
  }
}
