// Reference feeds that match a sample: who its users are, what its tickets are for, what its articles cost. Nobody in
// them exists.
import { createRandom } from "./random.ts";
import { type Session, userIdOf } from "./sessions.ts";
import { createTraffic, type TrafficOptions } from "./traffic.ts";

export type SampleDimension = "users" | "tickets" | "articles";

export interface MemberOptions extends TrafficOptions {
  dimension: SampleDimension;
}

const blockLength = 0x10000;
const countries = ["Netherlands", "United Kingdom", "Germany", "Belgium", "France"];

/**
 * The feed of a dimension as NDJSON, in blocks that end with a line: every user who may come, the ticket of every
 * TicketIssued, every article. Options as for the events, so that both name the same members.
 */
export async function generateMembers(options: MemberOptions): Promise<Generator<Uint8Array<ArrayBuffer>>> {
  const traffic = await createTraffic(options);
  const members = { users, tickets, articles }[options.dimension];
  return inBlocks(members(options, traffic));
}

type TrafficOf = Awaited<ReturnType<typeof createTraffic>>;

function* users({ seed }: MemberOptions, traffic: TrafficOf): Generator<object> {
  const random = createRandom();
  for (let number = 0; number < traffic.users; number += 1) {
    random.start(seed, number, 103);
    const digits = String(number).padStart(6, "0");
    yield {
      user_id: userIdOf(seed, number),
      name: `Visitor ${digits}`,
      email: `visitor.${digits}@example.com`,
      country: countries[Math.floor(countries.length * random.next() ** 2)],
    };
  }
}

function* tickets({ events }: MemberOptions, traffic: TrafficOf): Generator<object> {
  let session: Session | undefined;
  let issued: object[] = [];
  const running = traffic.run(
    events,
    ({ eventType, relatedId }) => {
      const ticket = eventType === "TicketIssued" && session!.tickets.find(({ ticketId }) => ticketId === relatedId);
      if (!ticket) return;
      const { name, cents } = ticket.article;
      issued.push({ ticket_id: ticket.ticketId, event_name: name, ticket_price: cents / 100 });
    },
    (each) => void (session = each),
  );
  while (running.next().done !== true) {
    yield* issued;
    issued = [];
  }
}

function* articles(_options: MemberOptions, traffic: TrafficOf): Generator<object> {
  for (const { articleId, name, cents, currency } of traffic.articles.flat()) {
    yield { article_id: articleId, article_name: name, price: cents / 100, currency };
  }
}

function* inBlocks(members: Generator<object>): Generator<Uint8Array<ArrayBuffer>> {
  let text = "";
  for (const member of members) {
    text += `${JSON.stringify(member)}\n`;
    if (text.length < blockLength) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}
