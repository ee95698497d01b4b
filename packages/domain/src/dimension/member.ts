// Members of the three dimensions as they are after the gate: who buys, what is bought, and the ticket that comes of it.
// A member is known by its key alone; everything else about it may be unknown (null) and may change.
import type { Dataset } from "../load/media.ts";

export type Dimension = Exclude<Dataset, "events">;

export interface UserFacts {
  dimension: "users";
  /** Lower-case UUID. */
  userId: string;
  name: string | null;
  email: string | null;
  country: string | null;
}

export interface TicketFacts {
  dimension: "tickets";
  /** Lower-case UUID. */
  ticketId: string;
  eventName: string | null;
  /** Decimal as text, for example `99.99`: never a float. */
  ticketPrice: string | null;
}

export interface ArticleFacts {
  dimension: "articles";
  /** Text of 1 to 200 characters: the brief's own example is 98765. */
  articleId: string;
  articleName: string | null;
  /** Decimal as text. */
  price: string | null;
  /** ISO 4217 code. */
  currency: string | null;
}

/** One valid line of a reference feed. */
export type MemberFacts = UserFacts | TicketFacts | ArticleFacts;

/** The member's key within its dimension. */
export function memberKey(member: MemberFacts): string {
  switch (member.dimension) {
    case "users":
      return member.userId;
    case "tickets":
      return member.ticketId;
    case "articles":
      return member.articleId;
  }
}
