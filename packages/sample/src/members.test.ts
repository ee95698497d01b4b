import { expect, test } from "vitest";
import { generateSample } from "./generate.ts";
import { generateMembers, type SampleDimension } from "./members.ts";

const options = { seed: 3, events: 5_000, from: "2026-01-01", to: "2026-12-31" };

function parsed(blocks: Iterable<Uint8Array>): Record<string, unknown>[] {
  const text = Buffer.concat([...blocks]).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("the feeds hold every member that the events name, with the prices that the events have", async () => {
  const events = parsed((await generateSample({ ...options, shares: "none" })).blocks());
  const feed = async (dimension: SampleDimension, key: string) => {
    const members = parsed(await generateMembers({ ...options, dimension }));
    const byKey = new Map(members.map((member) => [member[key], member]));
    expect(byKey.size, "each member once").toBe(members.length);
    return byKey;
  };
  const users = await feed("users", "user_id");
  const tickets = await feed("tickets", "ticket_id");
  const articles = await feed("articles", "article_id");
  expect(events.length).toBe(options.events);
  for (const event of events) {
    const metadata = event["metadata"] as Record<string, unknown>;
    expect(users.get(event["user_id"])).toMatchObject({ name: expect.stringMatching(/^Visitor \d{6}$/) });
    if (event["event_type"] === "TicketIssued") {
      expect(tickets.get(event["related_id"])).toMatchObject({ ticket_price: metadata["ticket_price"] });
    }
    if (metadata["article_price"] !== undefined) {
      expect(articles.get(metadata["article_id"])).toMatchObject({
        price: metadata["article_price"],
        currency: metadata["currency"],
      });
    }
  }
});
