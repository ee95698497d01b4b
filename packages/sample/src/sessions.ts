// What a visitor does: a cart is filled, left or paid, tickets are made out, scanned on the day of the visit or given
// back before. A session is a pure function of the seed, its day and its number, so that nothing about it has to be
// remembered until its visit.
import type { Article } from "./articles.ts";
import type { Demand } from "./demand.ts";
import type { Draft } from "./lines.ts";
import { createRandom } from "./random.ts";

/** How far it came. */
type Course = "left" | "started" | "failed" | "paid";

export interface Session {
  location: number;
  visitDay: number;
  userId: string;
  cartId: string;
  items: readonly { article: Article; quantity: number }[];
  /** One of the items was put back. */
  putBack: boolean;
  course: Course;
  failures: number;
  paymentMethod: string;
  totalCents: number;
  tickets: readonly { ticketId: string; article: Article }[];
  /** Null without a visit to follow: nobody paid, or nobody came. */
  followUp: { kind: "visit" | "cancellation"; day: number; timeMs: number } | null;
}

export interface SessionWorld {
  seed: number;
  demand: Demand;
  articles: readonly (readonly Article[])[];
  locationIds: readonly string[];
  /** How many people there are; few of them come often. */
  users: number;
  dateText(day: number): string;
}

const streams = { session: 1, purchase: 2, followUp: 3, user: 4 };
const methods = ["CreditCard", "iDEAL", "PayPal", "DebitCard", "ApplePay"];
const failures = ["card_declined", "insufficient_funds", "timeout"];
const longestSessionMs = 1_400_000;
/** Sessions begin early enough to end on their day. */
export const lastStartMs = 86_400_000 - longestSessionMs - 100_000;

// By number of sessions of a day: far below 2^32 / days of a lifetime.
const placeOf = (day: number, number: number): number => Math.imul(day, 0x2545f491) + number;

const people = createRandom();

/** The id of a user by number, from 0. */
export function userIdOf(seed: number, user: number): string {
  people.start(seed, user, streams.user);
  return people.uuid();
}

export interface Sessions {
  draw(day: number, number: number): Session;
  /** Writes what happens on the day of the purchase into the draft, and says so for every event. */
  purchase(
    session: Session,
    at: { day: number; number: number; startMs: number },
    draft: Draft,
    emit: () => void,
  ): void;
  /** Writes the visit, or the cancellation. */
  followUp(session: Session, at: { day: number; number: number }, draft: Draft, emit: () => void): void;
}

export function createSessions(world: SessionWorld): Sessions {
  const random = createRandom();

  function draw(day: number, number: number): Session {
    random.start(world.seed, placeOf(day, number), streams.session);
    const { location, visitDay } = world.demand.draw(day, random.next(), random.next());
    const userId = userIdOf(world.seed, Math.floor(world.users * random.next() ** 2));
    const cartId = random.uuid();
    const items = basket(world.articles[location]!);
    const fate = random.next();
    const course: Course = fate < 0.3 ? "left" : fate < 0.38 ? "started" : fate < 0.41 ? "failed" : "paid";
    const failures = course === "failed" ? 1 + random.below(2) : random.next() < 0.05 ? 1 : 0;
    const tickets =
      course === "paid"
        ? items.flatMap(({ article, quantity }) =>
            article.isTicket ? Array.from({ length: quantity }, () => ({ ticketId: random.uuid(), article })) : [],
          )
        : [];
    return {
      location,
      visitDay,
      userId,
      cartId,
      items,
      putBack: random.next() < 0.12,
      course,
      failures,
      paymentMethod: methods[Math.floor(methods.length * random.next() ** 1.5)]!,
      totalCents: items.reduce((sum, { article, quantity }) => sum + article.cents * quantity, 0),
      tickets,
      followUp: course === "paid" ? followUpOf(day, visitDay) : null,
    };
  }

  function basket(articles: readonly Article[]): Session["items"] {
    const [adult, child, senior, parking, lunch] = articles as [Article, Article, Article, Article, Article];
    const items = [{ article: adult, quantity: 1 + random.below(2) }];
    const party = random.next();
    if (party < 0.55) items.push({ article: child, quantity: 1 + random.below(3) });
    else if (party < 0.65) items.push({ article: senior, quantity: 1 + random.below(2) });
    if (random.next() < 0.35) items.push({ article: parking, quantity: 1 });
    if (random.next() < 0.2) items.push({ article: lunch, quantity: 1 + random.below(4) });
    return items;
  }

  function followUpOf(day: number, visitDay: number): Session["followUp"] {
    const fate = random.next();
    if (fate < 0.04 && visitDay > day) {
      const cancelDay = day + 1 + random.below(visitDay - day);
      return { kind: "cancellation", day: cancelDay, timeMs: random.below(lastStartMs) };
    }
    if (fate > 0.93) return null;
    // People who buy on the day itself come in the afternoon, after what they bought.
    const timeMs = visitDay === day ? 43_200_000 + random.below(14_400_000) : 28_800_000 + random.below(18_000_000);
    return { kind: "visit", day: visitDay, timeMs };
  }

  function address(session: Session, day: number, draft: Draft): void {
    draft.date = world.dateText(day);
    draft.userId = session.userId;
    draft.locationId = world.locationIds[session.location]!;
    draft.visitDate = world.dateText(session.visitDay);
  }

  function purchase(
    session: Session,
    at: { day: number; number: number; startMs: number },
    draft: Draft,
    emit: () => void,
  ): void {
    random.start(world.seed, placeOf(at.day, at.number), streams.purchase);
    address(session, at.day, draft);
    draft.timeMs = at.startMs;
    const currency = session.items[0]!.article.currency;
    const say = (eventType: string, relatedId: string, head: string, cents: number, tail: string) => {
      draft.eventType = eventType;
      draft.eventId = random.uuid();
      draft.relatedId = relatedId;
      draft.head = head;
      draft.cents = cents;
      draft.tail = tail;
      emit();
      draft.timeMs += 900 + random.below(60_000);
    };
    const item = (eventType: string, article: Article, quantity: number) =>
      say(
        eventType,
        session.cartId,
        `{"article_id":"${article.articleId}","article_price":`,
        article.cents,
        `,"currency":"${currency}","quantity":${quantity}}`,
      );

    for (const { article, quantity } of session.items) item("ArticleAddedToCart", article, quantity);
    if (session.putBack) {
      // Taken twice by mistake, and put back once.
      const { article } = session.items.at(-1)!;
      item("ArticleAddedToCart", article, 1);
      item("ArticleRemovedFromCart", article, 1);
    }
    if (session.course === "left") return;
    const total = session.totalCents;
    const count = session.items.length;
    say(
      "CheckoutStarted",
      session.cartId,
      `{"total_amount":`,
      total,
      `,"currency":"${currency}","article_count":${count}}`,
    );
    if (session.course === "started") return;
    const paid = `,"currency":"${currency}","payment_method":"${session.paymentMethod}"`;
    for (let time = 0; time < session.failures; time += 1) {
      const reason = failures[random.below(failures.length)]!;
      say("PaymentFailed", session.cartId, `{"total_amount":`, total, `${paid},"reason":"${reason}"}`);
    }
    if (session.course === "failed") return;
    say("PaymentSuccessful", session.cartId, `{"total_amount":`, total, `${paid}}`);
    for (const { ticketId, article } of session.tickets) {
      const head = `{"article_id":"${article.articleId}","ticket_price":`;
      say("TicketIssued", ticketId, head, article.cents, `,"currency":"${currency}"}`);
    }
  }

  function followUp(session: Session, at: { day: number; number: number }, draft: Draft, emit: () => void): void {
    random.start(world.seed, placeOf(at.day, at.number), streams.followUp);
    const { kind, day, timeMs } = session.followUp!;
    address(session, day, draft);
    draft.timeMs = timeMs;
    const gate = random.below(4);
    for (const { ticketId } of session.tickets) {
      draft.eventType = kind === "visit" ? "BarcodeScanned" : "TicketCancelled";
      draft.eventId = random.uuid();
      draft.relatedId = ticketId;
      draft.cents = null;
      draft.place = gate;
      // The scanners of two gates send what kind of barcode they saw.
      draft.head = kind === "visit" ? `{"scanner_location":"` : `{"reason":"by visitor; seen to at `;
      draft.tail = kind === "visit" && gate < 2 ? `","barcode_type":"QR"}` : `"}`;
      emit();
      draft.timeMs += 400 + random.below(20_000);
    }
    if (kind === "visit") return;
    draft.eventType = "PaymentRefunded";
    draft.eventId = random.uuid();
    draft.relatedId = session.cartId;
    draft.head = `{"total_amount":`;
    draft.cents = session.totalCents;
    draft.tail = `,"currency":"${session.items[0]!.article.currency}","reason":"cancelled"}`;
    emit();
  }

  return { draw, purchase, followUp };
}
