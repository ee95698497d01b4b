import { randomUUID } from "node:crypto";
import { eventOf } from "@almanac/db/testing/events";
import { expect, test } from "vitest";
import { createKnownMembers } from "./known.ts";

const [userId, ticketId] = [randomUUID(), randomUUID()];
const bought = eventOf(1, 1, { userId, metadata: '{"article_id": 98765}', eventType: "ArticleAddedToCart" });
const scanned = eventOf(2, 1, { userId, relatedId: ticketId, eventType: "BarcodeScanned", metadata: "{}" });

test("each member that a chunk names is told once, and no more when it was remembered", () => {
  const known = createKnownMembers();
  const named = known.unknownOf([bought, scanned, bought]);
  expect(named).toEqual({ userIds: [userId], ticketIds: [ticketId], articleIds: ["98765"] });
  // Not remembered, as after a chunk that was rolled back.
  expect(known.unknownOf([bought, scanned])).toEqual(named);
  known.remember(named);
  expect(known.unknownOf([bought, scanned])).toEqual({ userIds: [], ticketIds: [], articleIds: [] });
});

test("what was remembered long ago is forgotten, what was remembered lately is not", () => {
  const known = createKnownMembers(10);
  const users = Array.from({ length: 35 }, () => randomUUID());
  known.remember({ userIds: users, ticketIds: [], articleIds: [] });
  const events = users.map((each, place) => eventOf(place, 1, { userId: each }));
  expect(known.unknownOf(events).userIds).toEqual(users.slice(0, 20));
});
